import { beforeEach, describe, expect, test } from 'vitest';
import { CANDIDATE_FEATURES } from '../../src/core/contract.ts';
import { columnsOf } from '../../src/core/feature-groups.ts';
import { createBatch } from '../../src/core/features.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { type Score, occlude } from '../../src/core/occlusion.ts';
import { itemHash, packCandidates } from '../../src/core/packed-items.ts';
import { parseSignal } from '../../src/core/signal.ts';
import type { SignalInput } from '../../src/core/signal.ts';
import { Visitor } from '../../src/core/visitor.ts';
import { commitSignal } from '../../src/store/commit-signal.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { VisitorReader } from '../../src/store/visitor-reader.ts';
import { SCORES, drawSession } from './reason-session.ts';

describe('a source that is left out', () => {
  let now = 1_800_000_000_000;
  let storage = new MemoryStorage();
  let drawn = 0;
  const environment = { clock: () => now, random: () => (drawn++ % 997) / 997 };
  const commit = (input: SignalInput) =>
    commitSignal(storage, { id: `s-${String(drawn++)}`, input, consent: 'none', unitId: undefined }, environment);
  beforeEach(() => {
    storage = new MemoryStorage();
  });
  const itemsOf = ({ visitor, visit }: VisitorReader) =>
    visitor.events(visit?.session?.sessionId ?? null, 50).map(({ item }) => item);

  test('ranks nothing, and its acts count for the rules', async () => {
    await commit({ kind: 'view', itemId: 'own' });
    now += 1000;
    await commit({ kind: 'dismiss', itemId: 'told', via: 'ga4' });
    const all = new VisitorReader(storage);
    const less = all.without(['ga4']);
    await Promise.all([all.update(), less.update()]);
    expect([itemsOf(all), itemsOf(less)]).toEqual([[itemHash('told'), itemHash('own')], [itemHash('own')]]);
    expect([all.newestInterestAt, less.newestInterestAt]).toEqual([now, now - 1000]);
    const dismissed = [all, less].map(({ conduct }) => conduct.facts([itemHash('told')], now, []).dismissedAt[0]);
    expect(dismissed).toEqual([now, now]);
  });

  test('each list of sources has its own reader, which reads on', async () => {
    const all = new VisitorReader(storage);
    const [ga4, both] = [all.without(['ga4']), all.without(['ga4', 'gtm'])];
    expect([all.without([]), all.without(undefined), all.without(['ga4'])]).toEqual([all, all, ga4]);
    expect(both).not.toBe(ga4);
    await commit({ kind: 'view', itemId: 'a', via: 'gtm' });
    await Promise.all([ga4.update(), both.update()]);
    const { visitor } = ga4;
    now += 1000;
    await commit({ kind: 'view', itemId: 'b', via: 'segment' });
    await Promise.all([ga4.update(), both.update()]);
    expect(ga4.visitor).toBe(visitor);
    expect([itemsOf(ga4), itemsOf(both)]).toEqual([[itemHash('b'), itemHash('a')], [itemHash('b')]]);
  });

  test('is named by 1 to 64 plain characters', () => {
    const viaOf = (via: unknown) => (parseSignal({ kind: 'view', itemId: 'a', via }) as { via?: string }).via;
    expect([viaOf('ga4.web_1-x'), viaOf('a'.repeat(64)), viaOf(undefined)]).toEqual([
      'ga4.web_1-x',
      'a'.repeat(64),
      undefined,
    ]);
    for (const via of ['', 'a b', 'a'.repeat(65), 7, 'é'])
      expect(parseSignal({ kind: 'view', itemId: 'a', via })).toMatchObject({ code: 'signal_invalid' });
  });
});

describe('features that are left out', () => {
  const { list, signals, moment } = drawSession(5);
  const visitor = new Visitor<(typeof signals)[number]>();
  signals.forEach((signal) => visitor.add(signal));
  const known = new KnownItemTable();
  list.forEach((item) => known.add(item));
  const given = { candidates: packCandidates(list), known, visitor, moment };
  const blank = columnsOf('popular');

  test('are missing for every candidate, and nothing else is another', () => {
    const [whole, less] = [createBatch(given), createBatch({ ...given, blank })];
    const changed = [...whole.candNum.keys()].filter((at) => !Object.is(whole.candNum[at], less.candNum[at]));
    const columns = new Set(changed.map((at) => at % CANDIDATE_FEATURES.length));
    expect([...columns].every((column) => blank.includes(column))).toBe(true);
    expect(columns.size).toBeGreaterThan(0);
    expect(changed.every((at) => Number.isNaN(less.candNum[at]))).toBe(true);
    expect({ ...less, candNum: 0 }).toEqual({ ...whole, candNum: 0 });
  });

  test('are no reason, and the others start from the scores without them', async () => {
    const rows = [0, 1, 2];
    for (const score of Object.values(SCORES)) {
      const found = await occlude({ ...given, rows, score, blank });
      const scores = await (score as Score)(createBatch({ ...given, blank }));
      rows.forEach((row) => expect(found.scores[row]).toBeCloseTo(scores[row], 5));
      const effects = (kind: string) => [...(found.losses.find(({ cause }) => cause.kind === kind)?.effects ?? [])];
      expect(effects('popular')).toEqual([0, 0, 0]);
      expect(effects('server')).not.toEqual([0, 0, 0]);
    }
  });
});
