import { DAY_MS } from '../day.ts';

/** Sums of one UTC day. */
interface Day {
  sum: number;
  count: number;
}

export interface LevelShift {
  /** Days with enough of it to be judged. */
  readonly days: number;
  /** Median of the daily means of the first half of these. */
  readonly usual: number;
  /** Beyond it a day is another. */
  readonly limit: number;
  /** Mean of the newest judged day. */
  readonly newest: number;
  /** ISO date of the first day of the run beyond the limit that goes on to the newest; null where that is within. */
  readonly since: string | null;
}

/** Fewer of something say little about a day. */
const MIN_COUNT = 30;
/** Half of them are what is usual. */
const MIN_DAYS = 6;
/** Standard deviations of a normal number for one median absolute deviation (Hampel 1974). */
const MAD_SCALE = 1.4826;
/** As control charts have it, with room for days that are not alike. */
const DEVIATIONS = 5;

/** Daily means of something, by UTC day, and whether they have left their usual level. */
export class DailyMeans {
  readonly #days = new Map<number, Day>();

  add(at: number, value: number): void {
    const key = Math.floor(at / DAY_MS);
    const day = this.#days.get(key) ?? { sum: 0, count: 0 };
    this.#days.set(key, day);
    day.sum += value;
    day.count++;
  }

  /**
   * A control chart (Shewhart 1931) with median and median absolute deviation for its level, both of the first half of the
   * days. `least` is the smallest change of what is usual that anybody needs to hear of. Null below 6 days of 30 values.
   */
  shift(direction: 'up' | 'down', least: (usual: number) => number): LevelShift | null {
    const judged = [...this.#days]
      .filter(([, { count }]) => count >= MIN_COUNT)
      .sort(([a], [b]) => a - b)
      .map(([day, { sum, count }]) => ({ day, mean: sum / count }));
    const last = judged.at(-1);
    if (last === undefined || judged.length < MIN_DAYS) return null;
    const first = judged.slice(0, judged.length >> 1).map(({ mean }) => mean);
    const usual = medianOf(first);
    const spread = MAD_SCALE * medianOf(first.map((mean) => Math.abs(mean - usual)));
    const room = Math.max(DEVIATIONS * spread, least(usual));
    const limit = direction === 'up' ? usual + room : usual - room;
    const isBeyond = (mean: number): boolean => (direction === 'up' ? mean > limit : mean < limit);
    const within = judged.findLastIndex(({ mean }) => !isBeyond(mean));
    const since = judged[within + 1];
    return {
      ...{ days: judged.length, usual, limit, newest: last.mean },
      since: since === undefined ? null : new Date(since.day * DAY_MS).toISOString().slice(0, 10),
    };
  }
}

const medianOf = (values: readonly number[]): number => quantileOf(values, 0.5) ?? 0;

/** The smallest value that such a share is not above (nearest rank); null of none. */
export function quantileOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
