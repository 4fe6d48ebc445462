import { DAY_MS, HALF_LIFE_DAYS } from './popularity.ts';
import type { LogSession } from './site-log.ts';

/** A session's first lines that pair up (DESIGN section 5). */
export const MAX_LINES = 50;
/** Added to an item's weight, so that rare pairs do not look certain. */
export const SHRINKAGE = 5;

/** Sparse rows of C[c, h]: how strongly h in a session leads to c. */
export interface Relations {
  /** Per candidate row: column indices and values, in the same order. */
  readonly columns: readonly Int32Array[];
  readonly values: readonly Float64Array[];
  /** Age-decayed event weight per item. */
  readonly weight: Float64Array;
}

/**
 * Counts co-visits as sessions come in, age-decayed with a half-life of 120 days: a pair i before j at distance d adds
 * w/d to Cq[j, i]; C = Cq + .5 Cq' + .1 symmetric co-visits.
 */
export class RelationCounter {
  readonly #rows: ReadonlyMap<string, number>;
  readonly #forward: Map<number, number>[];
  readonly #pairs: Map<number, number>[];
  readonly #weight: Float64Array;
  #origin: number | undefined;

  constructor(rows: ReadonlyMap<string, number>) {
    this.#rows = rows;
    this.#forward = Array.from({ length: rows.size }, () => new Map<number, number>());
    this.#pairs = Array.from({ length: rows.size }, () => new Map<number, number>());
    this.#weight = new Float64Array(rows.size);
  }

  add({ startAt, events }: LogSession): void {
    this.#origin ??= startAt;
    const weight = 2 ** ((startAt - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    const lines: number[] = [];
    for (const { itemId } of events) {
      const row = this.#rows.get(itemId);
      // a repeat right after itself (click, then view) is one visit
      if (row !== undefined && lines.at(-1) !== row && lines.length < MAX_LINES) lines.push(row);
    }
    lines.forEach((row, j) => {
      this.#weight[row] += weight;
      for (let i = 0; i < j; i++) this.#pair(lines[i], row, { weight, distance: j - i });
    });
  }

  /** The relations as known at time `at` (epoch ms). */
  build(at: number): Relations {
    const scale = 2 ** (-(at - (this.#origin ?? at)) / DAY_MS / HALF_LIFE_DAYS);
    const columns: Int32Array[] = [];
    const values: Float64Array[] = [];
    this.#pairs.forEach((pairs, row) => {
      const order = Int32Array.from(pairs.keys()).sort();
      columns.push(order);
      values.push(
        Float64Array.from(order, (column) => {
          const forward = this.#forward[row].get(column) ?? 0;
          const backward = this.#forward[column].get(row) ?? 0;
          return scale * (forward + 0.5 * backward + 0.1 * (pairs.get(column) ?? 0));
        }),
      );
    });
    return { columns, values, weight: this.#weight.map((weight) => weight * scale) };
  }

  #pair(from: number, to: number, { weight, distance }: { weight: number; distance: number }): void {
    if (from === to) return;
    const add = (row: Map<number, number>, column: number, value: number): void => {
      row.set(column, (row.get(column) ?? 0) + value);
    };
    add(this.#forward[to], from, weight / distance);
    add(this.#pairs[to], from, weight);
    add(this.#pairs[from], to, weight);
  }
}

export interface Neighbours {
  /** Rows, strongest first. */
  readonly rows: Int32Array;
  /** Bytes: 255 times the square root of the weight in [0, 1]. */
  readonly bytes: Uint8Array;
}

/** The `count` strongest neighbours of `row`: C[c, h] / sqrt((p_c + 5)(p_h + 5)), ties by row number. */
export function neighboursOf({ columns, values, weight }: Relations, row: number, count: number): Neighbours {
  const own = weight[row] + SHRINKAGE;
  const scored = Array.from(columns[row], (column, k) => ({
    column,
    value: values[row][k] / Math.sqrt(own * (weight[column] + SHRINKAGE)),
  }));
  scored.sort((a, b) => b.value - a.value || a.column - b.column);
  const best = scored
    .slice(0, count)
    .map(({ column, value }) => ({ column, byte: Math.round(255 * Math.sqrt(Math.min(1, value))) }))
    .filter(({ byte }) => byte > 0);
  return { rows: Int32Array.from(best, ({ column }) => column), bytes: Uint8Array.from(best, ({ byte }) => byte) };
}
