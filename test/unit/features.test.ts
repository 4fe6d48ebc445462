import { describe, expect, test } from 'vitest';
import { encodeBase64 } from '../../src/core/base64.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import {
  type Batch,
  CANDIDATE_FEATURES,
  CONTEXT_FEATURES,
  type CandidateFeature,
  type ContextFeature,
  MAX_EVENTS,
  TENSORS,
} from '../../src/core/contract.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { type Moment, createBatch } from '../../src/core/features.ts';
import { GRAM_INPUTS, gramInputs } from '../../src/core/gram.ts';
import { hashText } from '../../src/core/hash.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { itemHash, packCandidates } from '../../src/core/packed-items.ts';
import type { SignalKind } from '../../src/core/signal.ts';
import { Visitor } from '../../src/core/visitor.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 6, 6); // a Saturday, 06:00

const vec = (direction: number): string => {
  const bytes = new DataView(new ArrayBuffer(72));
  bytes.setInt8(direction, 100);
  bytes.setInt8(32 + direction, 100);
  bytes.setFloat32(64, 0.01, true);
  bytes.setFloat32(68, 0.01, true);
  return encodeBase64(new Uint8Array(bytes.buffer));
};

const nbrs = (...pairs: readonly (readonly [string, number])[]): string => {
  const bytes = new DataView(new ArrayBuffer(5 * pairs.length));
  pairs.forEach(([id, weight], n) => {
    bytes.setUint32(5 * n, hashText(id), true);
    bytes.setUint8(5 * n + 4, weight);
  });
  return encodeBase64(new Uint8Array(bytes.buffer));
};

interface Given {
  readonly candidates: readonly Candidate[];
  readonly known?: readonly Candidate[];
  readonly signals?: readonly (readonly [itemId: string, kind: SignalKind, sessionId: string, agoMs: number])[];
  readonly moment?: Partial<Moment>;
}

function makeBatch({ candidates, known = [], signals = [], moment = {} }: Given): Batch {
  const table = new KnownItemTable();
  known.forEach((item) => {
    table.add(item);
  });
  const visitor = new Visitor();
  for (const [itemId, kind, sessionId, agoMs] of signals) {
    visitor.add({ item: itemHash(itemId), kind, sessionId, at: NOW - agoMs, dwellMs: 0, confidence: 1 });
  }
  const full: Moment = {
    now: NOW,
    utcOffsetMinutes: 0,
    isPhone: false,
    slotWidth: 0,
    sessionId: 'now',
    anchor: 0,
    serverLag: null,
    ...moment,
  };
  return createBatch({ candidates: packCandidates(candidates), known: table, visitor, moment: full });
}

const context = (batch: Batch, name: ContextFeature): number => batch.ctx[CONTEXT_FEATURES.indexOf(name)];
const number = (batch: Batch, m: number, name: CandidateFeature): number =>
  batch.candNum[m * CANDIDATE_FEATURES.length + CANDIDATE_FEATURES.indexOf(name)];

const gram = (batch: Batch, m: number, name: string): number =>
  gramInputs(fillMissing(batch, []))[m * GRAM_INPUTS.length + GRAM_INPUTS.indexOf(name)];

