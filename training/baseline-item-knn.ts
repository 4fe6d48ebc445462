import type { Baseline, BaselineView, RowSession } from './baseline.ts';

export interface ItemKnnOptions {
  readonly items: number;
  /** Weight of each item of the running session relative to the one after it, in (0, 1]. */
  readonly contextDecay: number;
}

/**
 * Item-to-item neighbours by the cosine of their sessions (Sarwar et al. 2001; Deshpande & Karypis 2004), summed over
 * the running session with weights that fall with age. Shrinking the counts of rare pairs or decaying old sessions
 * gained nothing on retail validation.
 */
export class ItemKnnBaseline implements Baseline {
  readonly #together: Map<number, number>[];
  readonly #counts: Float64Array;
  readonly #scores: Float64Array;
  readonly #contextDecay: number;

  constructor({ items, contextDecay }: ItemKnnOptions) {
    this.#together = Array.from({ length: items }, () => new Map<number, number>());
    this.#counts = new Float64Array(items);
    this.#scores = new Float64Array(items);
    this.#contextDecay = contextDecay;
  }

  learn({ rows }: RowSession): void {
    const distinct = [...new Set(rows)];
    for (const row of distinct) {
      this.#counts[row]++;
      const together = this.#together[row];
      for (const other of distinct) if (other !== row) together.set(other, (together.get(other) ?? 0) + 1);
    }
  }

  score({ context }: Pick<BaselineView, 'context'>): Float64Array {
    const scores = this.#scores.fill(0);
    [...new Set(context.toReversed())].forEach((row, age) => {
      const weight = this.#contextDecay ** age;
      for (const [other, together] of this.#together[row]) {
        scores[other] += (weight * together) / Math.sqrt(this.#counts[row] * this.#counts[other]);
      }
    });
    return scores;
  }
}
