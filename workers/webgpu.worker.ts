import { expose, transfer } from 'comlink';
// native WebGPU provider with its own wasm file; the bare import is the old JSEP build, which can be silently wrong
import { InferenceSession, Tensor, env } from 'onnxruntime-web/webgpu';
import type { Batch } from '../src/core/contract.ts';
import { type Problem, createProblem } from '../src/core/problem.ts';
import { ContractMismatch, type RankSession, type SessionRequest, openSession } from './model-session.ts';
import type { WebgpuProtocol } from './webgpu-protocol.ts';

/** A failed run and the loss behind it are told in either order, within this time. */
const LOSS_NEWS_MS = 200;

/**
 * The GPU's own worker. Two runs at once, or another run after one that the device was lost in, took the whole tab down
 * (measured with onnxruntime-web 1.30 in Chromium 156): sessions run one at a time, nothing is asked of a lost device,
 * and the ranker ends this worker after a failed run.
 */
class WebgpuWorker implements WebgpuProtocol {
  #session: RankSession | null = null;
  #lost: Problem | null = null;
  #loss: Promise<unknown> = new Promise(() => undefined);

  async start(request: SessionRequest): Promise<Problem | null> {
    try {
      this.#session = await openSession({ InferenceSession, Tensor, env }, 'webgpu', request);
    } catch (error) {
      const code = error instanceof ContractMismatch ? 'model_contract_mismatch' : 'engine_failed';
      return createProblem(code, `webgpu could not start rank.onnx: ${String(error)}`);
    }
    // set by the runtime when its first session is made
    const device = await env.webgpu.device;
    this.#loss = device.lost.then(({ reason, message }) => {
      this.#lost = createProblem('engine_device_lost', `the GPU was lost (${reason}): ${message}`);
    });
    return null;
  }

  async run(batch: Batch): Promise<Float32Array | Problem> {
    if (this.#lost || this.#session === null)
      return this.#lost ?? createProblem('engine_failed', 'webgpu has not started');
    try {
      const logits = await this.#session.run(batch);
      return this.#lost ?? transfer(logits, [logits.buffer]);
    } catch (error) {
      await Promise.race([this.#loss, new Promise((resolve) => setTimeout(resolve, LOSS_NEWS_MS))]);
      return this.#lost ?? createProblem('engine_failed', `webgpu failed while ranking: ${String(error)}`);
    }
  }
}

expose(new WebgpuWorker());
