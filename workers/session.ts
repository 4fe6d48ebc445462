import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import { type Batch, LOGITS, TENSORS, type TensorSpec } from '../src/core/contract.ts';
import { headScores } from '../src/core/bundle.ts';

export interface SessionRequest {
  /** Bytes of `rank.onnx`. */
  readonly model: ArrayBuffer;
  /** Absolute URL of `ort-wasm-simd-threaded.wasm`. */
  readonly wasmUrl: string;
  /** Columns of the output. */
  readonly heads: number;
}

/** One loaded onnxruntime session. */
export interface RankSession {
  /** [M] of head 0. `batch` has been through `fillMissing`. One run at a time; rejects where the run fails. */
  score(batch: Batch): Promise<Float32Array>;
}

/** Starts onnxruntime on the model. Rejects where the runtime or the model cannot be used, or wants other inputs. */
export async function createSession({ model, wasmUrl, heads }: SessionRequest): Promise<RankSession> {
  // with threads the runtime starts this whole worker script again (DESIGN section 5)
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = { wasm: wasmUrl };
  const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: ['wasm'] });
  const inputs = session.inputNames.map(findSpec);
  if (!session.outputNames.includes(LOGITS.name)) throw new Error(`rank.onnx has no output ${LOGITS.name}`);
  let last: Promise<unknown> = Promise.resolve();
  return {
    score: (batch) => {
      const run = last.then(() => runSession(session, inputs, batch));
      last = run.catch(() => undefined);
      return run.then((logits) => headScores(logits, heads));
    },
  };
}

function findSpec(name: string): TensorSpec {
  const spec = TENSORS.find((known) => known.name === name);
  if (spec === undefined) throw new Error(`rank.onnx wants an input "${name}" that the contract does not have`);
  return spec;
}

async function runSession(
  session: InferenceSession,
  inputs: readonly TensorSpec[],
  batch: Batch,
): Promise<Float32Array> {
  const feeds = Object.fromEntries(inputs.map((spec) => [spec.name, createTensor(spec, batch)]));
  const { [LOGITS.name]: logits } = await session.run(feeds, [LOGITS.name]);
  if (!(logits?.data instanceof Float32Array)) throw new Error('rank.onnx does not answer float32 logits');
  return logits.data;
}

function createTensor({ name, type, shape }: TensorSpec, batch: Batch): Tensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : batch.size));
  return new Tensor(type, dataOf(name, batch), sizes);
}

/** The contract names tensors in snake case, the batch in camel case. */
function dataOf(name: string, batch: Batch): Int8Array | Int32Array | Float32Array {
  const field = name.replace(/_./g, (pair) => pair.slice(1).toUpperCase());
  return batch[field as Exclude<keyof Batch, 'size'>];
}
