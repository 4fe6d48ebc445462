import { measureEffect } from '../statistics/metric-effect.ts';
import { type SampleRatio, checkSampleRatio } from '../statistics/sample-ratio.ts';
import type { Design } from './design.ts';
import { type Population, momentsOf } from './population.ts';
import type { Exposures } from './read-exposures.ts';
import { CROSSED, type Column } from './unit-columns.ts';

/** Whether the arms hold who was assigned to them, and what was sent has come. */
export interface Trust {
  /** Of exposed units in one arm alone; null where the shares are not known. */
  readonly srm: (SampleRatio & { readonly expected: readonly number[] }) | null;
  readonly arms: readonly ArmTrust[];
  /** Units that were exposed to more than one arm; they count in none. */
  readonly crossed: number;
  /** Units that were exposed to an arm which is not declared; they count in none. */
  readonly strangers: number;
  /** Of the difference in delivery loss between control and another arm, the least; null where it cannot be told. */
  readonly lossP: number | null;
}

/** Of tests that stop a report: they are looked at often. */
export const FAULT_ALPHA = 0.001;

export interface ArmTrust {
  readonly arm: string;
  /** Units in this arm alone. */
  readonly units: number;
  /** Units whose bucket gives another arm; null where assignments cannot be computed again. */
  readonly misassigned: number | null;
  /** Events that were made and never came, and all that were made. */
  readonly lost: { readonly events: number; readonly of: number };
  /** Units that were shown anything that control would not have shown there, and all that were compared. */
  readonly unlikeControl: { readonly units: number; readonly of: number };
}

export interface TrustInput {
  readonly design: Design;
  readonly exposures: Exposures;
  readonly population: Population;
}

export function checkTrust({ design, exposures, population }: TrustInput): Trust {
  const { units, arms, mismatched, isRecounted, strangers } = exposures;
  const isSeen = (value: number): number => Number(value > 0);
  const counts = sumByArm(exposures, null);
  const [lost, made] = [sumByArm(exposures, 'missing'), sumByArm(exposures, 'expected')];
  const [unlike, compared] = [sumByArm(exposures, 'unlike', isSeen), sumByArm(exposures, 'compared', isSeen)];
  return {
    srm: sampleRatioOf(design, counts),
    arms: arms.map((arm, i) => ({
      ...{ arm, units: counts[i] ?? 0, misassigned: isRecounted ? (mismatched[i] ?? 0) : null },
      lost: { events: lost[i] ?? 0, of: made[i] ?? 0 },
      unlikeControl: { units: unlike[i] ?? 0, of: compared[i] ?? 0 },
    })),
    crossed: units.count - counts.reduce((sum, count) => sum + count, 0),
    ...{ strangers, lossP: lossPOf(population) },
  };
}

/** [arms]: over the units in one arm alone; without a column their number. */
function sumByArm(
  { units, arms }: Pick<Exposures, 'units' | 'arms'>,
  column: Column | null,
  read = (value: number): number => value,
): readonly number[] {
  const values = column === null ? null : units.column(column);
  const sums = arms.map(() => 0);
  for (let unit = 0; unit < units.count; unit++) {
    const arm = units.arm[unit] ?? CROSSED;
    if (arm !== CROSSED) sums[arm] = (sums[arm] ?? 0) + (values === null ? 1 : read(values[unit] ?? 0));
  }
  return sums;
}

function sampleRatioOf({ shares, arms }: Design, counts: readonly number[]): Trust['srm'] {
  if (shares === null) return null;
  // an arm without a share gets nobody
  const taking = arms.flatMap((_, arm) => ((shares[arm] ?? 0) > 0 ? [arm] : []));
  if (taking.length < 2) return null;
  const input = { counts: taking.map((arm) => counts[arm] ?? 0), shares: taking.map((arm) => shares[arm] ?? 0) };
  const total = input.counts.reduce((sum, count) => sum + count, 0);
  return { ...checkSampleRatio(input), expected: arms.map((_, arm) => total * (shares[arm] ?? 0)) };
}

/** By the mean over units of what each has lost, so that no one client rules it. */
function lossPOf(population: Population): number | null {
  const everybody = { ...population, now: Infinity, windowDays: 0 };
  const moments = momentsOf(everybody, { kind: 'mean', value: 'missingShare' });
  const p = population.compared.flatMap((index) => {
    const [control, treatment] = [moments[0], moments[index]];
    if (control === undefined || treatment === undefined) return [];
    const effect = measureEffect({ control, treatment, kind: 'mean', alpha: FAULT_ALPHA, tunedFor: 1 });
    return effect.kind === 'estimate' ? [effect.p * population.compared.length] : [];
  });
  return p.length === 0 ? null : Math.min(1, ...p);
}
