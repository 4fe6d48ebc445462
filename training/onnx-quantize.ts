import { clone, create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import { createAttribute } from './onnx-graph.ts';
import { floatValues } from './onnx-model.ts';
import { describeNBits, quantizeLayer } from './quantize.ts';

/** Below one block of inputs, or so few weights, scales and padding outweigh the bytes saved. */
const MIN_INPUTS = 16;
const MIN_WEIGHTS = 256;

export interface QuantizedModel {
  readonly model: ModelProto;
  /** Names of the weights that became int8. */
  readonly weights: readonly string[];
}

/** A dense layer's constant weights, [inputs, outputs] row-major. */
interface Dense {
  readonly node: NodeProto;
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
}

/**
 * Makes each MatMul and Gemm over a constant matrix a `com.microsoft.MatMulNBits` with int8 weights, by the trainer's
 * own quantizer; activations stay fp32. Small and odd weights (fewer than 16 inputs or 256 numbers, not finite, another
 * type, a Gemm with alpha, beta or transA, layers inside of If or Loop) stay as they are. Leaves `model` as it is.
 */
export function quantizeModel(model: ModelProto): QuantizedModel {
  const copy = clone(ModelProtoSchema, model);
  const { graph } = copy;
  const weights: string[] = [];
  if (graph === undefined) return { model: copy, weights };
  const constants = findConstants(graph);
  graph.node = graph.node.flatMap((node) => {
    const dense = findDense(node, constants);
    if (dense === undefined) return [node];
    weights.push(dense.name);
    return replace(graph, dense, `nearside_${String(weights.length)}`);
  });
  if (weights.length > 0) addMicrosoft(copy);
  removeUnused(graph);
  return { model: copy, weights };
}

function findConstants(graph: GraphProto): ReadonlyMap<string, TensorProto> {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const { opType, attribute, output } of graph.node) {
    const value = opType === 'Constant' ? attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (value !== undefined && output[0] !== undefined) constants.set(output[0], value);
  }
  // a weight that is also an input can be given at each run
  graph.input.forEach(({ name }) => constants.delete(name));
  return constants;
}

function findDense(node: NodeProto, constants: ReadonlyMap<string, TensorProto>): Dense | undefined {
  const { opType, domain, input } = node;
  if (domain !== '' || (opType !== 'MatMul' && opType !== 'Gemm')) return undefined;
  const number = (name: string, otherwise: number): number => {
    const found = node.attribute.find((attribute) => attribute.name === name);
    return found === undefined ? otherwise : found.f || Number(found.i);
  };
  if (opType === 'Gemm' && (number('alpha', 1) !== 1 || number('beta', 1) !== 1 || number('transA', 0) !== 0))
    return undefined;
  const name = input[1] ?? '';
  const tensor = constants.get(name);
  const values = tensor && floatValues(tensor);
  if (values === undefined || tensor?.dims.length !== 2 || !values.every(Number.isFinite)) return undefined;
  const [rows, columns] = tensor.dims.map(Number);
  const turned = opType === 'Gemm' && number('transB', 0) === 1;
  const [inputs, outputs] = turned ? [columns, rows] : [rows, columns];
  if (inputs < MIN_INPUTS || values.length < MIN_WEIGHTS) return undefined;
  return { node, name, inputs, outputs, weights: turned ? transpose(values, rows, columns) : values };
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}

function replace(graph: GraphProto, { node, inputs, outputs, weights }: Dense, name: string): NodeProto[] {
  const { bytes, scales } = quantizeLayer({ inputs, outputs, weights, bias: new Float32Array(outputs) });
  const { sizes, attributes } = describeNBits({ inputs, outputs });
  const add = (part: string, data: Uint8Array, tensor: Pick<TensorProto, 'dataType' | 'dims'>): string => {
    const rawData = Uint8Array.from(data);
    graph.initializer.push(create(TensorProtoSchema, { ...tensor, name: `${name}_${part}`, rawData }));
    return `${name}_${part}`;
  };
  const b = add('bytes', bytes, { dataType: TensorProto_DataType.UINT8, dims: sizes.map(BigInt) });
  const values = new Uint8Array(scales.buffer);
  const s = add('scales', values, { dataType: TensorProto_DataType.FLOAT, dims: [BigInt(scales.length)] });
  const [result = ''] = node.output;
  const bias = node.input[2] ?? '';
  const product = bias === '' ? result : `${name}_product`;
  const matmul = create(NodeProtoSchema, {
    ...{ opType: 'MatMulNBits', domain: 'com.microsoft', name },
    input: [node.input[0] ?? '', b, s],
    output: [product],
    attribute: Object.entries(attributes).map(([key, value]) => createAttribute(key, value)),
  });
  if (bias === '') return [matmul];
  const sum = { opType: 'Add', name: `${name}_add`, input: [product, bias], output: [result] };
  return [matmul, create(NodeProtoSchema, sum)];
}

function addMicrosoft({ opsetImport }: ModelProto): void {
  if (opsetImport.some(({ domain }) => domain === 'com.microsoft')) return;
  opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n }));
}

/** Weights that only replaced layers read. Graphs inside of nodes may read any, so with such nothing is removed. */
function removeUnused(graph: GraphProto): void {
  if (graph.node.some(({ attribute }) => attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0)))
    return;
  const used = new Set([...graph.node.flatMap(({ input }) => input), ...graph.output.map(({ name }) => name)]);
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  graph.node = graph.node.filter(
    ({ opType, output }) => opType !== 'Constant' || output.some((name) => used.has(name)),
  );
}
