import { type Problem, createProblem } from './problem.ts';

/** How an engine that not every device runs well has fared on this one. */
export interface EngineTrial {
  /** Names model, runtime, browser and adapter: another of them is another trial. */
  readonly key: string;
  /** Starts that have not come to an end: the page was left, or the GPU took the tab down. */
  readonly starts: number;
  /** Epoch ms of the newest start; absent where none is open. */
  readonly startedAt?: number;
  /** Runs that were lost with the device or their deadline, and are not forgotten. */
  readonly losses: number;
  /** Good runs since the newest loss; absent without a loss. */
  readonly runs?: number;
  /** Of the newest failure. */
  readonly problem?: Problem;
}

/** What a page has to tell; each is applied to what is known by then, because other tabs tell as well. */
export type TrialNews =
  /** `at` is in epoch ms. */
  | { readonly kind: 'start'; readonly at: number }
  /** Checks or a slate that went well. */
  | { readonly kind: 'run' }
  /** Of a start or its checks; or of a run that ended the engine. */
  | { readonly kind: 'refusal' | 'loss'; readonly problem: Problem };

/** So many starts without an end, or losses, are enough. */
const MAX_FAILURES = 3;
/** Pages are also left in the middle of a start, so starts alone are enough for so long only: a day, in milliseconds. */
const PAUSE_MS = 86_400_000;
/**
 * Good runs in a row after which earlier losses are forgotten: a device is also lost when a laptop sleeps or a driver is
 * updated. An engine that fails more often than once in so many slates three times over is no gain.
 */
const FORGIVING_RUNS = 20;

/** What is known after `news`, on this page or another. Wrong scores stay, whatever else a device computes right. */
export function afterNews(trial: EngineTrial, news: TrialNews): EngineTrial {
  const { key, starts, losses, runs = 0 } = trial;
  if (isWrong(trial)) return trial;
  switch (news.kind) {
    case 'start':
      return { ...trial, starts: starts + 1, startedAt: news.at };
    case 'refusal':
      // what could not be fetched or has hung may do better on the next page: it stays a start without an end
      return { ...trial, problem: news.problem };
    case 'loss':
      return { key, starts: 0, losses: losses + 1, problem: news.problem };
    case 'run':
      if (losses === 0 || runs + 1 >= FORGIVING_RUNS) return { key, starts: 0, losses: 0 };
      return { key, starts: 0, losses, runs: runs + 1, ...(trial.problem && { problem: trial.problem }) };
  }
}

/**
 * Why the engine is not tried with this model on this device at `now` (epoch ms), or null. Wrong scores are enough once
 * and for good, losses three times; starts without an end are enough for a day after the newest.
 */
export function findVerdict(trial: EngineTrial, now: number): Problem | null {
  const { starts, startedAt = 0, losses, problem } = trial;
  // a clock that was set back must not make the pause longer
  const isPaused = starts >= MAX_FAILURES && Math.abs(now - startedAt) < PAUSE_MS;
  if (!isWrong(trial) && losses < MAX_FAILURES && !isPaused) return null;
  return (
    problem ?? createProblem('engine_failed', `webgpu was started ${String(starts)} times without coming to an end`)
  );
}

const isWrong = ({ problem }: EngineTrial): boolean => problem?.code === 'engine_golden_mismatch';
