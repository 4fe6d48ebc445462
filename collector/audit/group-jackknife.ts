import { hashText } from '../../src/core/hash.ts';
import { studentLimit } from '../statistics/tails.ts';

/** So many that the t limit is near the normal one, so few that a log needs to be summed up only so often. */
export const GROUPS = 50;

/** A visitor is always in the same group, in whatever log. */
export const groupOf = (visitor: string): number => hashText(visitor) % GROUPS;

export interface Estimate {
  readonly mean: number;
  /** Of 95 %; null, as `high`, where it cannot be estimated. */
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError: number | null;
}

/**
 * An estimate over visitors with its interval by deleting one group of visitors at a time (Kott 2001, The delete-a-group
 * jackknife, Journal of Official Statistics 17(4)): what one visitor does depends on each other, visitors do not.
 * `estimate` is told which group to leave out, -1 for none. NaN where the whole cannot be estimated.
 */
export function estimateByGroups(estimate: (without: number) => number): Estimate {
  const mean = estimate(-1);
  const rest = Array.from({ length: GROUPS }, (_, group) => estimate(group));
  const centre = rest.reduce((sum, value) => sum + value, 0) / GROUPS;
  const squares = rest.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const standardError = Math.sqrt((squares * (GROUPS - 1)) / GROUPS);
  if (!Number.isFinite(standardError)) return { mean, low: null, high: null, standardError: null };
  const half = studentLimit(0.025, GROUPS - 1) * standardError;
  return { mean, low: mean - half, high: mean + half, standardError };
}
