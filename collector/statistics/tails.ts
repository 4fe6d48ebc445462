import upperGamma from '@stdlib/math-base-special-gammainc';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

// every tail is computed as itself: 1 - cdf has no p-value below 1e-16

/** Chance that a standard normal number lies beyond |z| on one side. Down to 1e-300 to 12 digits. */
export const normalTail = (z: number): number => normalCdf(-Math.abs(z), 0, 1);

/**
 * Chance that Student's t of `degrees` degrees of freedom (more than 0, not only whole ones) lies beyond |t| on one side,
 * by the regularised incomplete beta function (Abramowitz and Stegun 1964, 26.7.1). NaN for other degrees.
 */
export const studentTail = (t: number, degrees: number): number => studentCdf(-Math.abs(t), degrees);

/** What Student's t exceeds with a chance of `tail`, in (0, 1). NaN outside. */
export const studentLimit = (tail: number, degrees: number): number => -studentQuantile(tail, degrees);

/**
 * Chance that a chi-square number of `degrees` degrees of freedom exceeds `value` (0 or more), by the regularised upper
 * incomplete gamma function (Abramowitz and Stegun 1964, 26.4.19). NaN outside.
 */
export const chiSquareTail = (value: number, degrees: number): number => upperGamma(value / 2, degrees / 2, true, true);
