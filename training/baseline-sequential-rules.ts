import type { Baseline, BaselineView, RowSession } from './baseline.ts';

/** Items after one another within this many steps form a rule. */
const REACH = 10;
/** The newest items of the session whose rules count, each half as much as the one after it. */
const WINDOW = 5;

/**
 * Sequential rules (Ludewig & Jannach 2018, "SR"): an item followed by another at distance d adds 1/d to the rule, per
 * occurrence of the first; here over the session's newest items with falling weight.
 */
export class SequentialRulesBaseline implements Baseline {
  readonly #rules: Map<number, number>[];
  readonly #counts: Float64Array;
  readonly #scores: Float64Array;

  constructor(items: number) {
    this.#rules = Array.from({ length: items }, () => new Map<number, number>());
    this.#counts = new Float64Array(items);
    this.#scores = new Float64Array(items);
  }

  learn({ rows }: RowSession): void {
    rows.forEach((row, at) => {
      this.#counts[row]++;
      for (let distance = 1; distance <= Math.min(REACH, at); distance++) {
        const before = rows[at - distance];
        if (before !== row) this.#rules[before].set(row, (this.#rules[before].get(row) ?? 0) + 1 / distance);
      }
    });
  }

  score({ context }: Pick<BaselineView, 'context'>): Float64Array {
    const scores = this.#scores.fill(0);
    context
      .slice(-WINDOW)
      .reverse()
      .forEach((row, age) => {
        const weight = 0.5 ** age / Math.max(1, this.#counts[row]);
        for (const [other, strength] of this.#rules[row]) scores[other] += weight * strength;
      });
    return scores;
  }
}
