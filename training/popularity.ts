import type { LogSession } from './site-log.ts';

export const DAY_MS = 86_400_000;
/** Half-life of an event's weight in popularity (DESIGN section 5). */
const HALF_LIFE_DAYS = 120;
const WINDOW_DAYS = [1, 3, 7] as const;

/** What a site's server knows of an item's demand at one moment. */
export interface Demand {
  readonly popularity: number;
  readonly recentPopularity: number;
  readonly sales: readonly [number, number, number];
  /** Epoch ms; absent where there was none. */
  readonly lastSoldAt?: number;
}

/**
 * Demand per item as time goes on. `advance(t)` takes in every session that started before t, so that nothing of the
 * session being ranked, nor of one that starts later, is known. A session counts as a whole at its start: what one that
 * is still going on at t does after t is known at t already.
 */
export class DemandClock {
  readonly #sessions: readonly LogSession[];
  readonly #rows: ReadonlyMap<string, number>;
  readonly #origin: number;
  readonly #counts: Float64Array;
  readonly #decayed: Float64Array;
  readonly #newest: Float64Array;
  readonly #windows: { readonly days: number; readonly counts: Float64Array; tail: number }[];
  /** (row, time) of every counted event, in time order. */
  readonly #queue: { readonly row: number; readonly at: number }[] = [];
  #next = 0;
  #now = 0;

  /** `rows` gives each item's row; items without one are not counted. */
  constructor(sessions: readonly LogSession[], rows: ReadonlyMap<string, number>) {
    this.#sessions = sessions;
    this.#rows = rows;
    this.#origin = sessions[0]?.startAt ?? 0;
    this.#counts = new Float64Array(rows.size);
    this.#decayed = new Float64Array(rows.size);
    this.#newest = new Float64Array(rows.size);
    this.#windows = WINDOW_DAYS.map((days) => ({ days, counts: new Float64Array(rows.size), tail: 0 }));
  }

  /** Moves to time `at` (epoch ms, never backwards). */
  advance(at: number): void {
    this.#now = at;
    for (; this.#next < this.#sessions.length && this.#sessions[this.#next].startAt < at; this.#next++) {
      this.#take(this.#sessions[this.#next]);
    }
    for (const window of this.#windows) {
      for (; window.tail < this.#queue.length; window.tail++) {
        const { row, at: time } = this.#queue[window.tail];
        if (time >= at - window.days * DAY_MS) break;
        window.counts[row]--;
      }
    }
  }

  demand(row: number): Demand {
    const scale = 2 ** (-(this.#now - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    const [day, days3, week] = this.#windows.map(({ counts }) => counts[row]);
    const [popularity, recentPopularity, lastSoldAt] = [
      this.#counts[row],
      this.#decayed[row] * scale,
      this.#newest[row],
    ];
    return { popularity, recentPopularity, sales: [day, days3, week], ...(lastSoldAt > 0 && { lastSoldAt }) };
  }

  #take({ startAt, events }: LogSession): void {
    const weight = 2 ** ((startAt - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    for (const { itemId } of events) {
      const row = this.#rows.get(itemId);
      if (row === undefined) continue;
      this.#counts[row]++;
      this.#decayed[row] += weight;
      this.#newest[row] = startAt;
      for (const { counts } of this.#windows) counts[row]++;
      this.#queue.push({ row, at: startAt });
    }
  }
}
