import type { Batch } from './contract.ts';
import { createBatch } from './features.ts';
import { KnownItemTable } from './known-items.ts';
import { GOLDEN_TOLERANCE, type GoldenRow } from './manifest.ts';
import { itemHash, packCandidates } from './packed-items.ts';
import { Visitor } from './visitor.ts';

/** The whole path from raw signals and candidates to tensors, as serving takes it. */
export function goldenBatch(row: Omit<GoldenRow, 'logits' | 'linear'>): Batch {
  const known = new KnownItemTable();
  row.known.forEach((item) => {
    known.add(item);
  });
  const visitor = new Visitor();
  for (const { at, sessionId, kind, itemId } of row.signals) {
    visitor.add({ at, sessionId, kind, item: itemHash(itemId), dwellMs: 0, confidence: 1 });
  }
  return createBatch({ candidates: packCandidates(row.candidates), known, visitor, moment: row.moment });
}

/** Largest absolute difference; Infinity where a value is not finite or the lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

export const isGoldenMatch = (actual: ArrayLike<number>, expected: ArrayLike<number>): boolean =>
  largestDifference(actual, expected) <= GOLDEN_TOLERANCE;
