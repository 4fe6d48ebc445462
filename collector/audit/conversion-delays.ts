import { timeOf } from '../event-time.ts';
import { DAY_MS } from '../day.ts';
import type { LogRow } from '../log.ts';

interface UnitTimes {
  readonly clicks: number[];
  readonly conversions: number[];
  /** First exposure by experiment. */
  readonly exposed: Map<string, number>;
}

export interface Delays {
  /** Since the newest click of the unit in a slate, ms. */
  readonly afterClick: readonly number[];
  /** Conversions without such a click, so far from the log's beginning that it would hold one. */
  readonly withoutClick: number;
  /** Of units exposed so long ago that the horizon is over, since their first exposure; by experiment. Ms. */
  readonly afterExposure: ReadonlyMap<string, readonly number[]>;
}

/** When units clicked, were exposed, and bought. */
export class ConversionReader {
  readonly #units = new Map<string, UnitTimes>();
  readonly #ascribedMs: number[] = [];
  #firstAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  add(row: LogRow): void {
    const { kind, unitId, slateId, arms = [], attribution, lagMs } = row.event;
    const at = timeOf(row);
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#lastAt = Math.max(this.#lastAt, at);
    if (kind === 'click' && slateId !== undefined) this.#unitOf(unitId).clicks.push(at);
    if (kind === 'conversion') this.#unitOf(unitId).conversions.push(at);
    if (attribution === 'click' && lagMs !== undefined) this.#ascribedMs.push(lagMs);
    for (const { experiment, phase } of arms) {
      const { exposed } = this.#unitOf(unitId);
      const key = exposureKey(experiment, phase);
      exposed.set(key, Math.min(at, exposed.get(key) ?? at));
    }
  }

  /** Of the log, in days; 0 of an empty one. */
  get spanDays(): number {
    return Math.max(0, this.#lastAt - this.#firstAt) / DAY_MS;
  }

  /** What devices say of conversions that they ascribe to a click, ms. */
  get ascribedMs(): readonly number[] {
    return this.#ascribedMs;
  }

  /**
   * Delays up to a horizon, after clicks and exposures that lie so far from the log's end that it holds all that came of
   * them: what the log cuts off would look like a short delay.
   */
  delays(horizonMs: number): Delays {
    const afterClick: number[] = [];
    const afterExposure = new Map<string, number[]>();
    let withoutClick = 0;
    for (const { clicks, conversions, exposed } of this.#units.values()) {
      for (const at of conversions) {
        const newest = clicks.reduce((max, time) => (time <= at && time > max ? time : max), Number.NEGATIVE_INFINITY);
        if (at - newest > horizonMs) withoutClick += at - horizonMs >= this.#firstAt ? 1 : 0;
        else if (newest + horizonMs <= this.#lastAt) afterClick.push(at - newest);
      }
      for (const [key, since] of exposed) {
        if (since + horizonMs > this.#lastAt) continue;
        const delays = afterExposure.get(key) ?? [];
        afterExposure.set(key, delays);
        delays.push(...conversions.map((at) => at - since).filter((delay) => delay >= 0 && delay <= horizonMs));
      }
    }
    return { afterClick, withoutClick, afterExposure };
  }

  #unitOf(unitId: string): UnitTimes {
    const known = this.#units.get(unitId);
    if (known !== undefined) return known;
    const unit: UnitTimes = { clicks: [], conversions: [], exposed: new Map() };
    this.#units.set(unitId, unit);
    return unit;
  }
}

/** Exposures of one phase are analysed together. */
export const exposureKey = (experiment: string, phase: number): string => `${experiment} phase ${String(phase)}`;
