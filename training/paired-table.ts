import { type Interval, type Ratio, clusteredInterval, clusteredRatio } from './metrics.ts';

/** Values of the same queries by name, with the session of each: what paired, clustered figures are made from. */
export class PairedTable<Name extends string> {
  readonly #columns = new Map<Name, number[]>();
  readonly #clusters: string[] = [];

  get size(): number {
    return this.#clusters.length;
  }

  /** One query; every call must bring the same names. */
  add(cluster: string, values: Readonly<Record<Name, number>>): void {
    this.#clusters.push(cluster);
    for (const [name, value] of Object.entries(values) as [Name, number][]) {
      const column = this.#columns.get(name) ?? [];
      this.#columns.set(name, column);
      column.push(value);
    }
  }

  /** Mean with its interval. */
  mean(name: Name): Interval {
    return clusteredInterval(this.#column(name), this.#clusters);
  }

  /** Mean of `name` minus `other`, query by query. */
  difference(name: Name, other: Name): Interval {
    return clusteredInterval(this.#minus(name, other), this.#clusters);
  }

  /** Mean of `name` over mean of `other`. */
  ratio(name: Name, other: Name): Ratio {
    const [numerators, denominators] = [this.#column(name), this.#column(other)];
    return clusteredRatio({ numerators, denominators, clusters: this.#clusters });
  }

  /** (name - from) / (to - from): the share of the way from one to another. */
  share({ name, from, to }: { readonly name: Name; readonly from: Name; readonly to: Name }): Ratio {
    const [numerators, denominators] = [this.#minus(name, from), this.#minus(to, from)];
    return clusteredRatio({ numerators, denominators, clusters: this.#clusters });
  }

  #column(name: Name): readonly number[] {
    return this.#columns.get(name) ?? [];
  }

  #minus(name: Name, other: Name): number[] {
    const from = this.#column(other);
    return this.#column(name).map((value, i) => value - from[i]);
  }
}
