import { type Problem, createProblem } from './problem.ts';

/** How an engine that not every device runs well has fared on this one. */
export interface EngineTrial {
  /** Names model, runtime, browser and adapter: another of them is another trial. */
  readonly key: string;
  /** Starts that have not come to an end: the page was left, or the GPU took the tab down. */
  readonly starts: number;
  /** Runs that were lost with the device or their deadline. */
  readonly losses: number;
  /** Of the newest failure. */
  readonly problem?: Problem;
}

/** So many starts without an end, or losses, are enough. */
const MAX_FAILURES = 3;

/** Why the engine is not tried again with this model on this device, or null. Wrong scores are enough once. */
export function findVerdict({ starts, losses, problem }: EngineTrial): Problem | null {
  if (problem?.code === 'engine_golden_mismatch') return problem;
  if (losses < MAX_FAILURES && starts < MAX_FAILURES) return null;
  return (
    problem ?? createProblem('engine_failed', `webgpu was started ${String(starts)} times without coming to an end`)
  );
}
