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
  readonly #neighbours: Neighbours[];
  readonly #counts: Float64Array;
  readonly #scores: Float64Array;
  readonly #contextDecay: number;

  constructor({ items, contextDecay }: ItemKnnOptions) {
    this.#neighbours = Array.from({ length: items }, () => ({ places: new Map(), rows: [], together: [] }));
    this.#counts = new Float64Array(items);
    this.#scores = new Float64Array(items);
    this.#contextDecay = contextDecay;
  }

  learn({ rows }: RowSession): void {
    const distinct = [...new Set(rows)];
    for (const row of distinct) {
      this.#counts[row]++;
      for (const other of distinct) if (other !== row) count(this.#neighbours[row], other);
    }
  }

  score({ context }: Pick<BaselineView, 'context'>): Float64Array {
    const scores = this.#scores.fill(0);
    [...new Set(context.toReversed())].forEach((row, age) => {
      const { rows, together } = this.#neighbours[row];
      const weight = this.#contextDecay ** age;
      const own = this.#counts[row];
      for (let i = 0; i < rows.length; i++) {
        scores[rows[i]] += (weight * together[i]) / Math.sqrt(own * this.#counts[rows[i]]);
      }
    });
    return scores;
  }
}

/** Items that share sessions with one, and how many; lists beside the map, as a walk over a map takes ten times as long. */
interface Neighbours {
  readonly places: Map<number, number>;
  readonly rows: number[];
  readonly together: number[];
}

function count({ places, rows, together }: Neighbours, row: number): void {
  const place = places.get(row);
  if (place !== undefined) together[place]++;
  else {
    places.set(row, rows.length);
    rows.push(row);
    together.push(1);
  }
}
