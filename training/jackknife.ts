import type { Interval } from './metrics.ts';

/** 97.5 % point of the standard normal. */
const Z = 1.959963984540054;

/**
 * A smooth function of sums over units with its 95 % interval by deleting one unit at a time (Tukey 1958; Miller 1974):
 * the slates of a unit may depend on each other, units do not. Nothing is rounded. Ends are null with one unit.
 *
 * `units` holds the sums of each unit, all of one length; `estimate` reads the sums over units.
 */
export function jackknife(units: readonly Float64Array[], estimate: (sums: Float64Array) => number): Interval {
  const all = sumUnits(units);
  const mean = estimate(all);
  if (units.length < 2) return { mean, low: null, high: null };
  const rest = new Float64Array(all.length);
  const without = units.map((unit) => {
    for (let i = 0; i < all.length; i++) rest[i] = all[i] - unit[i];
    return estimate(rest);
  });
  const centre = without.reduce((sum, value) => sum + value, 0) / units.length;
  const squares = without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const half = tQuantile(units.length - 1) * Math.sqrt((squares * (units.length - 1)) / units.length);
  return { mean, low: mean - half, high: mean + half };
}

export function sumUnits(units: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(units[0]?.length ?? 0);
  for (const unit of units) for (let i = 0; i < sums.length; i++) sums[i] += unit[i];
  return sums;
}

/** 97.5 % point of Student's t, within 1e-3 from 8 degrees of freedom (Abramowitz & Stegun 1964, 26.7.5). */
const tQuantile = (degrees: number): number =>
  Z +
  (Z ** 3 + Z) / (4 * degrees) +
  (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degrees ** 2) +
  (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * degrees ** 3);
