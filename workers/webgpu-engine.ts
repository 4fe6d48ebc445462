import { wrap } from 'comlink';
import type { Batch } from '../src/core/contract.ts';
import { type Problem, createProblem, isProblem } from '../src/core/problem.ts';
import type { SessionRequest } from './model-session.ts';
import type { WebgpuProtocol } from './webgpu-protocol.ts';

export interface WebgpuEngineOptions {
  readonly createWorker: () => Worker;
  /** A run that takes longer ends the engine; a slate waits no longer either, for the queue and its run together. */
  readonly runMs: number;
}

/**
 * The GPU in a worker of its own: one that hangs or dies is ended, and this worker scores on. One run at a time, each
 * with a deadline. Nothing here rejects.
 */
export class WebgpuEngine {
  readonly #worker: Worker;
  readonly #gpu: WebgpuProtocol;
  readonly #died: Promise<Problem>;
  #runMs: number;
  #note: (problem: Problem | null) => void = () => undefined;
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

  /** For the runs from now on; `note` hears of each whether it went well (null) or has ended the engine. */
  serve(runMs: number, note: (problem: Problem | null) => void): void {
    this.#runMs = runMs;
    this.#note = note;
  }

  /** Logits [M, H], or why there are none. Copies `batch`: the caller's stays whole, for another engine. */
  run(batch: Batch): Promise<Float32Array | Problem> {
    const unsafe = findUnsafe(batch);
    if (unsafe) return Promise.resolve(unsafe);
    const asked = performance.now();
    const answer = this.#last.then(() => this.#run(batch, asked));
    this.#last = answer;
    // a slate that the queue has made late goes elsewhere, but its run has all its time before the engine is blamed
    return inTime(answer, this.#runMs);
  }

  /** Ends the GPU's worker and gives its memory back. */
  close(): void {
    this.#ended ??= createProblem('engine_failed', 'webgpu has been ended');
    this.#worker.terminate();
  }

  async #run(batch: Batch, asked: number): Promise<Float32Array | Problem> {
    if (this.#ended) return this.#ended;
    if (performance.now() - asked >= this.#runMs) return late(this.#runMs);
    const logits = await this.#answer(this.#gpu.run(batch), this.#runMs);
    const problem = isProblem(logits) ? logits : findWrong(logits, batch.size * this.#heads);
    // closed in the middle of a run is not failed
    if (this.#ended) return this.#ended;
    this.#note(problem);
    if (problem === null) return logits;
    this.#ended = problem;
    this.close();
    return problem;
  }

  /** A worker that has died, hangs or blocks never answers. */
  #answer<T>(work: Promise<T>, ms: number): Promise<T | Problem> {
    const failed = work.catch((error: unknown) => createProblem('engine_failed', `webgpu failed: ${String(error)}`));
    return inTime(Promise.race([failed, this.#died]), ms);
  }
}

const late = (ms: number): Problem => createProblem('engine_timeout', `webgpu did not answer in ${String(ms)} ms`);

/** `work`, or `engine_timeout` where it takes longer than `ms` milliseconds. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | Problem> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<Problem>((resolve) => {
    timer = setTimeout(() => resolve(late(ms)), ms);
  });
  const first = await Promise.race([work, end]);
  clearTimeout(timer);
  return first;
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
