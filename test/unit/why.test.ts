import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { giniOf } from '../../collector/why-lists.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';
import type { SlateLog } from '../../src/core/slate-log.ts';
import { NO_RULES, event, inputOf, newId, slateEvent, whyOf } from './why-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearside-why-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = whyOf.bind(null, folder);
const FOUR = [4, 3, 2, 1];

describe('what is counted', () => {
  test('slates once, by placement, rule set and tier; drops by rule', async () => {
    const one = slateEvent(inputOf(FOUR, { dropped: ['stock', null, 'stock', 'age'] }), { at: 3000 });
    const two = slateEvent(inputOf(FOUR, { dropped: [null, null, 'stock', null] }), { at: 1000, tier: 'linear' });
    const cart = slateEvent(inputOf(FOUR), { placement: 'cart', at: 2000 });
    const all = await run([one, { ...one, id: newId() }, two, cart]);
    expect(all).toMatchObject({
      ...{ slates: 3, altered: 0, firstAt: 1000, lastAt: 3000, candidates: 12, rulesVersions: { 7: 3 } },
      ...{ placements: { home: 2, cart: 1 }, tiers: { wasm: 2, linear: 1 } },
      drops: [
        { ruleId: 'stock', drops: 3, share: 0.25, slates: 2 },
        { ruleId: 'age', drops: 1, share: 0.0833, slates: 1 },
      ],
    });
    const home = await run([one, two, cart], { placement: 'home' });
    expect([home.slates, home.placements, home.drops[0].share]).toEqual([2, { home: 2 }, 0.375]);
  });

  test('an altered slate is left out and said so', async () => {
    const good = slateEvent(inputOf(FOUR));
    const bad = slateEvent(inputOf(FOUR));
    const scores = [1, 2, 3, 4];
    const { slates, altered, notes } = await run([good, { ...bad, slate: { ...(bad.slate as SlateLog), scores } }]);
    expect([slates, altered]).toEqual([1, 1]);
    expect(notes[0]).toContain('recompute');
  });

  test('a log of level events: not observable, and what an item did there still counts', async () => {
    const click = event({ kind: 'click', consent: 'events', itemId: 'a', slateId: newId(), position: 0 });
    const result = await run([click], { itemId: 'a' });
    expect(result).toMatchObject({ slates: 0, firstAt: null, costs: [], drops: [], expectedUtility: null });
    expect(result.diversity).toMatchObject({ coverage: null, gini: null, distinct: [] });
    expect(result.notes).toEqual([expect.stringContaining('not observable at level events')]);
    expect(result.item).toMatchObject({ clicks: 1, why: expect.stringContaining('not observable') as string });
  });

  test('progress, every thousand slates', async () => {
    const lines: string[] = [];
    const events = Array.from({ length: 1001 }, () => slateEvent(inputOf([1])));
    await run(events, { progress: (line) => lines.push(line) });
    expect(lines).toEqual(['1000 slates']);
  });
});

describe('lists', () => {
  const rules = {
    ...NO_RULES,
    quotas: [{ ruleId: 'q', column: 0, value: null, max: 9, min: null, within: null }],
    spacing: [{ ruleId: 's', column: 1, gap: 1 }],
    columns: [
      [1, 1, 2, 0],
      [1, 2, 3, 4],
    ],
  };

  test('distinct values of the fields that rules name; an item without a value adds none', async () => {
    const policy = { ...SCORES_POLICY, slots: 2 };
    const { diversity } = await run([
      slateEvent(inputOf(FOUR, { rules })),
      slateEvent(inputOf(FOUR, { rules, policy })),
    ]);
    expect(diversity.distinct).toEqual([
      { kind: 'quota', ruleId: 'q', slates: 2, mean: 1.5 },
      { kind: 'spacing', ruleId: 's', slates: 2, mean: 3 },
    ]);
  });

  test('a slate that shows nothing adds to no mean', async () => {
    const empty = { rules, dropped: ['age', 'age', 'age', 'age'] };
    const { slates, diversity, repetition } = await run([
      slateEvent(inputOf(FOUR, empty)),
      slateEvent(inputOf(FOUR, empty)),
    ]);
    expect([slates, diversity, repetition]).toMatchObject([2, { distinct: [], coverage: 0, gini: null }, null]);
  });

  test('similarity is over pairs of the first ten that have vectors', async () => {
    const vectors = new Int8Array(12 * 32);
    // a and b alike, c across, d without; the last two beyond the tenth place
    for (const [row, d] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [10, 0],
      [11, 0],
    ])
      vectors[row * 32 + d] = 90;
    const policy = { ...SCORES_POLICY, diversity: 0.01 };
    const parts = Array.from({ length: 12 }, (_, row) => 4 ** -row);
    const { diversity } = await run([slateEvent(inputOf(parts, { vectors, policy }))]);
    expect(diversity.intraListSimilarity).toEqual({ slates: 1, mean: expect.closeTo(1 / 3, 3) as number });
  });

  test('coverage and Gini: by impressions where there are some, over all candidates', async () => {
    const policy = { ...SCORES_POLICY, slots: 2 };
    const slates = [slateEvent(inputOf(FOUR, { policy })), slateEvent(inputOf(FOUR, { policy }))];
    expect((await run(slates)).diversity).toMatchObject({ coverage: 0.5, gini: 0.5, exposure: 'shown' });
    const seen = (itemId: string) => event({ kind: 'impression', consent: 'events', itemId, slateId: newId() });
    // `x` was never a candidate here
    const { diversity } = await run([...slates, seen('a'), seen('a'), seen('x')]);
    expect(diversity).toMatchObject({ coverage: 0.5, gini: 0.75, exposure: 'impressions' });
  });

  test('Gini is half the relative mean difference', () => {
    const values = [3, 0, 1, 9, 4, 4];
    const differences = values.flatMap((a) => values.map((b) => Math.abs(a - b)));
    const mean = 21 / 6;
    expect(giniOf(values)).toBeCloseTo(differences.reduce((a, b) => a + b, 0) / 36 / mean / 2, 4);
    expect([giniOf([2, 2]), giniOf([0, 0]), giniOf([])]).toEqual([0, null, null]);
  });

  test('repetition is within a unit and a placement', async () => {
    const policy = { ...SCORES_POLICY, slots: 2 };
    const shows = (items: string[], unitId: string, placement = 'home') =>
      slateEvent(inputOf([2, 1], { policy }), { items, unitId, placement });
    const { repetition } = await run([
      ...[shows(['a', 'b'], 'u'), shows(['a', 'b'], 'v'), shows(['a', 'b'], 'u', 'cart')],
      ...[shows(['b', 'c'], 'u'), shows(['b', 'c'], 'u'), shows(['d', 'e'], 'v')],
    ]);
    expect(repetition).toEqual({ slates: 3, mean: 0.5 });
    expect((await run([shows(['a', 'b'], 'u')])).repetition).toBeNull();
  });
});
