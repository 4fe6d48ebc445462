import type { RowSession } from './baseline.ts';
import { ItemKnnBaseline } from './baseline-item-knn.ts';
import { POPULARITY_HALF_LIFE_DAYS, PopularityBaseline } from './baseline-popularity.ts';
import { topOf } from './score-queries.ts';

/** One candidate with the generator's score; 0 for what is only popular. */
export interface Proposed {
  readonly row: number;
  readonly score: number;
}

/** Candidates of one answer. */
export const CANDIDATES = 100;
/** Of them, items that are popular now and not related to what the visitor did; chosen by recall on retail validation. */
const POPULAR = 20;
/** The visitor's newest items that the generator starts from. */
const SEEDS = 20;

/**
 * The kind of candidate generator that most sites have: item-to-item from the visitor's newest items, filled up with
 * what is popular now. It knows only what it is given.
 */
export class CandidateGenerator {
  readonly #related: ItemKnnBaseline;
  readonly #popular: PopularityBaseline;

  constructor(items: number) {
    this.#related = new ItemKnnBaseline({ items, contextDecay: 0.8 });
    this.#popular = new PopularityBaseline(items, POPULARITY_HALF_LIFE_DAYS);
  }

  learn(session: RowSession): void {
    this.#related.learn(session);
    this.#popular.learn(session);
  }

  /** Up to 100 candidates in the generator's own order. `known` is what it has seen of the visitor, oldest first. */
  propose(known: readonly number[], isExcluded: (row: number) => boolean): Proposed[] {
    const related = this.#related.score({ context: known.slice(-SEEDS) });
    const allowed = (scores: Float64Array, without?: ReadonlySet<number>): Float64Array =>
      scores.map((score, row) => (score > 0 && !isExcluded(row) && !without?.has(row) ? score : 0));
    const near = positives(allowed(related), CANDIDATES - POPULAR);
    const popular = positives(allowed(this.#popular.score(), new Set(near)), CANDIDATES - near.length);
    return [...near, ...popular].map((row) => ({ row, score: related[row] }));
  }
}

const positives = (scores: Float64Array, count: number): number[] =>
  topOf(scores, count).filter((row) => scores[row] > 0);
