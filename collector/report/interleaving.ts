import { isRecord } from '../../src/core/guards.ts';
import { type Moments, NO_MOMENTS, addUnit, varianceOf } from '../statistics/moments.ts';
import { judgeByStudent } from '../statistics/student-estimate.ts';
import type { Analysis } from './analysis.ts';
import { type Population, unitsOf } from './population.ts';

/** Whose items visitors of an interleaved arm clicked. */
export interface InterleavedArm {
  readonly arm: string;
  /** Units that clicked at all. */
  readonly units: number;
  readonly ownCredit: number;
  readonly otherCredit: number;
  /**
   * Mean over units of (other - own) / (other + own), in [-1, 1]: above 0 the other bundle is preferred; of one look. Null
   * below 2 units or where all are alike.
   */
  readonly preference: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly p: number;
  } | null;
}

/** Whether an arm interleaves, as far as its declaration says. */
const isInterleaved = (variation: unknown): boolean =>
  variation === undefined || (isRecord(variation) && variation['interleave'] !== undefined);

/** Credit by unit, so that one who clicks much counts once (Chapelle et al. 2012, doi:10.1145/2094072.2094078). */
export function measureInterleaving(
  population: Population,
  { alpha }: Analysis,
  variations: readonly unknown[],
): readonly InterleavedArm[] {
  const { units, arms, windowDays } = population;
  const [own, other] = [units.column('ownCredit'), units.column('otherCredit')];
  const found = arms.map((arm) => ({ arm, ownCredit: 0, otherCredit: 0, moments: NO_MOMENTS }));
  for (const [unit, arm] of unitsOf(population, windowDays)) {
    const [ours, theirs] = [own[unit] ?? 0, other[unit] ?? 0];
    const mine = found[arm];
    if (mine === undefined || ours + theirs === 0) continue;
    mine.ownCredit += ours;
    mine.otherCredit += theirs;
    mine.moments = addUnit(mine.moments, (theirs - ours) / (theirs + ours));
  }
  return (
    found
      // clicks in the slates of another experiment are no credit of this one
      .filter(({ moments }, arm) => moments.n > 0 && isInterleaved(variations[arm]))
      .map(({ moments, ...rest }) => ({ ...rest, units: moments.n, preference: preferenceOf(moments, alpha) }))
  );
}

function preferenceOf(moments: Moments, alpha: number): InterleavedArm['preference'] {
  const { n, mean, squares } = moments;
  if (n < 2 || squares === 0) return null;
  const uncertainty = { standardError: Math.sqrt(varianceOf(moments) / n), degrees: n - 1 };
  const { low, high, p } = judgeByStudent(mean, uncertainty, alpha);
  return { mean, low, high, p };
}
