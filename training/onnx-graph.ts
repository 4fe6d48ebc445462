import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorProto_DataType,
  TensorShapeProtoSchema,
  TensorShapeProto_DimensionSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { TensorSpec } from '../src/core/contract.ts';

/** What onnxruntime-web 1.30 surely takes (DESIGN section 5). */
const OPSET = 17;
const IR_VERSION = 8;

const ELEMENT = {
  int8: TensorProto_DataType.INT8,
  int32: TensorProto_DataType.INT32,
  float32: TensorProto_DataType.FLOAT,
} as const;

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** Writes an ONNX graph node by node; every method returns the name of a new value. */
export class OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];

  input(spec: TensorSpec): string {
    this.#inputs.push(valueInfo(spec));
    return spec.name;
  }

  node(opType: string, input: string[], attributes: Attributes = {}): string {
    return this.#add({ opType, input, attributes, domain: '' });
  }

  /** An operator of onnxruntime's own domain. */
  contrib(opType: string, input: string[], attributes: Attributes): string {
    return this.#add({ opType, input, attributes, domain: 'com.microsoft' });
  }

  floats(values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    return this.#constant(TensorProto_DataType.FLOAT, dims, Float32Array.from(values).buffer);
  }

  int64(values: readonly number[]): string {
    return this.#constant(TensorProto_DataType.INT64, [values.length], BigInt64Array.from(values.map(BigInt)).buffer);
  }

  int32(values: readonly number[]): string {
    return this.#constant(TensorProto_DataType.INT32, [values.length], Int32Array.from(values).buffer);
  }

  bytes(values: Uint8Array, dims: readonly number[]): string {
    return this.#constant(TensorProto_DataType.UINT8, dims, Uint8Array.from(values).buffer);
  }

  /** Elements `from` to `to` along one axis. */
  slice(value: string, axis: number, [from, to]: readonly [number, number]): string {
    return this.node('Slice', [value, this.int64([from]), this.int64([to]), this.int64([axis])]);
  }

  /** The file's bytes; `value` becomes the output that `spec` names. */
  encode(value: string, spec: TensorSpec): Uint8Array {
    const last = create(NodeProtoSchema, { opType: 'Identity', input: [value], output: [spec.name] });
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'nearside',
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(OPSET) }),
        create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n }),
      ],
      graph: create(GraphProtoSchema, {
        name: 'rank',
        node: [...this.#nodes, last],
        initializer: this.#constants,
        input: this.#inputs,
        output: [valueInfo(spec)],
      }),
    });
    return toBinary(ModelProtoSchema, model);
  }

  #add(node: { opType: string; input: string[]; attributes: Attributes; domain: string }): string {
    const output = `v${String(this.#nodes.length)}`;
    const attribute = Object.entries(node.attributes).map(([name, value]) => createAttribute(name, value));
    const { opType, input, domain } = node;
    this.#nodes.push(create(NodeProtoSchema, { opType, input, domain, output: [output], name: output, attribute }));
    return output;
  }

  #constant(dataType: TensorProto_DataType, dims: readonly number[], buffer: ArrayBuffer): string {
    const name = `c${String(this.#constants.length)}`;
    const rawData = new Uint8Array(buffer);
    this.#constants.push(create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }));
    return name;
  }
}

export const createAttribute = (name: string, value: number | readonly number[]): AttributeProto =>
  typeof value === 'number'
    ? create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) })
    : create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });

function valueInfo({ name, type, shape }: TensorSpec): ValueInfoProto {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === 'number' ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: size },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: ELEMENT[type],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}
