import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { base64Length, decodeBase64, encodeBase64 } from '../../src/core/base64.ts';
import { type Candidate, parseCandidates } from '../../src/core/candidate.ts';
import { DEFAULT_LINEAR } from '../../src/core/default-linear.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { hashText } from '../../src/core/hash.ts';
import { orderByScore } from '../../src/core/order.ts';
import { packCandidates } from '../../src/core/packed-items.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { parseSignal } from '../../src/core/signal.ts';
import { createUuid, isUuid } from '../../src/core/uuid.ts';

describe('hashText', () => {
  test('gives the published FNV-1a values', () => {
    expect(hashText('')).toBe(0x811c9dc5);
    expect(hashText('a')).toBe(0xe40c292c);
    expect(hashText('foobar')).toBe(0xbf9cf968);
  });

  test('hashes the UTF-8 bytes, lone surrogates as U+FFFD', () => {
    for (const text of ['é', '日本', '😀x', 'a\ud800b']) {
      const ascii = [...new TextEncoder().encode(text)];
      const expected = ascii.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
      expect(hashText(text)).toBe(expected);
    }
  });
});

test('createUuid makes version 7 ids that sort by time', () => {
  const random = createRandom(3);
  const ids = [1, 1_700_000_000_000, 1_800_000_000_000].map((now) => createUuid({ clock: () => now, random }));
  expect(ids.every(isUuid)).toBe(true);
  expect(ids.every((id) => id[14] === '7')).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(isUuid('not-a-uuid')).toBe(false);
});

test('base64 agrees with Buffer and refuses what is not base64', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = createHash('sha512').update(String(length)).digest().subarray(0, length);
    expect(encodeBase64(bytes)).toBe(bytes.toString('base64'));
    expect(decodeBase64(bytes.toString('base64'))).toEqual(new Uint8Array(bytes));
    expect(base64Length(bytes.toString('base64'))).toBe(bytes.length);
  }
  for (const text of ['a', '!!!!', 'ab=c', 'a===', 'ab\n=', 'aü==', '\ud83d\ude00'])
    expect([decodeBase64(text), base64Length(text)]).toEqual([undefined, undefined]);
});

describe('parseSignal', () => {
  test('keeps known fields and drops others', () => {
    expect(parseSignal({ kind: 'view', itemId: 'a', dwellMs: 5, secret: 1 })).toEqual({
      kind: 'view',
      itemId: 'a',
      dwellMs: 5,
    });
  });

  test.each([
    null,
    'view',
    {},
    { kind: 'sold', itemId: 'a' },
    { kind: 'view' },
    { kind: 'view', itemId: '' },
    { kind: 'view', itemId: 'x'.repeat(1025) },
    { kind: 'view', itemId: 'a', at: Number.NaN },
    { kind: 'view', itemId: 'a', dwellMs: -1 },
    { kind: 'purchase', itemId: 'a', value: { amount: Infinity, currency: 'EUR' } },
    { kind: 'purchase', itemId: 'a', value: { amount: 1, currency: 'euro' } },
    { kind: 'search' },
  ])('names what is wrong with %j', (input) => {
    const parsed = parseSignal(input);
    expect(isProblem(parsed) && parsed.code).toBe('signal_invalid');
  });
});

test('a signal’s time in seconds or microseconds is refused with what it looks like; small clocks of tests are not', () => {
  const at = (time: number) => parseSignal({ kind: 'view', itemId: 'a', at: time });
  for (const time of [1_750_000_000, 1_750_000_000_000_000]) {
    expect(at(time)).toMatchObject({ code: 'signal_invalid', message: expect.stringContaining('seconds') as string });
  }
  for (const time of [5, 1_750_000_000_000]) expect(at(time)).toMatchObject({ at: time });
});

