import { timeOf } from '../event-time.ts';
import { DAY_MS } from '../day.ts';
import type { LogRow } from '../log.ts';
import { type Estimate, GROUPS, estimateByGroups, groupOf } from './group-jackknife.ts';

/** Of one version and day, by group of visitors: impressions, then clicks. */
type DaySums = Float64Array;

interface Version {
  firstAt: number;
  lastAt: number;
  readonly days: Map<number, DaySums>;
}

export interface VersionOutcome {
  readonly modelId: string;
  /** Epoch ms of the first and last impression or click. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly impressions: number;
  readonly clicksPerImpression: Estimate;
}

export interface OutcomeDifference extends Estimate {
  /** Of days on which both served, day by day; else of all days of each, which may not be alike. */
  readonly isConcurrent: boolean;
}

/** Fewer impressions of either on common days compare too little. */
const MIN_COMMON = 500;

/** Clicks per impression of each model version that slates name. */
export class VersionOutcomes {
  readonly #versions = new Map<string, Version>();

  add(row: LogRow): void {
    const { kind, modelId, unitId, slateId } = row.event;
    if (modelId === undefined || slateId === undefined || (kind !== 'impression' && kind !== 'click')) return;
    const at = timeOf(row);
    const version = this.#versions.get(modelId) ?? { firstAt: at, lastAt: at, days: new Map<number, DaySums>() };
    this.#versions.set(modelId, version);
    version.firstAt = Math.min(version.firstAt, at);
    version.lastAt = Math.max(version.lastAt, at);
    const day = Math.floor(at / DAY_MS);
    const sums = version.days.get(day) ?? new Float64Array(2 * GROUPS);
    version.days.set(day, sums);
    const cell = groupOf(unitId) + (kind === 'click' ? GROUPS : 0);
    sums[cell] = (sums[cell] ?? 0) + 1;
  }

  /** By first appearance. */
  outcomes(): readonly VersionOutcome[] {
    return [...this.#versions]
      .sort(([, a], [, b]) => a.firstAt - b.firstAt)
      .map(([modelId, { firstAt, lastAt, days }]) => ({
        ...{ modelId, firstAt, lastAt, impressions: totalOf([...days.values()], -1).impressions },
        clicksPerImpression: estimateByGroups((without) => rateOf([...days.values()], without)),
      }));
  }

  /**
   * Clicks per impression of one version less those of another, on the days that both served: differences of days,
   * weighed as Mantel and Haenszel (1959) do, so that a share of visitors that grows over days does no harm.
   */
  difference(modelId: string, before: string): OutcomeDifference {
    const [own, other] = [this.#daysOf(modelId), this.#daysOf(before)];
    const common = [...own.keys()].flatMap((day) => {
      const [a, b] = [own.get(day), other.get(day)];
      return a === undefined || b === undefined ? [] : [[a, b] as const];
    });
    const shown = (side: 0 | 1): number =>
      totalOf(
        common.map((pair) => pair[side]),
        -1,
      ).impressions;
    if (Math.min(shown(0), shown(1)) >= MIN_COMMON)
      return { ...estimateByGroups((without) => weighedDifference(common, without)), isConcurrent: true };
    const rate = (days: ReadonlyMap<number, DaySums>, without: number): number => rateOf([...days.values()], without);
    return { ...estimateByGroups((without) => rate(own, without) - rate(other, without)), isConcurrent: false };
  }

  #daysOf(modelId: string): ReadonlyMap<number, DaySums> {
    return this.#versions.get(modelId)?.days ?? new Map<number, DaySums>();
  }
}

function totalOf(days: readonly DaySums[], without: number) {
  let [impressions, clicks] = [0, 0];
  for (const sums of days)
    for (let group = 0; group < GROUPS; group++) {
      if (group === without) continue;
      impressions += sums[group] ?? 0;
      clicks += sums[GROUPS + group] ?? 0;
    }
  return { impressions, clicks };
}

function rateOf(days: readonly DaySums[], without: number): number {
  const { impressions, clicks } = totalOf(days, without);
  return clicks / impressions;
}

function weighedDifference(pairs: readonly (readonly [DaySums, DaySums])[], without: number): number {
  let [sum, weights] = [0, 0];
  for (const [own, other] of pairs) {
    const [a, b] = [totalOf([own], without), totalOf([other], without)];
    if (a.impressions === 0 || b.impressions === 0) continue;
    const weight = (a.impressions * b.impressions) / (a.impressions + b.impressions);
    sum += weight * (a.clicks / a.impressions - b.clicks / b.impressions);
    weights += weight;
  }
  return sum / weights;
}
