import { ABSENT, type Interval, clusteredInterval, hit, ndcg10, round4 } from './metrics.ts';
import { type ListFacts, type ListQuality, ListTally, type Met } from './list-quality.ts';
import { rankOf } from './score-queries.ts';
import { topOf } from './top.ts';

/** One query as a protocol asks it. */
export interface Asked {
  /** Candidates in the server's order. */
  readonly rows: readonly number[];
  /** Place of the target in `rows`, or -1 where it is not there: then it earns nothing. */
  readonly target: number;
  /** Session of the query: what the intervals are clustered by. */
  readonly cluster: string;
  readonly segments: readonly string[];
  readonly met: Met;
}

const LIST_LENGTH = 10;

/** Ranks and lists of several recommenders over the same queries. */
export class ProtocolTally {
  readonly #clusters: string[] = [];
  readonly #segments: (readonly string[])[] = [];
  readonly #ranks: Readonly<Record<string, number[]>>;
  readonly #lists: Readonly<Record<string, ListTally>>;
  readonly #rankable = new Set<number>();

  constructor(names: readonly string[], facts: ListFacts) {
    this.#ranks = Object.fromEntries(names.map((name) => [name, []]));
    this.#lists = Object.fromEntries(names.map((name) => [name, new ListTally(facts)]));
  }

  get queries(): number {
    return this.#clusters.length;
  }

  /** `scoresOf` gives one score for each of `rows`, by name. */
  add({ rows, target, cluster, segments, met }: Asked, scoresOf: (name: string) => ArrayLike<number>): void {
    this.#clusters.push(cluster);
    this.#segments.push(segments);
    for (const row of rows) this.#rankable.add(row);
    for (const [name, ranks] of Object.entries(this.#ranks)) {
      const scores = scoresOf(name);
      ranks.push(target < 0 ? ABSENT : rankOf(scores, target));
      const top = topOf(scores, LIST_LENGTH).map((place) => rows[place]);
      this.#lists[name].add(top, met);
    }
  }

  ranks(name: string): readonly number[] {
    return this.#ranks[name];
  }

  lists(name: string): ListQuality {
    return this.#lists[name].quality(this.#rankable.size);
  }

  mean(name: string, value: (rank: number) => number): number {
    const ranks = this.#ranks[name];
    return round4(ranks.reduce((sum, rank) => sum + value(rank), 0) / Math.max(1, ranks.length));
  }

  /** NDCG@10 with its interval clustered by session; of `name` minus `other` where given. */
  ndcg(name: string, other?: string): Interval {
    return this.#interval([...this.#clusters.keys()], name, other);
  }

  /** The same within each segment, by name in order of first appearance. */
  segments(name: string, other?: string): Record<string, Interval & { readonly queries: number }> {
    const places = new Map<string, number[]>();
    this.#segments.forEach((names, i) => {
      for (const segment of names) {
        const at = places.get(segment) ?? [];
        places.set(segment, at);
        at.push(i);
      }
    });
    return Object.fromEntries(
      Array.from(places, ([segment, at]) => [segment, { queries: at.length, ...this.#interval(at, name, other) }]),
    );
  }

  #interval(places: readonly number[], name: string, other: string | undefined): Interval {
    const gain = (of: string, place: number): number => ndcg10(this.#ranks[of][place]);
    return clusteredInterval(
      places.map((place) => gain(name, place) - (other === undefined ? 0 : gain(other, place))),
      places.map((place) => this.#clusters[place]),
    );
  }
}

/** 1 / rank of a target within the first k, else 0. */
export const reciprocal = (rank: number, k = Number.POSITIVE_INFINITY): number => hit(rank, k) / (rank + 1);
