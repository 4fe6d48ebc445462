import type { RowSession } from './baseline.ts';
import { POPULARITY_HALF_LIFE_DAYS, PopularityBaseline } from './baseline-popularity.ts';
import { SequentialRulesBaseline } from './baseline-sequential-rules.ts';
import { type Proposed, CANDIDATES, positives } from './generator.ts';

/** Of the candidates, items that are popular now and follow from no rule. */
const POPULAR = 20;

/**
 * Another kind of generator, which training never sees: what followed the visitor's newest items in other sessions
 * (sequential rules), filled up with what is popular now. It does not bring back what the visitor had.
 */
export class RulesGenerator {
  readonly #rules: SequentialRulesBaseline;
  readonly #popular: PopularityBaseline;

  constructor(items: number) {
    this.#rules = new SequentialRulesBaseline(items);
    this.#popular = new PopularityBaseline(items, POPULARITY_HALF_LIFE_DAYS);
  }

  learn(session: RowSession): void {
    this.#rules.learn(session);
    this.#popular.learn(session);
  }

  /** Up to 100 candidates in its own order. `known` is what it has seen of the visitor, oldest first. */
  propose(known: readonly number[], excluded: ReadonlySet<number>): Proposed[] {
    const rules = this.#rules.score({ context: known });
    const near = positives(rules, excluded, CANDIDATES - POPULAR);
    const popular = positives(this.#popular.score(), new Set([...excluded, ...near]), CANDIDATES - near.length);
    return [...near, ...popular].map((row) => ({ row, score: rules[row] }));
  }
}
