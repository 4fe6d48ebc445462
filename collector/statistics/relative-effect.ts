import { type SequenceOptions, alwaysValidFactor } from './always-valid.ts';
import { type Arms, type Insufficient, type Interval, checkAlpha, insufficient } from './arms.ts';
import { varianceOf } from './moments.ts';
import { addVariances } from './satterthwaite.ts';
import { type StudentEstimate, judgeByStudent } from './student-estimate.ts';

/** Arms whose means are to be divided. */
export interface RelativeArms extends Arms {
  /** Variance by which both means move together, as CUPED's do with the mean of the covariate. */
  readonly sharedVariance?: number;
}

export interface RelativeEffect extends StudentEstimate {
  readonly kind: 'estimate';
  /** Mean of treatment over mean of control, less 1: .05 is 5 % more. */
  readonly lift: number;
}

export interface RelativeInterval extends Interval {
  readonly kind: 'interval';
}

/**
 * The relative lift with its interval at one look, by the delta method (Deng, Knoblich, Lu 2018,
 * doi:10.1145/3219819.3219919) with Satterthwaite's degrees of freedom. Its p-value differs a little from that of the
 * difference: decide by one of them. `no_variance` also where treatment is 0 throughout, so that the method sees none.
 * Throws a TypeError where alpha is not in (0, 1).
 */
export function compareRelatively(arms: RelativeArms, alpha: number): RelativeEffect | Insufficient {
  checkAlpha(alpha);
  const obstacle = obstacleOf(arms);
  if (obstacle) return obstacle;
  const { control, treatment, sharedVariance = 0 } = arms;
  const ratio = treatment.mean / control.mean;
  const scale = control.mean ** 2;
  const uncertainty = addVariances([
    { variance: varianceOf(treatment) / treatment.n / scale, degrees: treatment.n - 1 },
    { variance: (ratio ** 2 * varianceOf(control)) / control.n / scale, degrees: control.n - 1 },
    { variance: ((1 - ratio) ** 2 * sharedVariance) / scale, degrees: control.n + treatment.n - 2 },
  ]);
  if (uncertainty.standardError === 0) return insufficient('no_variance');
  return { kind: 'estimate', lift: ratio - 1, ...judgeByStudent(ratio - 1, uncertainty, alpha) };
}

/**
 * Interval of the relative lift that holds at every look: the lifts r at which the always-valid interval of
 * mean(treatment) - (1 + r) mean(control) holds 0, which is Fieller's quadratic (Fieller 1954,
 * doi:10.1111/j.2517-6161.1954.tb00159.x) with the factor of the confidence sequence. The true r is left out only where
 * the sequence of a difference whose truth is 0 leaves out 0, so the coverage is that of the sequence; and 0 lies in it
 * exactly when it lies in that of the difference. `no_base` as long as the control mean is not kept from 0: then no
 * lift, however large, can be excluded.
 */
export function alwaysValidLift(arms: RelativeArms, options: SequenceOptions): RelativeInterval | Insufficient {
  const obstacle = obstacleOf(arms);
  if (obstacle) return obstacle;
  const { control, treatment, sharedVariance = 0 } = arms;
  const factor = alwaysValidFactor(control.n + treatment.n, options) ** 2;
  const [below, above] = [control, treatment].map((arm) => (factor * varianceOf(arm)) / arm.n) as [number, number];
  const shared = factor * sharedVariance;
  // square * ratio ** 2 - 2 * middle * ratio + middle ** 2 / square <= spread ** 2 / square
  const square = control.mean ** 2 - below - shared;
  const middle = treatment.mean * control.mean - shared;
  if (square <= 0) return insufficient('no_base');
  // written out, because the difference of both squares would cancel
  const spread = Math.sqrt(
    control.mean ** 2 * above +
      treatment.mean ** 2 * below +
      shared * (treatment.mean - control.mean) ** 2 -
      (below * above + shared * (below + above)),
  );
  return { kind: 'interval', low: (middle - spread) / square - 1, high: (middle + spread) / square - 1 };
}

function obstacleOf({ control, treatment }: Arms): Insufficient | undefined {
  if (control.n < 2 || treatment.n < 2) return insufficient('few_units');
  if (control.squares + treatment.squares === 0) return insufficient('no_variance');
  return control.mean > 0 ? undefined : insufficient('no_base');
}
