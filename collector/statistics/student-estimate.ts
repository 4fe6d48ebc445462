import type { Interval } from './arms.ts';
import type { Uncertainty } from './satterthwaite.ts';
import { studentLimit, studentTail } from './tails.ts';

/** What one look at a number of units that was fixed beforehand tells; of many looks see `alwaysValidInterval`. */
export interface StudentEstimate extends Uncertainty, Interval {
  /** Chance of an estimate at least as far from 0, on either side, were the truth 0. */
  readonly p: number;
}

/** Interval of confidence 1 - alpha and two-sided p-value, by Student's t. */
export function judgeByStudent(estimate: number, { standardError, degrees }: Uncertainty, alpha: number) {
  const width = studentLimit(alpha / 2, degrees) * standardError;
  return {
    standardError,
    degrees,
    low: estimate - width,
    high: estimate + width,
    p: 2 * studentTail(estimate / standardError, degrees),
  } satisfies StudentEstimate;
}
