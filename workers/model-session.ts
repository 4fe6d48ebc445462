import type { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import type { Batch } from '../src/core/contract.ts';
import { createRun, findMisfit } from '../src/core/model-contract.ts';

/** One of onnxruntime-web's entries; they share their types. */
export interface Runtime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
  readonly env: typeof env;
}

export interface SessionRequest {
  /** Bytes of `rank.onnx`. */
  readonly model: ArrayBuffer;
  /** Absolute URL of the entry's own wasm file. */
  readonly wasmUrl: string;
  /** Columns of the output. */
  readonly heads: number;
}

/** One loaded onnxruntime session. */
export interface RankSession {
  /** [M, H]. `batch` has been through `fillMissing`. One run at a time; rejects where the run fails. */
  run(batch: Batch): Promise<Float32Array>;
  /** Of onnxruntime-web. */
  readonly version: string;
}

/** The model does not follow the tensor contract; the message names the first tensor that does not fit. */
export class ContractMismatch extends Error {
  // by name: the ranker must not import this module before a runtime is wanted
  override readonly name = 'ContractMismatch';
}

/** Starts a runtime on the model. Rejects where either cannot be used; with `ContractMismatch` for a wrong model. */
export async function openSession(
  { InferenceSession, Tensor, env }: Runtime,
  provider: 'wasm' | 'webgpu',
  { model, wasmUrl, heads }: SessionRequest,
): Promise<RankSession> {
  // with threads the runtime starts this whole worker script again (DESIGN section 5)
  env.wasm.numThreads = 1;
  // its warnings (some nodes run on the processor) are no news to a visitor's console
  env.logLevel = 'error';
  env.wasm.wasmPaths = { wasm: wasmUrl };
  const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: [provider] });
  const { inputMetadata, outputMetadata } = session;
  const misfit = findMisfit({ inputs: inputMetadata.map(declared), outputs: outputMetadata.map(declared) }, heads);
  if (misfit !== undefined) throw new ContractMismatch(`rank.onnx does not fit the contract: ${misfit}`);
  const run = createRun(session, ({ type, data, dims }) => new Tensor(type, data, dims), heads);
  let last: Promise<unknown> = Promise.resolve();
  return {
    version: env.versions.web ?? '',
    run: (batch) => {
      const next = last.then(() => run(batch));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

const declared = (meta: InferenceSession.ValueMetadata) =>
  meta.isTensor ? meta : { name: meta.name, type: 'no tensor', shape: [] };
