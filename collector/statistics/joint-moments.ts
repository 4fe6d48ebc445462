import { type Moments, NO_MOMENTS, addUnit, mergeMoments } from './moments.ts';

/**
 * Moments of two numbers of each unit of an arm. `y` is the metric, or a ratio's numerator; `x` is the covariate, or the
 * ratio's denominator, or 0 for every unit where there is neither. Both have the same `n`.
 */
export interface JointMoments {
  readonly y: Moments;
  readonly x: Moments;
  /** Sum of the products of both deviations from their means. */
  readonly products: number;
}

export const NO_JOINT_MOMENTS: JointMoments = { y: NO_MOMENTS, x: NO_MOMENTS, products: 0 };

/** One unit more (Welford's recurrence for a covariance: Bennett et al. 2009, doi:10.1109/CLUSTR.2009.5289161). */
export function addPair(moments: JointMoments, y: number, x: number): JointMoments {
  const next = addUnit(moments.x, x);
  return {
    y: addUnit(moments.y, y),
    x: next,
    products: moments.products + (y - moments.y.mean) * (x - next.mean),
  };
}

/** Of all units of both (the same paper, pairwise). */
export function mergeJointMoments(one: JointMoments, other: JointMoments): JointMoments {
  const n = one.y.n + other.y.n;
  if (n === 0) return NO_JOINT_MOMENTS;
  const gaps = (other.y.mean - one.y.mean) * (other.x.mean - one.x.mean);
  return {
    y: mergeMoments(one.y, other.y),
    x: mergeMoments(one.x, other.x),
    products: one.products + other.products + (gaps * one.y.n * other.y.n) / n,
  };
}
