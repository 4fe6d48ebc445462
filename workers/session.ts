import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import { type RankSession, type SessionRequest, openSession } from './model-session.ts';

/** Starts onnxruntime on the processor; `wasmUrl` is that of `ort-wasm-simd-threaded.wasm`. Rejects as `openSession`. */
export const createSession = (request: SessionRequest): Promise<RankSession> =>
  openSession({ InferenceSession, Tensor, env }, 'wasm', request);
