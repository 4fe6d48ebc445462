import type { Arms, Interval } from './arms.ts';
import { differenceVariance } from './moments.ts';

export interface SequenceOptions {
  /** In (0, 1): the chance that the truth is ever outside, however often it is looked at. */
  readonly alpha: number;
  /** Units of both arms together at which the interval is to be tightest. */
  readonly tunedFor: number;
}

/** A difference of means, treatment minus control, with an interval that holds at every look. */
export interface SequentialInterval extends Interval {
  readonly difference: number;
  /**
   * The least alpha whose sequence, tuned alike, leaves out 0 now: were there no difference, the chance that any look
   * ever shows a p so small is at most p.
   */
  readonly p: number;
}

/**
 * Asymptotic confidence sequence of a difference of means (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021,
 * arXiv:2103.06476, theorem 2.2, with the unit variance scaled to all units of both arms). One may look at any time and
 * stop at any look. NaN below two units in an arm.
 */
export function alwaysValidInterval({ control, treatment }: Arms, options: SequenceOptions): SequentialInterval {
  const difference = treatment.mean - control.mean;
  const n = control.n + treatment.n;
  const variance = differenceVariance(control, treatment);
  const width = alwaysValidFactor(n, options) * Math.sqrt(variance);
  const scaled = scaledUnits(n, options);
  const exponent = (scaled / (2 * (scaled + 1))) * (difference ** 2 / variance);
  // the width solved for alpha
  const p = Math.min(1, Math.sqrt(scaled + 1) * Math.exp(-exponent));
  return { difference, low: difference - width, high: difference + width, p };
}

/** How many standard errors of `n` units the sequence goes to either side. */
export function alwaysValidFactor(n: number, options: SequenceOptions): number {
  const scaled = scaledUnits(n, options);
  return Math.sqrt(((2 * (scaled + 1)) / scaled) * Math.log(Math.sqrt(scaled + 1) / options.alpha));
}

/** Units times rho squared, with the rho that is about best at `tunedFor` (the same paper, appendix B.2). */
const scaledUnits = (n: number, { alpha, tunedFor }: SequenceOptions): number => {
  const bits = -2 * Math.log(alpha);
  return (n * (bits + Math.log(bits + 1))) / tunedFor;
};
