import { gzipSync } from 'node:zlib';
import { type Vocabulary, popularityRank } from './catalogue.ts';
import type { ItemData } from './item-data.ts';

/** Candidates of one answer, whose `vec` and `nbrs` travel. */
const CANDIDATES = 100;

/** gzip bytes of `vec` and `nbrs` of the 100 most popular items: what a page pays for the quality beside it. */
export function payloadBytes(data: readonly ItemData[], vocabulary: Vocabulary): number {
  const rank = popularityRank(vocabulary);
  const top = data.filter((_, row) => rank[row] < CANDIDATES).map(({ vec, nbrs }) => ({ vec, nbrs }));
  return gzipSync(JSON.stringify(top)).length;
}
