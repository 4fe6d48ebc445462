import type { AttributeNeighbours } from './attributes.ts';
import type { RowSession } from './baseline.ts';
import { DAY_MS } from './day.ts';

/** A session's first lines that pair up (DESIGN section 5). */
export const MAX_LINES = 50;
/** Of a co-visit: what goes with what changes faster than what sells (120 days, `popularity.ts`); docs/training.md. */
const HALF_LIFE_DAYS = 60;
/** Added to an item's weight, so that rare pairs do not look certain. */
export const SHRINKAGE = 5;
/** What a pair i before j at distance d adds to C, times the session's weight: `FORWARD / d` forward, half of it back. */
const [FORWARD, BACKWARD, TOGETHER] = [1, 0.5, 0.1];
/** What full likeness of attributes adds to a neighbour weight: little beside co-visits, all that a new item has. */
const LIKENESS = 0.05;

/** A sparse square matrix by rows: row r is `columns` and `values` from `start[r]` to `start[r + 1]`, columns rising. */
export interface SparseRows {
  /** [N + 1] */
  readonly start: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** C[c, h]: how strongly h in a session leads to c. */
export interface Relations extends SparseRows {
  /** [N] age-decayed event weight per item. */
  readonly weight: Float64Array;
}

/**
 * Counts co-visits as sessions come in, age-decayed with a half-life of 60 days: a pair i before j at distance d adds
 * w/d to Cq[j, i]; C = Cq + .5 Cq' + .1 symmetric co-visits. Items of like attributes count as if visited together a
 * little, in proportion to both items' weights.
 */
export class RelationCounter {
  readonly #alike: readonly AttributeNeighbours[];
  readonly #weight: Float64Array;
  #counted: SparseRows;
  /** What came since the last `build`, by row. */
  #fresh: FreshRow[];
  #origin: number | undefined;

  /** What is like each row. */
  constructor(alike: readonly AttributeNeighbours[]) {
    const size = alike.length;
    this.#alike = alike;
    this.#weight = new Float64Array(size);
    this.#counted = { start: new Int32Array(size + 1), columns: new Int32Array(0), values: new Float64Array(0) };
    this.#fresh = emptyRows(size);
  }

  add({ startAt, rows }: RowSession): void {
    this.#origin ??= startAt;
    const weight = 2 ** ((startAt - this.#origin) / DAY_MS / HALF_LIFE_DAYS);
    rows.forEach((row, j) => {
      this.#weight[row] += weight;
      for (let i = 0; i < j; i++) {
        if (rows[i] === row) continue;
        this.#push(row, rows[i], weight * (FORWARD / (j - i) + TOGETHER));
        this.#push(rows[i], row, weight * (BACKWARD / (j - i) + TOGETHER));
      }
    });
  }

  /** The relations as known at time `at` (epoch ms). */
  build(at: number): Relations {
    const scale = 2 ** (-(at - (this.#origin ?? at)) / DAY_MS / HALF_LIFE_DAYS);
    this.#counted = merge(this.#counted, this.#fresh);
    this.#fresh = emptyRows(this.#alike.length);
    const weight = this.#weight.map((value) => value * scale);
    const values = this.#counted.values.map((value) => value * scale);
    const blended = merge({ ...this.#counted, values }, this.#likeness(weight));
    return { ...blended, weight };
  }

  #likeness(weight: Float64Array): FreshRow[] {
    const root = weight.map((value) => Math.sqrt(value + SHRINKAGE));
    return this.#alike.map(({ rows, similarity }, row) => ({
      columns: [...rows],
      values: Array.from(rows, (other, n) => LIKENESS * similarity[n] * root[row] * root[other]),
    }));
  }

  #push(row: number, column: number, value: number): void {
    const { columns, values } = this.#fresh[row];
    columns.push(column);
    values.push(value);
  }
}

/** Entries of one row in the order they came; a column may come more than once. */
interface FreshRow {
  readonly columns: number[];
  readonly values: number[];
}

const emptyRows = (size: number): FreshRow[] => Array.from({ length: size }, () => ({ columns: [], values: [] }));

/** Adds the fresh entries to the counted ones, through one dense row of scratch. */
function merge(counted: SparseRows, fresh: readonly FreshRow[]): SparseRows {
  const size = fresh.length;
  const scratch = new Float64Array(size);
  const seen = new Uint8Array(size);
  const start = new Int32Array(size + 1);
  const capacity = counted.columns.length + fresh.reduce((sum, { columns }) => sum + columns.length, 0);
  const columns = new Int32Array(capacity);
  const values = new Float64Array(capacity);
  let end = 0;
  for (let row = 0; row < size; row++) {
    const from = end;
    const take = (column: number, value: number): void => {
      if (seen[column] === 0) columns[end++] = column;
      seen[column] = 1;
      scratch[column] += value;
    };
    for (let k = counted.start[row]; k < counted.start[row + 1]; k++) take(counted.columns[k], counted.values[k]);
    fresh[row].columns.forEach((column, k) => {
      take(column, fresh[row].values[k]);
    });
    columns.subarray(from, end).sort();
    for (let k = from; k < end; k++) {
      values[k] = scratch[columns[k]];
      scratch[columns[k]] = 0;
      seen[columns[k]] = 0;
    }
    start[row + 1] = end;
  }
  return { start, columns: columns.slice(0, end), values: values.slice(0, end) };
}

export interface Neighbours {
  /** Rows, strongest first. */
  readonly rows: Int32Array;
  /** Bytes: 255 times the square root of the weight in [0, 1]. */
  readonly bytes: Uint8Array;
}

/** The `count` strongest neighbours of `row`: C[c, h] / sqrt((p_c + 5)(p_h + 5)), ties by row number. */
export function neighboursOf({ start, columns, values, weight }: Relations, row: number, count: number): Neighbours {
  const own = weight[row] + SHRINKAGE;
  const best: { readonly column: number; readonly value: number }[] = [];
  for (let k = start[row]; k < start[row + 1]; k++) {
    const value = values[k] / Math.sqrt(own * (weight[columns[k]] + SHRINKAGE));
    if (best.length === count && !(value > (best.at(-1)?.value ?? Infinity))) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].value < value) at--;
    best.splice(at, 0, { column: columns[k], value });
    if (best.length > count) best.pop();
  }
  const kept = best
    .map(({ column, value }) => ({ column, byte: Math.round(255 * Math.sqrt(Math.min(1, value))) }))
    .filter(({ byte }) => byte > 0);
  return { rows: Int32Array.from(kept, ({ column }) => column), bytes: Uint8Array.from(kept, ({ byte }) => byte) };
}
