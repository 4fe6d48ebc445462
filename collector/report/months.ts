import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../statistics/joint-moments.ts';
import { measureEffect } from '../statistics/metric-effect.ts';
import type { Analysis } from './analysis.ts';
import type { Effect } from './measured-metric.ts';
import type { Population } from './population.ts';
import { CROSSED } from './unit-columns.ts';

/** What personalisation as a whole has brought in a month. */
export interface MonthEffect {
  /** Such as `2026-03`, UTC. */
  readonly month: string;
  readonly units: readonly number[];
  /** Purchases per unit that was seen in the month: those with everything less those held out. */
  readonly conversions: Pick<Effect, 'difference' | 'low' | 'high' | 'p'> | null;
  readonly revenue: Pick<Effect, 'difference' | 'low' | 'high' | 'p'> | null;
}

/** Units of a month, by month and unit: their arm and what they bought from their first exposure in it to its end. */
export class UnitMonths {
  readonly #months = new Map<string, Map<number, { firstAt: number; conversions: number; revenue: number }>>();

  expose(unit: number, at: number): void {
    const month = monthOf(at);
    const units =
      this.#months.get(month) ?? new Map<number, { firstAt: number; conversions: number; revenue: number }>();
    this.#months.set(month, units);
    const known = units.get(unit);
    if (known === undefined) units.set(unit, { firstAt: at, conversions: 0, revenue: 0 });
    else known.firstAt = Math.min(known.firstAt, at);
  }

  convert(unit: number, at: number, amount: number): void {
    const known = this.#months.get(monthOf(at))?.get(unit);
    if (known === undefined || at < known.firstAt) return;
    known.conversions++;
    known.revenue += amount;
  }

  /** [arms] of purchases and of revenue, month by month. */
  *moments(armOf: (unit: number) => number, arms: number) {
    for (const [month, units] of [...this.#months].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const conversions = Array.from({ length: arms }, (): JointMoments => NO_JOINT_MOMENTS);
      const revenue = Array.from({ length: arms }, (): JointMoments => NO_JOINT_MOMENTS);
      for (const [unit, sums] of units) {
        const arm = armOf(unit);
        if (arm >= arms) continue;
        conversions[arm] = addPair(conversions[arm] ?? NO_JOINT_MOMENTS, sums.conversions, 0);
        revenue[arm] = addPair(revenue[arm] ?? NO_JOINT_MOMENTS, sums.revenue, 0);
      }
      yield { month, conversions, revenue };
    }
  }
}

const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

export interface MonthsInput extends Pick<Population, 'units' | 'arms'> {
  readonly months: UnitMonths;
}

export function measureMonths({ months, units, arms }: MonthsInput, { alpha, expectedUnits }: Analysis): MonthEffect[] {
  const effectOf = ([control, treatment]: readonly JointMoments[]): MonthEffect['conversions'] => {
    if (control === undefined || treatment === undefined) return null;
    const effect = measureEffect({ control, treatment, kind: 'mean', alpha, tunedFor: expectedUnits });
    if (effect.kind === 'insufficient') return null;
    const { difference, low, high, p } = effect;
    return { difference, low, high, p };
  };
  const armOf = (unit: number): number => units.arm[unit] ?? CROSSED;
  return [...months.moments(armOf, arms.length)].map(({ month, conversions, revenue }) => ({
    ...{ month, units: conversions.map(({ y }) => y.n) },
    ...{ conversions: effectOf(conversions), revenue: effectOf(revenue) },
  }));
}
