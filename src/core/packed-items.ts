import { VEC_TEXT_BYTES, decodeBase64 } from './base64.ts';
import type { Candidate } from './candidate.ts';
import { MAX_NEIGHBOURS, VECTOR_DIM } from './contract.ts';
import { hashText } from './hash.ts';

/** The numbers that a candidate brings itself, in column order of `PackedItems.num`. */
export const ITEM_NUMBERS = [
  'score',
  'serverRank',
  'popularity',
  'recentPopularity',
  'sales1d',
  'sales3d',
  'sales7d',
  'price',
  'publishedAt',
  'lastSoldAt',
] as const;
export type ItemNumber = (typeof ITEM_NUMBERS)[number];
export const ITEM_COLUMN = Object.fromEntries(ITEM_NUMBERS.map((name, column) => [name, column])) as Record<
  ItemNumber,
  number
>;

/**
 * Items as a structure of arrays, N rows: what crosses to the worker, and what the trainer keeps a catalogue in.
 * A row without a vector has scale 0; a row without neighbours has weight 0.
 */
export interface PackedItems {
  readonly size: number;
  /** [N, 64] "out" then "in". */
  readonly vec: Int8Array;
  /** [N, 2]: value of one step of "out" and of "in". */
  readonly scale: Float32Array;
  /** [N, 3]: hashed item, category, brand; 0 is "unknown". */
  readonly ids: Int32Array;
  /** [N, 24] item hashes and [N, 24] weights in 1/255. */
  readonly nbrHash: Int32Array;
  readonly nbrWeight: Uint8Array;
  /** [N, ITEM_NUMBERS]; NaN is missing. */
  readonly num: Float64Array;
}

export const createPackedItems = (size: number): PackedItems => ({
  size,
  vec: new Int8Array(size * 2 * VECTOR_DIM),
  scale: new Float32Array(size * 2),
  ids: new Int32Array(size * 3),
  nbrHash: new Int32Array(size * MAX_NEIGHBOURS),
  nbrWeight: new Uint8Array(size * MAX_NEIGHBOURS),
  num: new Float64Array(size * ITEM_NUMBERS.length).fill(Number.NaN),
});

/** The buffers to transfer with a message, so that nothing is copied. */
export const packedBuffers = (items: PackedItems): ArrayBufferLike[] =>
  [items.vec, items.scale, items.ids, items.nbrHash, items.nbrWeight, items.num].map((array) => array.buffer);

/** The item hash as the signed 32-bit value of the id tensors. */
export const itemHash = (id: string): number => hashText(id) | 0;

/** Packs candidates in the server's order: row r is `candidates[r]`, its server rank r. */
export function packCandidates(candidates: readonly Candidate[]): PackedItems {
  const items = createPackedItems(candidates.length);
  candidates.forEach((candidate, row) => {
    packRow(items, row, candidate);
    items.num[row * ITEM_NUMBERS.length + ITEM_COLUMN.serverRank] = row;
  });
  return items;
}

/** Writes one candidate (without its server rank) into row `row`. */
export function packRow(items: PackedItems, row: number, candidate: Candidate): void {
  const named = [candidate.id, candidate.category, candidate.brand];
  named.forEach((name, at) => (items.ids[row * 3 + at] = name ? itemHash(name) : 0));
  packVector(items, row, candidate.vec);
  packNeighbours(items, row, candidate.nbrs);
  const { score, popularity, recentPopularity, sales, price, publishedAt, lastSoldAt } = candidate;
  const numbers = [score, undefined, popularity, recentPopularity, ...(sales ?? [undefined, undefined, undefined])];
  [...numbers, price?.amount, publishedAt, lastSoldAt].forEach((value, column) => {
    items.num[row * ITEM_NUMBERS.length + column] = value ?? Number.NaN;
  });
}

function packVector(items: PackedItems, row: number, text: string | undefined): void {
  items.scale.fill(0, row * 2, row * 2 + 2);
  items.vec.fill(0, row * 2 * VECTOR_DIM, (row + 1) * 2 * VECTOR_DIM);
  const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
  if (bytes?.length !== VEC_TEXT_BYTES) return;
  const view = new DataView(bytes.buffer);
  items.vec.set(new Int8Array(bytes.buffer, 0, 2 * VECTOR_DIM), row * 2 * VECTOR_DIM);
  for (let side = 0; side < 2; side++) {
    const scale = view.getFloat32(2 * VECTOR_DIM + 4 * side, true);
    items.scale[row * 2 + side] = Number.isFinite(scale) ? scale : 0;
  }
}

/** The "out" vectors alone, [N, 32]; zeros where a candidate has none. */
export function packVectors(candidates: readonly { readonly vec?: string }[]): Int8Array {
  const vectors = new Int8Array(candidates.length * VECTOR_DIM);
  candidates.forEach(({ vec }, row) => {
    const bytes = typeof vec === 'string' ? decodeBase64(vec) : undefined;
    if (bytes?.length === VEC_TEXT_BYTES) vectors.set(new Int8Array(bytes.buffer, 0, VECTOR_DIM), row * VECTOR_DIM);
  });
  return vectors;
}

function packNeighbours(items: PackedItems, row: number, text: string | undefined): void {
  items.nbrWeight.fill(0, row * MAX_NEIGHBOURS, (row + 1) * MAX_NEIGHBOURS);
  const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
  if (bytes === undefined || bytes.length % 5 !== 0) return;
  const view = new DataView(bytes.buffer);
  const count = Math.min(MAX_NEIGHBOURS, bytes.length / 5);
  for (let n = 0; n < count; n++) {
    items.nbrHash[row * MAX_NEIGHBOURS + n] = view.getInt32(5 * n, true);
    items.nbrWeight[row * MAX_NEIGHBOURS + n] = bytes[5 * n + 4];
  }
}