describe('parseCandidates', () => {
  test('mends times in seconds or microseconds and names them', () => {
    const ms = 1_750_000_000_000;
    const list = (scale: number) => ({
      ...{ issuedAt: ms * scale, serverSeenAt: ms * scale },
      items: [
        { id: 'a', publishedAt: ms * scale, lastSoldAt: ms * scale },
        { id: 'b', publishedAt: 5 },
      ],
    });
    const right = parseCandidates(list(1), 0);
    expect(right.problems).toEqual([]);
    for (const scale of [0.001, 1000]) {
      const { list: mended, problems } = parseCandidates(list(scale), 0);
      expect(mended).toEqual(right.list);
      expect(problems.map(({ code, message }) => [code, Number.parseInt(message)])).toEqual([
        ['candidate_field_invalid', 2],
        ['candidate_field_invalid', 2],
      ]);
    }
  });

  test('takes a list or a bare array and lets unknown fields pass', () => {
    const items = [{ id: 'a', colour: 'red' }];
    expect(parseCandidates(items, 7).list.items).toEqual(items);
    expect(parseCandidates({ requestId: 'r', items }, 7)).toMatchObject({ list: { requestId: 'r', issuedAt: 7 } });
    expect(parseCandidates(items, 7).problems).toEqual([]);
  });

  test('drops what has no id, repeats and what is beyond 500, and says so', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `item-${String(i)}` }));
    const { list, problems } = parseCandidates([{}, null, { id: 5 }, { id: 'item-1' }, ...many], 0);
    expect(list.items).toHaveLength(500);
    expect(new Set(list.items.map(({ id }) => id)).size).toBe(500);
    expect(problems.map(({ code, message }) => [code, Number.parseInt(message)])).toEqual([
      ['candidate_id_missing', 3],
      ['candidate_duplicate', 1],
      ['candidates_too_many', 9500],
    ]);
  });

  test('a wrong field counts as missing; the candidate stays', () => {
    const { list, problems } = parseCandidates(
      [{ id: 'a', popularity: Number.NaN, vec: 'AAAA', price: '5', title: 't' }],
      0,
    );
    expect(list.items).toEqual([{ id: 'a', title: 't' }]);
    expect(problems.map(({ code }) => code)).toEqual(['candidate_field_invalid']);
  });

  test('null is the same as absent', () => {
    const nothing = { vec: null, nbrs: null, price: null, category: null, popularity: null };
    const { list, problems } = parseCandidates([{ id: 'a', ...nothing }], 0);
    expect([list.items, problems]).toEqual([[{ id: 'a' }], []]);
    expect(packCandidates([{ id: 'a', ...nothing } as unknown as Candidate]).scale).toEqual(new Float32Array(2));
  });

  test('items unknown to the bundle are named where others are known', () => {
    const vec = encodeBase64(new Uint8Array(72));
    const { list, problems } = parseCandidates([{ id: 'a', vec }, { id: 'new' }], 0);
    expect(list.items).toHaveLength(2);
    expect(problems.map(({ code }) => code)).toEqual(['candidate_unknown']);
  });

  test.each([null, undefined, 5, 'x', {}, { items: 'x' }])('%j is a problem and an empty list', (input) => {
    const { list, problems } = parseCandidates(input, 0);
    expect(list.items).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['candidates_invalid']);
  });
});

test('orderByScore is a total, repeatable order of any numbers, 10,000 times', () => {
  const random = createRandom(11);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1];
  for (let round = 0; round < 10_000; round++) {
    const scores = Array.from({ length: Math.floor(random() * 12) }, () =>
      random() < 0.4 ? odd[Math.floor(random() * odd.length)] : Math.round(random() * 8) / 4,
    );
    const { order, finite } = orderByScore(scores);
    expect([...order].sort((a, b) => a - b)).toEqual(scores.map((_, row) => row));
    expect(finite).toBe(scores.every(Number.isFinite));
    for (let i = 1; i < order.length; i++) {
      const [before, after] = [scores[order[i - 1]], scores[order[i]]];
      if (Number.isFinite(after)) expect(before > after || (before === after && order[i - 1] < order[i])).toBe(true);
    }
  }
});

test('the compiled-in blend has a rule and a weight for every input, in order', () => {
  expect(DEFAULT_LINEAR.features.map(({ name }) => name)).toEqual(GRAM_INPUTS);
  expect(DEFAULT_LINEAR.weights).toHaveLength(GRAM_INPUTS.length);
  expect(DEFAULT_LINEAR.weights.every(Number.isFinite)).toBe(true);
});
