import type { Baseline, BaselineView, RowSession } from './baseline.ts';
import { DAY_MS } from './day.ts';

/** Days after which an event counts half in the decayed popularity; the best of 1, 2, 3, 7, 14, 30 on retail validation. */
export const POPULARITY_HALF_LIFE_DAYS = 2;

/** A double holds 2^1023. */
const MAX_HALF_LIVES = 500;

/** Counts of events, each weighing half after `halfLifeDays`; Infinity is the plain count. */
export class PopularityBaseline implements Baseline {
  readonly #counts: Float64Array;
  readonly #halfLifeMs: number;
  #origin: number | undefined;

  constructor(items: number, halfLifeDays: number) {
    this.#counts = new Float64Array(items);
    this.#halfLifeMs = halfLifeDays * DAY_MS;
  }

  learn({ startAt, rows }: RowSession): void {
    this.#origin ??= startAt;
    // growing weights instead of shrinking counts: the order is the same
    if ((startAt - this.#origin) / this.#halfLifeMs > MAX_HALF_LIVES) this.#rescale(startAt, this.#origin);
    const weight = 2 ** ((startAt - this.#origin) / this.#halfLifeMs);
    for (const row of rows) this.#counts[row] += weight;
  }

  score(): Float64Array {
    return this.#counts;
  }

  #rescale(to: number, from: number): void {
    this.#origin = to;
    const weight = 2 ** ((from - to) / this.#halfLifeMs);
    this.#counts.forEach((count, row) => (this.#counts[row] = count * weight));
  }
}

/** The least popular first: what popularity-drawn negatives flatter. */
export class InversePopularityBaseline implements Baseline {
  readonly #popularity: Baseline;
  readonly #scores: Float64Array;

  constructor(items: number) {
    this.#popularity = new PopularityBaseline(items, Number.POSITIVE_INFINITY);
    this.#scores = new Float64Array(items);
  }

  learn(session: RowSession): void {
    this.#popularity.learn(session);
  }

  score(view: BaselineView): Float64Array {
    this.#popularity.score(view).forEach((count, row) => (this.#scores[row] = -count));
    return this.#scores;
  }
}

export class RandomBaseline implements Baseline {
  readonly #random: () => number;
  readonly #scores: Float64Array;

  constructor(items: number, random: () => number) {
    this.#random = random;
    this.#scores = new Float64Array(items);
  }

  learn(): void {
    // chance learns nothing
  }

  score(): Float64Array {
    for (let row = 0; row < this.#scores.length; row++) this.#scores[row] = this.#random();
    return this.#scores;
  }
}

/** The visitor's own earlier items: how often, each occurrence weighing half after 60 days. */
export class OwnItemsBaseline implements Baseline {
  readonly #scores: Float64Array;

  constructor(items: number) {
    this.#scores = new Float64Array(items);
  }

  learn(): void {
    // all it uses is in the view
  }

  score({ at, earlier }: BaselineView): Float64Array {
    this.#scores.fill(0);
    for (const { startAt, rows } of earlier) {
      const weight = 2 ** (-(at - startAt) / (60 * DAY_MS));
      for (const row of rows) this.#scores[row] += weight;
    }
    return this.#scores;
  }
}
