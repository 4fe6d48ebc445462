import { type Arms, type Insufficient, insufficient } from './arms.ts';
import type { JointMoments } from './joint-moments.ts';
import { type Moments, differenceVariance } from './moments.ts';

/** Both arms as if every unit had had the same past. */
export interface CupedArms extends Arms {
  readonly kind: 'adjusted';
  /** What a unit's metric is expected to rise by where its covariate is higher by 1. */
  readonly theta: number;
  /** 1 less the variance of the difference after over before; about the squared correlation with the covariate. */
  readonly varianceRemoved: number;
  /** Variance of theta times the mean of the covariate, by which both means move together. */
  readonly sharedVariance: number;
}

/**
 * CUPED: y - theta * (x - mean of x), with a covariate x from before the exposure, which the treatment cannot have
 * changed (Deng, Xu, Kohavi, Walker 2013, doi:10.1145/2433396.2433413). Theta is the slope within the arms,
 * both pooled; the mean of x is that of all units. A unit without a past gets x = 0: no bias, because chance assigns
 * those units too, but less is removed. With arms of unequal size and slopes, `varianceRemoved` may fall below 0 (Freedman 2008,
 * doi:10.1016/j.aam.2006.12.003).
 */
export function adjustByCovariate({ control, treatment }: Arms<JointMoments>): CupedArms | Insufficient {
  if (control.y.n < 2 || treatment.y.n < 2) return insufficient('few_units');
  const squares = control.x.squares + treatment.x.squares;
  if (squares === 0 || control.y.squares + treatment.y.squares === 0) return insufficient('no_variance');
  const n = control.x.n + treatment.x.n;
  const theta = (control.products + treatment.products) / squares;
  const middle = (control.x.mean * control.x.n + treatment.x.mean * treatment.x.n) / n;
  const adjust = ({ y, x, products }: JointMoments): Moments => ({
    n: y.n,
    mean: y.mean - theta * (x.mean - middle),
    // rounding may leave less than nothing where x foretells y
    squares: Math.max(0, y.squares - 2 * theta * products + theta ** 2 * x.squares),
  });
  const adjusted = { control: adjust(control), treatment: adjust(treatment) };
  return {
    kind: 'adjusted',
    ...adjusted,
    theta,
    varianceRemoved:
      1 - differenceVariance(adjusted.control, adjusted.treatment) / differenceVariance(control.y, treatment.y),
    sharedVariance: (theta ** 2 * squares) / (n - 2) / n,
  };
}
