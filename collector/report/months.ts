import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../statistics/joint-moments.ts';
import { measureEffect } from '../statistics/metric-effect.ts';
import type { Analysis } from './analysis.ts';
import type { Effect } from './comparison.ts';
import type { Population } from './population.ts';
import { CROSSED, type UnitColumns } from './unit-columns.ts';

/** What personalisation as a whole has brought in a month. */
export interface MonthEffect {
  /** Such as `2026-03`, UTC. */
  readonly month: string;
  /** [arms]: exposed in this month or before it. */
  readonly units: readonly number[];
  /** Purchases per unit: of those with everything less of those held out. */
  readonly conversions: Pick<Effect, 'difference' | 'low' | 'high' | 'p'> | null;
  readonly revenue: Pick<Effect, 'difference' | 'low' | 'high' | 'p'> | null;
}

interface Bought {
  conversions: number;
  revenue: number;
}

/** What units bought, by the month. */
export class UnitMonths {
  readonly #months = new Map<string, Map<number, Bought>>();

  /** A purchase after the unit's first exposure. */
  add(unit: number, at: number, amount: number): void {
    const month = new Date(at).toISOString().slice(0, 7);
    const units = this.#months.get(month) ?? new Map<number, Bought>();
    this.#months.set(month, units);
    const bought = units.get(unit) ?? { conversions: 0, revenue: 0 };
    units.set(unit, { conversions: bought.conversions + 1, revenue: bought.revenue + amount });
  }

  *entries(): Generator<readonly [month: string, units: ReadonlyMap<number, Bought>]> {
    yield* [...this.#months].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

export interface MonthsInput extends Pick<Population, 'units' | 'arms'> {
  readonly months: UnitMonths;
}

/**
 * Month by month, of every unit that was exposed by its end: who does not come back counts with nothing, because coming
 * back is an effect too. Where the site makes ids, of those units alone, as a browser forgets its own.
 */
export function measureMonths({ months, units, arms }: MonthsInput, analysis: Analysis): MonthEffect[] {
  return [...months.entries()].map(([month, bought]) => {
    const next = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)));
    const conversions = arms.map((): JointMoments => NO_JOINT_MOMENTS);
    const revenue = arms.map((): JointMoments => NO_JOINT_MOMENTS);
    for (const [unit, arm] of exposedBy(units, next)) {
      const sums = bought.get(unit);
      conversions[arm] = addPair(conversions[arm] ?? NO_JOINT_MOMENTS, sums?.conversions ?? 0, 0);
      revenue[arm] = addPair(revenue[arm] ?? NO_JOINT_MOMENTS, sums?.revenue ?? 0, 0);
    }
    return {
      ...{ month, units: conversions.map(({ y }) => y.n) },
      ...{ conversions: effectOf(conversions, analysis), revenue: effectOf(revenue, analysis) },
    };
  });
}

function* exposedBy(units: UnitColumns, time: number): Generator<readonly [unit: number, arm: number]> {
  const hasSite = units.isSite.includes(1);
  for (let unit = 0; unit < units.count; unit++) {
    const arm = units.arm[unit] ?? CROSSED;
    if (arm !== CROSSED && (units.firstAt[unit] ?? Infinity) < time && (!hasSite || units.isSite[unit] === 1))
      yield [unit, arm];
  }
}

function effectOf(
  [control, treatment]: readonly JointMoments[],
  { alpha, expectedUnits }: Analysis,
): MonthEffect['conversions'] {
  if (control === undefined || treatment === undefined) return null;
  const effect = measureEffect({ control, treatment, kind: 'mean', alpha, tunedFor: expectedUnits });
  if (effect.kind === 'insufficient') return null;
  const { difference, low, high, p } = effect;
  return { difference, low, high, p };
}
