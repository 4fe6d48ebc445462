import type { Moments } from './moments.ts';

/** The two arms that are compared. */
export interface Arms<M = Moments> {
  readonly control: M;
  readonly treatment: M;
}

/** Where the truth lies, with the confidence that whoever made it was asked for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** No number can be given. */
export interface Insufficient {
  readonly kind: 'insufficient';
  /**
   * `few_units`: an arm has fewer than 2. `no_variance`: every unit has the same value. `no_base`: a relative effect
   * without a control mean above 0, or with one that its own interval does not keep from 0. `no_denominator`: a ratio
   * whose denominators do not add up to more than 0 in an arm.
   */
  readonly reason: 'few_units' | 'no_variance' | 'no_base' | 'no_denominator';
}

export const insufficient = (reason: Insufficient['reason']): Insufficient => ({ kind: 'insufficient', reason });

/** Throws a TypeError unless `alpha`, the chance of an interval that leaves out the truth, is in (0, 1). */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new TypeError(`alpha must be in (0, 1), got ${String(alpha)}`);
}
