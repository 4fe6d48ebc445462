import type { JointMoments } from './joint-moments.ts';
import type { Moments } from './moments.ts';

/**
 * Moments of a ratio of sums, y over x, whose unit is the unit of assignment: clicks per impression, revenue per order.
 * Each unit counts as the ratio plus (y - ratio * x) / mean(x), the delta method's linear part (Deng, Knoblich, Lu 2018,
 * doi:10.1145/3219819.3219919), so the mean is the ratio, and the variance of the mean is the ratio's. Undefined where the
 * denominators do not add up to more than 0.
 */
export function ratioMoments({ y, x, products }: JointMoments): Moments | undefined {
  if (!(x.mean > 0)) return undefined;
  const ratio = y.mean / x.mean;
  const squares = y.squares - 2 * ratio * products + ratio ** 2 * x.squares;
  // rounding may leave less than nothing where y is a multiple of x
  return { n: y.n, mean: ratio, squares: Math.max(0, squares) / x.mean ** 2 };
}