describe('createBatch', () => {
  test('fills every tensor of the contract in its shape', () => {
    const batch = makeBatch({ candidates: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    for (const { name, shape } of TENSORS) {
      const key = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as Exclude<keyof Batch, 'size'>;
      expect([name, batch[key].length]).toEqual([
        name,
        shape.reduce<number>((n, d) => n * (d === 'M' ? 3 : Number(d)), 1),
      ]);
    }
  });

  test('similarities: cosine by vectors, neighbours by list, newest event first', () => {
    const batch = makeBatch({
      candidates: [
        { id: 'same', vec: vec(0), nbrs: nbrs(['seen', 255], ['first', 51]) },
        { id: 'other', vec: vec(5) },
      ],
      known: [
        { id: 'first', vec: vec(7) },
        { id: 'seen', vec: vec(0) },
      ],
      signals: [
        ['first', 'view', 'now', 9000],
        ['seen', 'view', 'now', 4000],
      ],
    });
    expect(gram(batch, 0, 'cosine_last')).toBeCloseTo(1, 5);
    expect(gram(batch, 1, 'cosine_last')).toBe(0);
    expect(gram(batch, 0, 'neighbour_last')).toBeCloseTo(1, 5);
    expect(gram(batch, 0, 'neighbour_decay60')).toBeCloseTo(1 + 0.6 * 0.2 ** 2, 5);
    expect(gram(batch, 1, 'neighbour_max')).toBe(0);
    expect(batch.eventNum[0]).toBeCloseTo(Math.log1p(4), 5);
  });

  test('a dismissed event is in the window but not in the pools', () => {
    const batch = makeBatch({
      candidates: [{ id: 'same', vec: vec(0) }],
      known: [{ id: 'seen', vec: vec(0) }],
      signals: [['seen', 'dismiss', 'now', 1000]],
    });
    expect(batch.eventMask[0]).toBe(1);
    expect(gram(batch, 0, 'cosine_max')).toBe(0);
  });

  test('own history counts earlier sessions only; dismissals and impressions count at once', () => {
    const batch = makeBatch({
      candidates: [{ id: 'a' }, { id: 'b' }],
      signals: [
        ['a', 'purchase', 'old', 30 * DAY_MS],
        ['b', 'view', 'older', 2 * DAY_MS],
        ['b', 'purchase', 'now', 1000],
        ['b', 'impression', 'now', 900],
        ['b', 'dismiss', 'now', 800],
      ],
    });
    expect(number(batch, 0, 'own_purchases')).toBeCloseTo(Math.log(2), 5);
    expect(number(batch, 0, 'own_recency')).toBeCloseTo(0.5, 5);
    expect(number(batch, 0, 'own_share')).toBeCloseTo(0.5, 5);
    expect(number(batch, 0, 'own_last_session')).toBe(0);
    expect(number(batch, 1, 'own_purchases')).toBe(0);
    expect(number(batch, 1, 'own_last_session')).toBe(1);
    expect(number(batch, 1, 'fatigue')).toBeCloseTo(Math.log(2), 5);
    expect(number(batch, 1, 'own_dismissals')).toBeCloseTo(Math.log(2), 5);
  });

  test('a neighbour pair counts from either item’s list, the larger of the two', () => {
    const batch = makeBatch({
      candidates: [{ id: 'a' }, { id: 'b', nbrs: nbrs(['seen', 51]) }],
      known: [{ id: 'seen', nbrs: nbrs(['a', 102], ['b', 255]) }],
      signals: [['seen', 'view', 'now', 1]],
    });
    expect(gram(batch, 0, 'neighbour_last')).toBeCloseTo(0.4 ** 2, 5);
    expect(gram(batch, 1, 'neighbour_last')).toBeCloseTo(1, 5);
  });

  test('what followed the last event in earlier sessions, in that order, half for the event before it', () => {
    const batch = makeBatch({
      candidates: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      signals: [
        ['x', 'purchase', 'old', 9000],
        ['a', 'purchase', 'old', 8000],
        ['y', 'purchase', 'old', 7000],
        ['b', 'purchase', 'old', 6000],
        ['x', 'view', 'now', 2000],
        ['y', 'view', 'now', 1000],
      ],
    });
    // a came before y and one step after x; b one step after y and three after x
    expect(number(batch, 0, 'own_next_last')).toBeCloseTo(Math.log1p(1 / 2), 5);
    expect(number(batch, 1, 'own_next_last')).toBeCloseTo(Math.log1p(1 + 1 / 3 / 2), 5);
    expect(number(batch, 2, 'own_next_last')).toBe(0);
    expect(number(batch, 0, 'own_next')).toBeCloseTo(Math.log1p(1 + 1), 5);
  });

  test('the whole history speaks by vectors and neighbours, and for how much the session repeats it', () => {
    const running = (['met', 'new', 'new', 'new'] as const).map(
      (itemId, i) => [itemId, 'view', 'now', 4000 - i] as const,
    );
    const given: Given = {
      candidates: [
        { id: 'a', vec: vec(0), nbrs: nbrs(['met', 255]) },
        { id: 'b', vec: vec(1) },
      ],
      known: [{ id: 'met', vec: vec(0) }],
      signals: [['met', 'purchase', 'old', DAY_MS], ...running],
    };
    const batch = makeBatch(given);
    expect(number(batch, 0, 'history_cosine')).toBeCloseTo(1, 5);
    expect(number(batch, 1, 'history_cosine')).toBeCloseTo(0, 5);
    expect(number(batch, 0, 'history_neighbour')).toBeCloseTo(Math.log(2), 5);
    expect(context(batch, 'repeat_share')).toBeCloseTo(1 / 4, 5);
    expect(context(batch, 'repeat_recent')).toBe(0);
    const fresh = makeBatch({ ...given, signals: running });
    expect(number(fresh, 0, 'history_cosine')).toBe(0);
    expect(context(fresh, 'repeat_share')).toBe(0);
  });

  test('what the list is like: mean log popularity of those that have one, mean of the highest neighbour weights', () => {
    const given: Given = {
      candidates: [
        { id: 'a', popularity: 7, nbrs: nbrs(['x', 255], ['y', 51]) },
        { id: 'b', popularity: 1 },
        { id: 'c', nbrs: nbrs(['y', 102]) },
      ],
      signals: [
        ['x', 'view', 'now', 2000],
        ['y', 'view', 'now', 1000],
      ],
    };
    const batch = makeBatch(given);
    expect(context(batch, 'list_popularity')).toBeCloseTo((Math.log(8) + Math.log(2)) / 2, 5);
    expect(context(batch, 'list_neighbour')).toBeCloseTo((1 + 0.4 ** 2) / 3, 5);
    const bare = makeBatch({ ...given, candidates: [{ id: 'a' }] });
    expect(context(bare, 'list_popularity')).toBeNaN();
    expect(context(bare, 'list_neighbour')).toBe(0);
  });

  test('an ended session is history: no events, and its purchases count as own', () => {
    const batch = makeBatch({
      candidates: [{ id: 'a' }],
      signals: [['a', 'purchase', 'old', DAY_MS]],
      moment: { sessionId: null },
    });
    expect(batch.eventMask[0]).toBe(0);
    expect(number(batch, 0, 'own_purchases')).toBeCloseTo(Math.log(2), 5);
  });

  test('the anchor counts as an item just viewed', () => {
    const given = { candidates: [{ id: 'same', vec: vec(0) }], known: [{ id: 'anchor', vec: vec(0) }] };
    expect(gram(makeBatch(given), 0, 'cosine_last')).toBe(0);
    const anchored = makeBatch({ ...given, moment: { anchor: itemHash('anchor') } });
    expect(gram(anchored, 0, 'cosine_last')).toBeCloseTo(1, 5);
  });

  test('weekend, hour and price against the session', () => {
    const batch = makeBatch({
      candidates: [{ id: 'a', price: { amount: 20, currency: 'EUR' } }],
      known: [{ id: 'seen', price: { amount: 10, currency: 'EUR' } }],
      signals: [['seen', 'view', 'now', 1]],
    });
    expect(batch.ctx[4]).toBe(1);
    expect(batch.ctx[0]).toBeCloseTo(1, 5);
    expect(number(batch, 0, 'price_gap')).toBeCloseTo(Math.log(2), 5);
  });

  test('more than 50 events keep the newest 50', () => {
    const signals = Array.from({ length: 80 }, (_, i) => [`i${String(i)}`, 'view', 'now', 80 - i] as const);
    const batch = makeBatch({ candidates: [{ id: 'a' }], signals });
    expect(batch.eventMask.every((present) => present === 1)).toBe(true);
    expect(batch.eventIds[0]).toBe(itemHash('i79'));
    expect(batch.eventIds[(MAX_EVENTS - 1) * 3]).toBe(itemHash('i30'));
  });
});

test('fillMissing puts the rule’s mean where a number is missing, and leaves nothing that is not finite', () => {
  const batch = makeBatch({ candidates: [{ id: 'a' }, { id: 'b', popularity: 4 }] });
  expect(number(batch, 0, 'popularity')).toBeNaN();
  fillMissing(batch, [{ name: 'popularity', mean: 2.5, scale: 1, clip: 5, missing: 'mean' }]);
  expect(number(batch, 0, 'popularity')).toBe(2.5);
  expect(number(batch, 1, 'popularity')).toBeCloseTo(Math.log(5), 5);
  for (const values of [batch.candNum, batch.ctx, batch.pairNbr, batch.eventNum]) {
    expect(values.every(Number.isFinite)).toBe(true);
  }
});
