import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import type { Batch } from '../src/core/contract.ts';
import { createRun } from '../src/core/model-contract.ts';

/** A model in Node, on the runtime that pages use. */
export interface OnnxRunner {
  /** [M, H]. Rejects where the run fails or answers another shape. */
  run(batch: Batch): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Rejects with onnxruntime's own words where it does not know an operator or the graph is wrong. */
export async function openOnnx(bytes: Uint8Array, heads: number): Promise<OnnxRunner> {
  // more would need workers, which Node has not
  env.wasm.numThreads = 1;
  // what goes wrong is thrown as well, and said once
  env.logLevel = 'fatal';
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const run = createRun(session, ({ type, data, dims }) => new Tensor(type, data, dims), heads);
  return { run, close: () => session.release() };
}
