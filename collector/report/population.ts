import { DAY_MS } from '../day.ts';
import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../statistics/joint-moments.ts';
import type { Metric } from './metrics.ts';
import { CROSSED, type Column, type UnitColumns } from './unit-columns.ts';

/** How long a unit id from a browser's storage lives at least: Safari deletes it after 7 days without a visit. */
export const DEVICE_ID_DAYS = 7;

/** Whom a report is about. */
export interface Population {
  readonly units: UnitColumns;
  /** Keys; the first is control. */
  readonly arms: readonly string[];
  /** Indices of the arms that are compared with control: those that are to have units. */
  readonly compared: readonly number[];
  /** Epoch ms. */
  readonly now: number;
  readonly windowDays: number;
}

/** Units of an arm that count for a metric: in one arm alone, and exposed long enough ago. */
export function* unitsOf({ units, now }: Population, days: number): Generator<readonly [unit: number, arm: number]> {
  const isSiteOnly = days > DEVICE_ID_DAYS;
  for (let unit = 0; unit < units.count; unit++) {
    const arm = units.arm[unit] ?? CROSSED;
    const isOver = (units.firstAt[unit] ?? Infinity) + days * DAY_MS <= now;
    if (arm !== CROSSED && isOver && (!isSiteOnly || units.isSite[unit] === 1)) yield [unit, arm];
  }
}

/** [arms]: moments of a metric, with its covariate or denominator. */
export function momentsOf(population: Population, metric: Pick<Metric, 'kind' | 'value' | 'per' | 'before' | 'days'>) {
  const { units, arms, windowDays } = population;
  const read = (column: Column | undefined) => (column === undefined ? null : units.column(column));
  const [value, other] = [units.column(metric.value), read(metric.per ?? metric.before)];
  const moments = arms.map((): JointMoments => NO_JOINT_MOMENTS);
  for (const [unit, arm] of unitsOf(population, metric.days ?? windowDays)) {
    const sum = value[unit] ?? 0;
    const y = metric.kind === 'share' ? Number(sum > 0) : sum;
    moments[arm] = addPair(moments[arm] ?? NO_JOINT_MOMENTS, y, other?.[unit] ?? 0);
  }
  return moments;
}

/** [arms]: sum of a column over the units that count. */
export function sumsOf(population: Population, column: Column): readonly number[] {
  const values = population.units.column(column);
  const sums = population.arms.map(() => 0);
  for (const [unit, arm] of unitsOf(population, population.windowDays))
    sums[arm] = (sums[arm] ?? 0) + (values[unit] ?? 0);
  return sums;
}
