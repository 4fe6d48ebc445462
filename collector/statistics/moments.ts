/** Count, mean and sum of squared deviations of a metric over the units of an arm. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, squares: 0 };

/** One unit more, without the cancellation of sums of squares (Welford 1962, doi:10.1080/00401706.1962.10490022). */
export function addUnit({ n, mean, squares }: Moments, value: number): Moments {
  const gap = value - mean;
  const next = mean + gap / (n + 1);
  return { n: n + 1, mean: next, squares: squares + gap * (value - next) };
}

/** Of all units of both (Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115). */
export function mergeMoments(one: Moments, other: Moments): Moments {
  const n = one.n + other.n;
  if (n === 0) return NO_MOMENTS;
  const gap = other.mean - one.mean;
  return {
    n,
    mean: one.mean + (gap * other.n) / n,
    squares: one.squares + other.squares + (gap * gap * one.n * other.n) / n,
  };
}

/** Unbiased variance of a unit; NaN below two units. */
export const varianceOf = ({ n, squares }: Moments): number => (n < 2 ? Number.NaN : squares / (n - 1));

/** Variance of the difference of two means of independent units. */
export const differenceVariance = (one: Moments, other: Moments): number =>
  varianceOf(one) / one.n + varianceOf(other) / other.n;
