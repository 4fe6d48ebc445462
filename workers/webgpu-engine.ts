import { wrap } from 'comlink';
import type { Batch } from '../src/core/contract.ts';
import { type Problem, createProblem, isProblem } from '../src/core/problem.ts';
import type { SessionRequest } from './model-session.ts';
import type { WebgpuProtocol } from './webgpu-protocol.ts';

export interface WebgpuEngineOptions {
  readonly createWorker: () => Worker;
  /** A run that takes longer is given up, and the engine with it; what waits longer is sent away. */
  readonly runMs: number;
}

/** Answers of one slate: logits [M, H], or why there are none and whether the engine has ended over it. */
export type WebgpuAnswer = Float32Array | { readonly problem: Problem; readonly ended: boolean };

/**
 * The GPU in a worker of its own: one that hangs or dies is ended, and this worker scores on. One run at a time, each
 * with a deadline. Nothing here rejects.
 */
export class WebgpuEngine {
  readonly #worker: Worker;
  readonly #gpu: WebgpuProtocol;
  readonly #died: Promise<Problem>;
  #runMs: number;
  #heads = 0;
  #last: Promise<unknown> = Promise.resolve();
  #ended: Problem | null = null;

  constructor({ createWorker, runMs }: WebgpuEngineOptions) {
    this.#worker = createWorker();
    this.#gpu = wrap<WebgpuProtocol>(this.#worker);
    this.#runMs = runMs;
    this.#died = new Promise((resolve) => {
      this.#worker.addEventListener('error', ({ message }) => {
        resolve(createProblem('engine_failed', `the worker of webgpu does not run: ${message}`));
      });
    });
  }

  /** Fetches the runtime and makes the session, in at most `ms` milliseconds. */
  async start(request: SessionRequest, ms: number): Promise<Problem | null> {
    this.#heads = request.heads;
    return this.#answer(this.#gpu.start(request), ms);
  }

  /** For the runs from now on. */
  allow(runMs: number): void {
    this.#runMs = runMs;
  }

  /** Copies `batch`: the caller's stays whole, for another engine. */
  run(batch: Batch): Promise<WebgpuAnswer> {
    const unsafe = findUnsafe(batch);
    if (unsafe) return Promise.resolve({ problem: unsafe, ended: false });
    const asked = performance.now();
    const answer = this.#last.then(() => this.#run(batch, asked));
    this.#last = answer;
    return answer;
  }

  /** Ends the GPU's worker and gives its memory back. */
  close(): void {
    this.#ended ??= createProblem('engine_failed', 'webgpu has been ended');
    this.#worker.terminate();
  }

  async #run(batch: Batch, asked: number): Promise<WebgpuAnswer> {
    if (this.#ended) return { problem: this.#ended, ended: true };
    if (performance.now() - asked >= this.#runMs) {
      return { problem: createProblem('engine_timeout', 'webgpu was busy with earlier slates'), ended: false };
    }
    const logits = await this.#answer(this.#gpu.run(batch), this.#runMs);
    const problem = isProblem(logits) ? logits : findWrong(logits, batch.size * this.#heads);
    if (problem === null) return logits as Float32Array;
    this.#ended = problem;
    this.close();
    return { problem, ended: true };
  }

  /** A worker that has died, hangs or blocks never answers. */
  async #answer<T>(work: Promise<T>, ms: number): Promise<T | Problem> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Problem>((resolve) => {
      timer = setTimeout(
        () => resolve(createProblem('engine_timeout', `webgpu did not answer in ${String(ms)} ms`)),
        ms,
      );
    });
    const failed = work.catch((error: unknown) => createProblem('engine_failed', `webgpu failed: ${String(error)}`));
    const answer = await Promise.race([failed, late, this.#died]);
    clearTimeout(timer);
    return answer;
  }
}

/** An empty history has blocked runtimes for good, and NaN comes back as a finite, wrong score (DESIGN section 5). */
export function findUnsafe(batch: Batch): Problem | null {
  if (batch.size === 0) return createProblem('engine_input', 'webgpu is not given an empty list');
  if (!batch.eventMask.some((present) => present > 0)) {
    return createProblem('engine_input', 'webgpu is not given an empty history');
  }
  const wrong = Object.entries(batch).find(
    ([, values]) => values instanceof Float32Array && !values.every(Number.isFinite),
  );
  return wrong ? createProblem('engine_input', `webgpu is not given ${wrong[0]}, which is not finite`) : null;
}

function findWrong(logits: Float32Array | null, count: number): Problem | null {
  if (logits?.length === count && logits.every(Number.isFinite)) return null;
  return createProblem('engine_failed', 'webgpu did not answer a finite logit for each candidate and head');
}
