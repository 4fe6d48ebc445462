import type { Analysis } from './analysis.ts';
import type { Finding } from './finding.ts';
import { DEVICE_ID_DAYS, type Population, sumsOf } from './population.ts';
import type { Column } from './unit-columns.ts';

/** Conversions that one of the windows of an analysis has and another has not. */
export interface WindowCount {
  readonly window: 'report' | 'training' | 'business';
  readonly days: number;
  readonly conversions: number;
  /** Of those of the longest window. */
  readonly lost: number;
}

/** Empty where a window is longer than a browser keeps an id and no id is the site's. */
export function compareWindows(population: Population, analysis: Analysis): readonly WindowCount[] {
  const { windowDays: report, trainingWindowDays: training, businessWindowDays: business } = analysis;
  // of units whose windows are all over: else the longer one would seem to have less
  const longest = Math.max(report, training ?? 0, business ?? 0);
  if (longest > DEVICE_ID_DAYS && !population.units.isSite.includes(1)) return [];
  const over = { ...population, windowDays: longest };
  const sum = (column: Column): number => sumsOf(over, column).reduce((a, b) => a + b, 0);
  const counts = { report: sum('conversions'), training: sum('inTraining'), business: sum('inBusiness') };
  const most = Math.max(...Object.values(counts));
  const days = { report, training, business };
  return (['report', 'training', 'business'] as const).flatMap((window) => {
    const length = days[window];
    const conversions = counts[window];
    return length === undefined ? [] : [{ window, days: length, conversions, lost: most - conversions }];
  });
}

export function findWindows(windows: readonly WindowCount[], analysis: Analysis): readonly Finding[] {
  const { windowDays, trainingWindowDays = windowDays, businessWindowDays = windowDays } = analysis;
  if (new Set([windowDays, trainingWindowDays, businessWindowDays]).size < 2) return [];
  const each = windows.map(
    ({ window, days, conversions, lost }) =>
      `${window} ${String(days)} days (${String(conversions)} conversions, ${String(lost)} lost)`,
  );
  const counts =
    each.length > 0
      ? each.join(', ')
      : `report ${String(windowDays)} days, training ${String(trainingWindowDays)}, business ${String(businessWindowDays)}; what each loses can be counted with ids from the site alone`;
  return [{ code: 'windows_differ', message: `what counts as a conversion differs: ${counts}`, blocks: false }];
}
