import type { Interval } from './arms.ts';

export interface NonInferiorityMargin {
  /** The harm that is still borne: 0 or more, in the interval's unit (.02 of a relative lift is 2 %). */
  readonly margin: number;
  /** Which way the metric is worse. */
  readonly harm: 'decrease' | 'increase';
}

/** `holds`: a harm beyond the margin is excluded. `violated`: anything else is. `open`: neither yet. */
export type NonInferiority = 'holds' | 'violated' | 'open';

/**
 * Judges a guardrail by the bound of its interval on the harmful side (CONSORT's reading of non-inferiority: Piaggio et
 * al. 2012, doi:10.1001/jama.2012.87802). Each of both verdicts is wrong with a chance of at most the interval's alpha,
 * at whatever look if the interval is always valid. NaN bounds leave it open. Throws a TypeError where the margin is
 * below 0.
 */
export function judgeNonInferiority({ low, high }: Interval, { margin, harm }: NonInferiorityMargin): NonInferiority {
  if (!(margin >= 0 && Number.isFinite(margin))) throw new TypeError(`margin must be 0 or more, got ${String(margin)}`);
  const [worst, best] = harm === 'decrease' ? [low, high] : [-high, -low];
  if (worst > -margin) return 'holds';
  return best < -margin ? 'violated' : 'open';
}
