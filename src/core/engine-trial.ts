import { type Problem, createProblem } from './problem.ts';

/** How an engine that not every device runs well has fared on this one. */
export interface EngineTrial {
  /** Names model, runtime, browser and adapter: another of them is another trial. */
  readonly key: string;
  /** Starts that have not come to an end: the page was left, or the GPU took the tab down. */
  readonly starts: number;
  /** Runs that were lost with the device or their deadline, and are not forgotten. */
  readonly losses: number;
  /** Good runs since the newest loss, as far as they were written down; absent without a loss. */
  readonly runs?: number;
  /** Of the newest failure. */
  readonly problem?: Problem;
}

/** So many starts without an end, or losses, are enough. */
const MAX_FAILURES = 3;
/**
 * Good runs in a row after which earlier losses are forgotten: a device is also lost when a laptop sleeps or a driver is
 * updated. An engine that fails more often than once in so many slates three times over is no gain.
 */
const FORGIVING_RUNS = 20;

/** After checks or a slate that went well, on this page or another. */
export function afterRun({ key, losses, runs = 0 }: EngineTrial): EngineTrial {
  const fresh = { key, starts: 0, losses: 0 };
  return losses === 0 || runs + 1 >= FORGIVING_RUNS ? fresh : { ...fresh, losses, runs: runs + 1 };
}

/** After a run that ended the engine. */
export const afterLoss = ({ key, losses }: EngineTrial, problem: Problem): EngineTrial => ({
  ...{ key, starts: 0, losses: losses + 1, problem },
});

/** Why the engine is not tried again with this model on this device, or null. Wrong scores are enough once. */
export function findVerdict({ starts, losses, problem }: EngineTrial): Problem | null {
  if (problem?.code === 'engine_golden_mismatch') return problem;
  if (losses < MAX_FAILURES && starts < MAX_FAILURES) return null;
  return (
    problem ?? createProblem('engine_failed', `webgpu was started ${String(starts)} times without coming to an end`)
  );
}
