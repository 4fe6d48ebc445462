import { type Arms, type Insufficient, checkAlpha, insufficient } from './arms.ts';
import { varianceOf } from './moments.ts';
import { addVariances } from './satterthwaite.ts';
import { type StudentEstimate, judgeByStudent } from './student-estimate.ts';

export interface MeanDifference extends StudentEstimate {
  readonly kind: 'estimate';
  /** Mean of treatment minus mean of control, in the metric's unit. */
  readonly difference: number;
}

/**
 * Welch's t-test of two means whose variances may differ (Welch 1947, doi:10.1093/biomet/34.1-2.28). Throws a TypeError
 * where alpha is not in (0, 1).
 */
export function compareMeans({ control, treatment }: Arms, alpha: number): MeanDifference | Insufficient {
  checkAlpha(alpha);
  if (control.n < 2 || treatment.n < 2) return insufficient('few_units');
  if (control.squares + treatment.squares === 0) return insufficient('no_variance');
  const difference = treatment.mean - control.mean;
  const terms = [control, treatment].map((arm) => ({ variance: varianceOf(arm) / arm.n, degrees: arm.n - 1 }));
  return { kind: 'estimate', difference, ...judgeByStudent(difference, addVariances(terms), alpha) };
}
