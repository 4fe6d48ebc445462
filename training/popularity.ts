import { DAY_MS } from './day.ts';
import type { LogSession } from './site-log.ts';

/** Half-life of an event's weight in popularity (DESIGN section 5). */
const HALF_LIFE_DAYS = 120;
const WINDOW_DAYS = [1, 3, 7] as const;

/** What a site's server knows of an item's demand at one moment. */
export interface Demand {
  /** Events so far, and the same with an age decay. */
  readonly popularity: number;
  readonly recentPopularity: number;
  /** Purchases (of a log without any: events) of the last 1, 3 and 7 days. */
  readonly sales: readonly [number, number, number];
  /** Epoch ms of the newest such; absent where there was none. */
  readonly lastSoldAt?: number;
}

/**
 * Demand per item as time goes on. `advance(t)` takes in every event before t and none from then on, whatever session it
 * is of: what a site's server can know at t. Popularity counts every event; sales and `lastSoldAt` count purchases where
 * the log has any, else every event too.
 */
export class DemandClock {
  /** Of every counted event, by time. */
  readonly #times: Float64Array;
  readonly #rows: Int32Array;
  readonly #isSale: Uint8Array;
  readonly #origin: number;
  readonly #counts: Float64Array;
  readonly #decayed: Float64Array;
  readonly #newest: Float64Array;
  readonly #windows: { readonly days: number; readonly counts: Float64Array; tail: number }[];
  #next = 0;
  #now = 0;

  /** `rows` gives each item's row; items without one are not counted. */
  constructor(sessions: readonly LogSession[], rows: ReadonlyMap<string, number>) {
    const sold = (events: LogSession['events']): boolean => events.some(({ kind }) => kind === 'purchase');
    const hasPurchases = sessions.some(({ events }) => sold(events));
    const events = sessions
      .flatMap((session) => session.events)
      .filter(({ itemId }) => rows.has(itemId))
      // stable, and quick where sessions do not overlap
      .sort((a, b) => a.at - b.at);
    this.#times = Float64Array.from(events, ({ at }) => at);
    this.#rows = Int32Array.from(events, ({ itemId }) => rows.get(itemId) ?? 0);
    this.#isSale = Uint8Array.from(events, ({ kind }) => Number(!hasPurchases || kind === 'purchase'));
    this.#origin = this.#times.at(0) ?? 0;
    this.#counts = new Float64Array(rows.size);
    this.#decayed = new Float64Array(rows.size);
    this.#newest = new Float64Array(rows.size).fill(Number.NaN);
    this.#windows = WINDOW_DAYS.map((days) => ({ days, counts: new Float64Array(rows.size), tail: 0 }));
  }

  /** Moves to time `at` (epoch ms, never backwards). */
  advance(at: number): void {
    this.#now = at;
    for (; this.#next < this.#times.length && this.#times[this.#next] < at; this.#next++) this.#take(this.#next);
    for (const window of this.#windows) {
      const from = at - window.days * DAY_MS;
      for (; window.tail < this.#next && this.#times[window.tail] < from; window.tail++) {
        window.counts[this.#rows[window.tail]] -= this.#isSale[window.tail];
      }
    }
  }

  demand(row: number): Demand {
    const scale = 2 ** (-(this.#now - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    const [day, days3, week] = this.#windows.map(({ counts }) => counts[row]);
    const lastSoldAt = this.#newest[row];
    return {
      popularity: this.#counts[row],
      recentPopularity: this.#decayed[row] * scale,
      sales: [day, days3, week],
      ...(!Number.isNaN(lastSoldAt) && { lastSoldAt }),
    };
  }

  #take(event: number): void {
    const [row, at] = [this.#rows[event], this.#times[event]];
    this.#counts[row]++;
    this.#decayed[row] += 2 ** ((at - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    if (this.#isSale[event] === 0) return;
    this.#newest[row] = at;
    for (const { counts } of this.#windows) counts[row]++;
  }
}
