import { type Moments, differenceVariance } from './moments.ts';

export interface SequenceOptions {
  /** In (0, 1): the chance that the truth is ever outside, however often it is looked at. */
  readonly alpha: number;
  /** Units of both arms together at which the interval is to be tightest. */
  readonly tunedFor: number;
}

/** A difference of means, treatment minus control, with an interval that holds at every look. */
export interface SequentialInterval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Asymptotic confidence sequence of a difference of means (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021,
 * arXiv:2103.06476, theorem 2.2, with the unit variance scaled to all units of both arms). One may look at any time and
 * stop at any look. NaN bounds below two units in an arm.
 */
export function alwaysValidInterval(
  { control, treatment }: { readonly control: Moments; readonly treatment: Moments },
  { alpha, tunedFor }: SequenceOptions,
): SequentialInterval {
  const difference = treatment.mean - control.mean;
  const n = control.n + treatment.n;
  const scaled = n * tuningOf(alpha, tunedFor) ** 2;
  const width = Math.sqrt(
    differenceVariance(control, treatment) *
      n *
      ((2 * (scaled + 1)) / (n * scaled)) *
      Math.log(Math.sqrt(scaled + 1) / alpha),
  );
  return { difference, low: difference - width, high: difference + width };
}

/** Rho that is about best at `units` (the same paper, appendix B.2). */
const tuningOf = (alpha: number, units: number): number => {
  const bits = -2 * Math.log(alpha);
  return Math.sqrt((bits + Math.log(bits + 1)) / units);
};
