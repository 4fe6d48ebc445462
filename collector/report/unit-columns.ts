/** What is added up for each unit, after its first exposure and within the window unless the name says otherwise. */
export const COLUMNS = [
  'impressions',
  'clicks',
  'carts',
  'dismissals',
  'repeats',
  'novelty',
  'conversions',
  // of the report's currency
  'orders',
  'revenue',
  'margin',
  'refunds',
  'refunded',
  'complaints',
  'optOuts',
  'dwells',
  'longDwells',
  'quickBacks',
  'diversity',
  'diversityOf',
  'lcp',
  'lcpOf',
  'inp',
  'inpOf',
  'cls',
  'clsOf',
  // whatever the window is
  'back7',
  'back28',
  // before the first exposure
  'conversionsBefore',
  'revenueBefore',
  // conversions that the device ascribed to a slate
  'attributed',
  // conversions within the other windows of an analysis
  'inTraining',
  'inBusiness',
  // credit of an interleaved slate
  'ownCredit',
  'otherCredit',
  // of the unit's clients; the last is the share that is missing
  'missing',
  'expected',
  'missingShare',
  // slots that were compared with what control would have shown, and those that were not so
  'compared',
  'unlike',
] as const;
export type Column = (typeof COLUMNS)[number];

/** A unit in more than one arm. */
export const CROSSED = 255;

const FIRST_SIZE = 1024;

/** Units with the arm and time of their first exposure and a number in each column; 8 bytes a unit and column. */
export class UnitColumns {
  readonly #index = new Map<string, number>();
  #size = FIRST_SIZE;
  /** [units]: index of the arm, or `CROSSED`. */
  arm = new Uint8Array(FIRST_SIZE);
  /** [units]: epoch ms of the first exposure. */
  firstAt = new Float64Array(FIRST_SIZE);
  /** [units]: whether the site made the unit's id. */
  isSite = new Uint8Array(FIRST_SIZE);
  readonly #columns = new Map<Column, Float64Array>();

  get count(): number {
    return this.#index.size;
  }

  /** -1 where it has not been exposed. */
  find(unit: string): number {
    return this.#index.get(unit) ?? -1;
  }

  /** Adds an exposure, and returns the unit's index. */
  expose(unit: string, { arm, at, isSite }: { readonly arm: number; readonly at: number; readonly isSite: boolean }) {
    const known = this.#index.get(unit);
    if (known === undefined) {
      const added = this.#index.size;
      if (added === this.#size) this.#grow();
      this.#index.set(unit, added);
      this.arm[added] = arm;
      this.firstAt[added] = at;
      this.isSite[added] = Number(isSite);
      return added;
    }
    if (this.arm[known] !== arm) this.arm[known] = CROSSED;
    this.firstAt[known] = Math.min(this.firstAt[known] ?? at, at);
    return known;
  }

  /** [units], the columns alike; a column that nothing was added to is zeros. */
  column(name: Column): Float64Array {
    let column = this.#columns.get(name);
    if (column === undefined) this.#columns.set(name, (column = new Float64Array(this.#size)));
    return column;
  }

  add(name: Column, unit: number, value = 1): void {
    const column = this.column(name);
    column[unit] = (column[unit] ?? 0) + value;
  }

  units(): IterableIterator<[unit: string, index: number]> {
    return this.#index.entries();
  }

  #grow(): void {
    this.#size *= 2;
    this.arm = widen(this.arm, new Uint8Array(this.#size));
    this.isSite = widen(this.isSite, new Uint8Array(this.#size));
    this.firstAt = widen(this.firstAt, new Float64Array(this.#size));
    for (const [name, column] of this.#columns) this.#columns.set(name, widen(column, new Float64Array(this.#size)));
  }
}

function widen<T extends Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
