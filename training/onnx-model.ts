import { fromBinary } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type ValueInfoProto,
} from 'onnx-buf';
import { type DeclaredModel, type DeclaredTensor, findMisfit } from '../src/core/model-contract.ts';

/** A tensor holds the number and not the enum. */
const FLOAT: number = TensorProto_DataType.FLOAT;
/** What onnxruntime-web 1.30 takes (DESIGN section 5); below 7 it promises nothing. */
const [MIN_OPSET, MAX_OPSET, MAX_IR] = [7, 26, 13];
const DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'com.microsoft', 'ai.onnx.ml']);

/** Reads an ONNX file; undefined where it is none. */
export function parseOnnx(bytes: Uint8Array): ModelProto | undefined {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    return model.graph === undefined || model.opsetImport.length === 0 ? undefined : model;
  } catch {
    return undefined;
  }
}

/** Why a ranker cannot be this model: its version, its weights, then the first tensor that does not fit. */
export function findModelDefect(model: ModelProto, heads: number): string | undefined {
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n;
  if (opset < MIN_OPSET || opset > MAX_OPSET) {
    return `its opset is ${String(opset)}; onnxruntime-web takes ${String(MIN_OPSET)} to ${String(MAX_OPSET)}`;
  }
  if (model.irVersion > MAX_IR)
    return `its IR version is ${String(model.irVersion)}; export it with ${String(MAX_IR)} or less`;
  const foreign = model.opsetImport.find(({ domain }) => !DOMAINS.has(domain));
  if (foreign) return `it uses operators of the domain "${foreign.domain}", which onnxruntime-web does not have`;
  const outside = model.graph?.initializer.find(
    ({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL,
  );
  if (outside) return `its weight "${outside.name}" lies in another file; export it as one file`;
  return findMisfit(declaredModel(model), heads);
}

/** The number of logits a candidate, where the model fixes it. */
export function declaredHeads(model: ModelProto): number | undefined {
  const size = declaredModel(model)
    .outputs.find(({ name }) => name === 'logits')
    ?.shape.at(-1);
  return typeof size === 'number' ? size : undefined;
}

function declaredModel({ graph }: ModelProto): DeclaredModel {
  // older exporters list weights among the inputs
  const weights = new Set(graph?.initializer.map(({ name }) => name));
  const inputs = (graph?.input ?? []).filter(({ name }) => !weights.has(name));
  return { inputs: inputs.map(declaredTensor), outputs: (graph?.output ?? []).map(declaredTensor) };
}

function declaredTensor({ name, type }: ValueInfoProto): DeclaredTensor {
  if (type?.value.case !== 'tensorType') return { name, type: 'no tensor', shape: [] };
  const { elemType, shape } = type.value.value;
  return { name, type: typeName(elemType), shape: (shape?.dim ?? []).map(({ value }) => sizeOf(value)) };
}

/** A number, the name of a dynamic size, or undefined for one without a name. */
const sizeOf = (value: { readonly case?: string | undefined; readonly value?: unknown }): unknown =>
  value.case === 'dimValue' ? Number(value.value) : value.value || undefined;

/** As onnxruntime names it: `float32`, not `FLOAT`. */
function typeName(elemType: number): string {
  const name = (TensorProto_DataType[elemType] as string | undefined)?.toLowerCase() ?? `type ${String(elemType)}`;
  return name === 'float' ? 'float32' : name === 'double' ? 'float64' : name;
}

/** The values of a float32 constant, wherever the exporter put them; undefined for any other. */
export function floatValues({ dataType, rawData, floatData, dims }: TensorProto): Float32Array | undefined {
  if (dataType !== FLOAT) return undefined;
  // a copy: raw data may lie at any offset, and is little-endian as everything that runs this
  const values = rawData.length > 0 ? new Float32Array(Uint8Array.from(rawData).buffer) : Float32Array.from(floatData);
  return values.length === dims.reduce((product, size) => product * Number(size), 1) ? values : undefined;
}
