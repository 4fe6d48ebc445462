import { VECTOR_DIM } from '../src/core/contract.ts';
import { packVectors } from '../src/core/packed-items.ts';
import type { Vocabulary } from './catalogue.ts';
import type { ItemData } from './item-data.ts';
import { round4 } from './metrics.ts';

/** What a list shows beyond its hits. */
export interface ListQuality {
  /** Share of the items that some query could rank which stand in at least one top 10. */
  readonly 'coverage@10': number;
  /**
   * Mean over queries of 1 - mean pairwise cosine of the top 10's "out" vectors (Ziegler et al. 2005, intra-list
   * similarity; Smyth & McClave 2001); pairs without vectors are left out. Null without any pair.
   */
  readonly 'diversity@10': number | null;
  /** Mean self-information -log2(events of the item / all events) in bits (Zhou et al. 2010); an unseen item counts one event. */
  readonly 'novelty@10': number;
  /** Share of the top 10 that the visitor bought in earlier sessions. */
  readonly 'repeatBought@10': number;
  /** Share of the top 10 that the visitor met (viewed, clicked, bought) in earlier sessions. */
  readonly 'repeatSeen@10': number;
}

/** Facts about items that list metrics read; made once. */
export interface ListFacts {
  /** [items, VECTOR_DIM] of length 1, or 0 where there is no vector. */
  readonly unit: Float64Array;
  /** Bits per row. */
  readonly information: Float64Array;
}

export function createListFacts({ counts }: Vocabulary, data: readonly ItemData[]): ListFacts {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    unit: unitVectors(data),
    information: counts.map((count) => -Math.log2(Math.max(1, count) / Math.max(1, total))),
  };
}

/** [items, VECTOR_DIM] of length 1, or 0 where there is no vector. */
export function unitVectors(items: readonly { readonly vec?: string }[]): Float64Array {
  const unit = new Float64Array(items.length * VECTOR_DIM);
  // the scale of a side cancels in a cosine
  const vectors = packVectors(items);
  for (let at = 0; at < unit.length; at += VECTOR_DIM) {
    const vector = vectors.subarray(at, at + VECTOR_DIM);
    const norm = Math.hypot(...vector);
    if (norm > 0) vector.forEach((value, d) => (unit[at + d] = value / norm));
  }
  return unit;
}

/** Item rows that a visitor met before. */
export interface Met {
  readonly bought: ReadonlySet<number>;
  readonly seen: ReadonlySet<number>;
}

/** Adds up the lists of one recommender. */
export class ListTally {
  readonly #facts: ListFacts;
  readonly #shown = new Set<number>();
  #queries = 0;
  #places = 0;
  #information = 0;
  #bought = 0;
  #seen = 0;
  #diverse = 0;
  #diversity = 0;

  constructor(facts: ListFacts) {
    this.#facts = facts;
  }

  add(top: readonly number[], { bought, seen }: Met): void {
    this.#queries++;
    for (const row of top) {
      this.#shown.add(row);
      this.#places++;
      this.#information += this.#facts.information[row];
      if (bought.has(row)) this.#bought++;
      if (seen.has(row)) this.#seen++;
    }
    const diversity = diversityOf(top, this.#facts.unit);
    if (diversity === undefined) return;
    this.#diverse++;
    this.#diversity += diversity;
  }

  /** `rankable` is the number of items that some query could rank. */
  quality(rankable: number): ListQuality {
    const places = Math.max(1, this.#places);
    return {
      'coverage@10': round4(this.#shown.size / Math.max(1, rankable)),
      'diversity@10': this.#diverse === 0 ? null : round4(this.#diversity / this.#diverse),
      'novelty@10': round4(this.#information / places),
      'repeatBought@10': round4(this.#bought / places),
      'repeatSeen@10': round4(this.#seen / places),
    };
  }
}

/** 1 - mean pairwise cosine of the rows that have a vector; undefined without a pair. */
export function diversityOf(top: readonly number[], unit: Float64Array): number | undefined {
  const known = top.filter((row) => unit.subarray(row * VECTOR_DIM, (row + 1) * VECTOR_DIM).some((x) => x !== 0));
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < known.length; i++) {
    for (let j = 0; j < i; j++, pairs++) {
      for (let d = 0; d < VECTOR_DIM; d++) sum += unit[known[i] * VECTOR_DIM + d] * unit[known[j] * VECTOR_DIM + d];
    }
  }
  return pairs === 0 ? undefined : 1 - sum / pairs;
}
