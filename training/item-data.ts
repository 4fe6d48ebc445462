import { encodeBase64 } from '../src/core/base64.ts';
import { VECTOR_DIM } from '../src/core/contract.ts';
import { hashText } from '../src/core/hash.ts';
import { createAttributeNeighbours } from './attributes.ts';
import type { Vocabulary } from './catalogue.ts';
import { createRowSession } from './baseline.ts';
import { type Lap, noLap } from './laps.ts';
import { RelationCounter, type Relations, neighboursOf } from './relations.ts';
import type { LogSession, SiteLog } from './site-log.ts';
import { createVectors } from './vectors.ts';

/** How much of an item travels with it. */
export interface ItemShape {
  /** Dimensions of each vector, at most 32; the rest are zeros. */
  readonly width: number;
  /** Neighbours, at most 24. */
  readonly neighbours: number;
}

/** The best trade of quality against bytes (the table in docs/training.md). */
export const ITEM_SHAPE: ItemShape = { width: VECTOR_DIM, neighbours: 16 };

/** One line of `items.ndjson`: what a site's server attaches to a candidate. */
export interface ItemData {
  readonly id: string;
  readonly vec?: string;
  readonly nbrs?: string;
}

export interface ItemDataOptions {
  readonly start?: Float64Array | undefined;
  readonly shape?: ItemShape | undefined;
  readonly lap?: Lap | undefined;
}

/**
 * Vectors and neighbour lists of every item in wire form. One that was never seen has them by its likeness to others, and
 * neither where it is like none. `start` is an earlier basis.
 */
export function createItemData(relations: Relations, ids: readonly string[], options: ItemDataOptions = {}) {
  const { start, shape = ITEM_SHAPE, lap = noLap } = options;
  lap('neighbours');
  const vectors = createVectors(relations, start);
  lap('vectors');
  const items = ids.map((id, row): ItemData => {
    if (relations.start[row] === relations.start[row + 1]) return { id };
    const vec = new DataView(new ArrayBuffer(2 * VECTOR_DIM + 8));
    writeSide(vec, 0, vectors.out.subarray(row * VECTOR_DIM, row * VECTOR_DIM + shape.width));
    writeSide(vec, 1, vectors.in.subarray(row * VECTOR_DIM, row * VECTOR_DIM + shape.width));
    const { rows, bytes } = neighboursOf(relations, row, shape.neighbours);
    const nbrs = new DataView(new ArrayBuffer(5 * rows.length));
    rows.forEach((other, n) => {
      nbrs.setUint32(5 * n, hashText(ids[other]), true);
      nbrs.setUint8(5 * n + 4, bytes[n]);
    });
    return { id, vec: encodeBase64(new Uint8Array(vec.buffer)), nbrs: encodeBase64(new Uint8Array(nbrs.buffer)) };
  });
  lap('neighbours');
  return { items, basis: vectors.basis };
}

export interface ItemHistory {
  readonly log: SiteLog;
  /** By time; what the items' relations are learnt from. */
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly shape?: ItemShape;
  readonly lap?: Lap;
}

/** Item data as a site would attach it at time `at` (epoch ms), from these sessions and the catalogue. */
export function createItemDataAt(
  { log, sessions, vocabulary: { rows, ids }, shape, lap }: ItemHistory,
  at: number,
): ItemData[] {
  const relations = new RelationCounter(createAttributeNeighbours(log, ids));
  for (const session of sessions) relations.add(createRowSession(session, rows));
  return createItemData(relations.build(at), ids, { shape, lap }).items;
}

/** Symmetric int8 with one scale a side. */
function writeSide(view: DataView, side: 0 | 1, values: Float64Array): void {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scale = largest / 127;
  values.forEach((value, d) => {
    view.setInt8(side * VECTOR_DIM + d, scale === 0 ? 0 : Math.round(value / scale));
  });
  view.setFloat32(2 * VECTOR_DIM + 4 * side, scale, true);
}
