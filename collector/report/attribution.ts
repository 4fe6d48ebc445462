import { measureEffect } from '../statistics/metric-effect.ts';
import type { Analysis } from './analysis.ts';
import type { Lift } from './comparison.ts';
import { alphaOf } from './measured-metric.ts';
import { type Population, momentsOf, sumsOf } from './population.ts';

/** What would be believed if only conversions counted that a device ascribes to a slate. For diagnosis alone. */
export interface Attribution {
  readonly arms: readonly { readonly arm: string; readonly attributed: number; readonly conversions: number }[];
  /** Of conversions per unit: those that are ascribed, and all (intention to treat). */
  readonly comparisons: readonly {
    readonly arm: string;
    readonly attributed: Lift | null;
    readonly all: Lift | null;
  }[];
}

/** Null where no conversion is ascribed to anything. */
export function measureAttribution(population: Population, analysis: Analysis): Attribution | null {
  const [attributed, conversions] = [sumsOf(population, 'attributed'), sumsOf(population, 'conversions')];
  if (attributed.every((count) => count === 0)) return null;
  const [ascribed, all] = (['attributed', 'conversions'] as const).map((value) =>
    momentsOf(population, { kind: 'mean', value }),
  );
  const lift = (moments: typeof all, arm: number): Lift | null => {
    const [control, treatment] = [moments?.[0], moments?.[arm]];
    if (control === undefined || treatment === undefined) return null;
    const options = { alpha: alphaOf(population, analysis), tunedFor: analysis.expectedUnits };
    const effect = measureEffect({ control, treatment, kind: 'mean', ...options });
    if (effect.kind === 'insufficient' || effect.relative.kind === 'insufficient') return null;
    const { lift, low, high } = effect.relative;
    return { lift, low, high };
  };
  return {
    arms: population.arms.map((arm, i) => ({ arm, attributed: attributed[i] ?? 0, conversions: conversions[i] ?? 0 })),
    comparisons: population.compared.map((index) => ({
      ...{ arm: population.arms[index] ?? '', attributed: lift(ascribed, index), all: lift(all, index) },
    })),
  };
}
