import { beforeEach, describe, expect, test } from 'vitest';
import { attributionWindows } from '../../src/core/attribution.ts';
import { type FeedbackEvent, dwellOf } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { type SignalInput, parseSignal } from '../../src/core/signal.ts';
import type { Slate } from '../../src/core/slate.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { type SignalDraft, commitSignal } from '../../src/store/commit-signal.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import type { StoredSlate } from '../../src/store/schema.ts';
import { saveSlate } from '../../src/store/slates.ts';

const NOON = Date.UTC(2026, 0, 7, 12);
const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];
let now = NOON;
let storage: MemoryStorage;
let environment: { clock: () => number; random: () => number };
beforeEach(() => {
  now = NOON;
  storage = new MemoryStorage();
  environment = { clock: () => now, random: createRandom(3) };
});

/** A slate of `a`, `b`, `c`, made now. */
async function make(more: Partial<Slate> = {}, consent: 'none' | 'events' = 'events'): Promise<string> {
  const slateId = createUuid(environment);
  const items = ['a', 'b', 'c'].map((itemId, position) => ({
    ...{ itemId, position, serverRank: position, score: 1, utility: 1, propensity: 1, explored: false, trail: [] },
    candidate: { id: itemId },
  }));
  const slate: Slate = {
    ...{ slateId, requestId: 'r', placement: 'home', tier: 'wasm', modelId: 'm', signalAgeMs: null, serverLag: null },
    ...{ items, arms: [], rulesVersion: '1', left: [], overrides: [], problems: [], ...more },
  };
  await saveSlate(storage, slate, consent);
  return slateId;
}

const act = async (input: SignalInput, more: Partial<SignalDraft> = {}): Promise<readonly FeedbackEvent[]> => {
  const draft = { id: createUuid(environment), input, consent: 'events' as const, unitId: undefined, ...more };
  return (await commitSignal(storage, draft, environment)).queued?.events ?? [];
};
const change = (slateId: string, edit: (slate: StoredSlate) => StoredSlate): Promise<void> =>
  storage.transact({
    tables: ['slates'],
    mode: 'readwrite',
    run: async (rows) => {
      const slate = await rows.get('slates', slateId);
      if (slate) await rows.put('slates', edit(slate));
    },
  });

describe('a purchase', () => {
  const buy = async (more: Partial<SignalInput> = {}, draft: Partial<SignalDraft> = {}) => {
    const [{ slateId, itemId, position, attribution, lagMs }] = await act(
      { kind: 'purchase', itemId: 'b', ...more },
      draft,
    );
    return { slateId, itemId, position, attribution, lagMs };
  };
  const NOTHING = {
    slateId: undefined,
    itemId: undefined,
    position: undefined,
    attribution: undefined,
    lagMs: undefined,
  };
  const touch = async (kind: 'click' | 'impression', slateId: string, itemId = 'b') => {
    await act({ kind, itemId, slateId });
    now += MINUTE_MS;
  };

  test('is ascribed to the newest click, though a newer slate was made and the item shown in it', async () => {
    const [first, second, third] = [await make(), await make(), await make()];
    await touch('click', second);
    await touch('click', first);
    await touch('impression', third);
    expect(await buy()).toEqual({
      ...{ slateId: first, itemId: 'b', position: 1, attribution: 'click', lagMs: 2 * MINUTE_MS },
    });
  });

  test('is ascribed to the newest impression where no click is within the window', async () => {
    const [clicked, shown, newer] = [await make(), await make(), await make()];
    await touch('click', clicked);
    now += 7 * DAY_MS;
    await touch('impression', newer);
    await touch('impression', shown);
    await touch('impression', newer, 'c');
    expect(await buy()).toMatchObject({ slateId: shown, attribution: 'impression', lagMs: 2 * MINUTE_MS });
  });

  test.each([
    ['click', 7],
    ['impression', 1],
  ] as const)('of a %s: within the window to the millisecond, and beyond it to nothing', async (kind, days) => {
    const slateId = await make();
    await act({ kind, itemId: 'b', slateId });
    now = NOON + days * DAY_MS;
    expect(await buy()).toMatchObject({ slateId, attribution: kind, lagMs: days * DAY_MS });
    now++;
    expect(await buy()).toEqual(NOTHING);
    // by the site's word there is no window
    expect(await buy({ slateId })).toMatchObject({ slateId, attribution: kind, lagMs: days * DAY_MS + 1 });
  });

  test('goes by the windows of the bundle', async () => {
    const slateId = await make();
    await touch('click', slateId);
    now = NOON + 8 * DAY_MS;
    const heads = (windowDays: number) => attributionWindows([{ name: 'next_item' }, { name: 'purchase', windowDays }]);
    expect(await buy({}, { windows: heads(9) })).toMatchObject({ slateId });
    expect(await buy({}, { windows: heads(7.5) })).toEqual(NOTHING);
    expect(heads(0.5)).toEqual({ click: DAY_MS / 2, impression: DAY_MS / 2 });
    expect(attributionWindows([{ name: 'purchase' }])).toEqual({ click: 7 * DAY_MS, impression: DAY_MS });
  });

  test('is not of what comes after it, of another item, or of what was made at level none', async () => {
    const slateId = await make();
    await touch('click', slateId, 'a');
    expect(await buy()).toEqual(NOTHING);
    await touch('click', slateId);
    expect(await buy({ at: NOON })).toEqual(NOTHING);
    const hidden = await make({}, 'none');
    await touch('click', hidden);
    expect(await buy()).toEqual(NOTHING);
  });

  test('that names a slate of which nothing is stored has the slate alone', async () => {
    const slateId = await make();
    expect(await buy({ slateId })).toEqual({ ...NOTHING, slateId, itemId: 'b', position: 1 });
    expect(await buy({ slateId, itemId: 'elsewhere' })).toEqual(NOTHING);
  });

  test('knows clicks of rows that were stored without times by the time of the slate', async () => {
    const slateId = await make();
    await touch('click', slateId);
    await touch('impression', slateId, 'c');
    await change(slateId, (slate) => ({ ...slate, touchedAt: {} }));
    expect(await buy()).toMatchObject({ slateId, attribution: 'click', lagMs: 2 * MINUTE_MS });
    expect(await buy({ itemId: 'c' })).toEqual(NOTHING);
  });

  test.each(['constructor', '__proto__'])('of an item with the name %s is like any other', async (itemId) => {
    const items = [
      {
        itemId,
        position: 0,
        serverRank: 0,
        score: 1,
        utility: 1,
        propensity: 1,
        explored: false,
        trail: [],
        candidate: { id: itemId },
      },
    ];
    const slateId = await make({ items });
    expect(await buy({ itemId })).toEqual(NOTHING);
    await touch('click', slateId, itemId);
    expect(await buy({ itemId })).toMatchObject({ slateId, attribution: 'click', lagMs: MINUTE_MS });
  });

  test('tells value and margin, which may be below 0', async () => {
    const value = { amount: 5, currency: 'EUR' };
    const margin = { amount: -2, currency: 'EUR' };
    expect(parseSignal({ kind: 'purchase', itemId: 'b', value, margin })).toMatchObject({ margin });
    expect(
      parseSignal({ kind: 'purchase', itemId: 'b', margin: { amount: Number.NaN, currency: 'EUR' } }),
    ).toMatchObject({ code: 'signal_invalid' });
    const [told] = await act({ kind: 'purchase', itemId: 'b', value, margin });
    expect(told).toMatchObject({ kind: 'conversion', value, margin });
    // of other kinds it is nobody's
    const slateId = await make();
    const [click] = await act({ kind: 'click', itemId: 'b', slateId, margin });
    expect(click).not.toHaveProperty('margin');
  });
});

describe('dwell', () => {
  const look = async (dwellMs?: number, more: Partial<SignalInput> = {}, draft: Partial<SignalDraft> = {}) => {
    const input = { kind: 'view', itemId: 'b', ...(dwellMs !== undefined && { dwellMs }), ...more } as const;
    return (await act(input, draft)).map(({ kind, slateId, itemId, position, dwell }) => [
      kind,
      slateId,
      itemId,
      position,
      dwell,
    ]);
  };

  test('is told in three classes', () => {
    const classes = [0, 9_999, 10_000, 29_999, 30_000, 1e9].map(dwellOf);
    expect(classes).toEqual(['quick_back', 'quick_back', 'medium', 'medium', 'long', 'long']);
  });

  test('of a clicked item is told once per slate and item, and its time never', async () => {
    const slateId = await make();
    await act({ kind: 'click', itemId: 'b', slateId });
    expect(await look()).toEqual([]);
    now += 12 * SECOND_MS;
    const [event] = await act({ kind: 'view', itemId: 'b', dwellMs: 12 * SECOND_MS });
    expect(event).toMatchObject({ kind: 'dwell', slateId, itemId: 'b', position: 1, dwell: 'medium', modelId: 'm' });
    expect(Object.keys(event).filter((field) => /dwellMs|attribution|lagMs/.test(field))).toEqual([]);
    expect(Object.values(event)).not.toContain(12 * SECOND_MS);
    expect(await look(40 * SECOND_MS)).toEqual([]);
    await act({ kind: 'click', itemId: 'c', slateId });
    expect(await look(40 * SECOND_MS, { itemId: 'c' })).toEqual([['dwell', slateId, 'c', 2, 'long']]);
  });

  test('is of the slate of the last click', async () => {
    const [first, second] = [await make(), await make()];
    await act({ kind: 'click', itemId: 'b', slateId: second });
    now += SECOND_MS;
    await act({ kind: 'click', itemId: 'b', slateId: first });
    now += SECOND_MS;
    expect(await look(500)).toEqual([['dwell', first, 'b', 1, 'quick_back']]);
    expect(await look(500)).toEqual([]);
    expect(await look(500, { slateId: second })).toEqual([['dwell', second, 'b', 1, 'quick_back']]);
  });

  test('of what was not clicked in a slate of this session leaves nothing', async () => {
    const [slateId, hidden] = [await make(), await make({}, 'none')];
    await act({ kind: 'impression', itemId: 'b', slateId });
    expect(await look(500)).toEqual([]);
    expect(await look(500, { slateId })).toEqual([]);
    await act({ kind: 'click', itemId: 'a', slateId: hidden });
    expect(await look(500, { itemId: 'a' })).toEqual([]);
    await act({ kind: 'click', itemId: 'b', slateId });
    expect(await look(500, {}, { consent: 'none' })).toEqual([]);
    // before the click
    now += SECOND_MS;
    await act({ kind: 'click', itemId: 'b', slateId });
    expect(await look(500, { at: now - 1 })).toEqual([]);
    now += HOUR_MS;
    expect(await look(500)).toEqual([]);
  });

  test('where signals are not stored has the id of the act, and leaves no signal', async () => {
    const slateId = await make();
    await act({ kind: 'click', itemId: 'b', slateId }, { only: 'event' });
    const id = createUuid(environment);
    const told = await act({ kind: 'view', itemId: 'b', dwellMs: 500 }, { only: 'event', id });
    expect(told).toMatchObject([{ id, kind: 'dwell' }]);
    const signals = await storage.transact({
      tables: ['signals'],
      mode: 'readonly',
      run: (rows) => rows.all('signals'),
    });
    expect(signals).toEqual([]);
  });
});

describe('an exposure', () => {
  const arms = [{ experiment: 'e', arm: 'new', phase: 0 }];
  const see = async (more: Partial<Slate>, unitId?: string) => {
    const slateId = await make({ arms, ...more });
    const events = await act({ kind: 'impression', itemId: 'a', slateId }, { unitId });
    return events.find(({ kind }) => kind === 'exposure');
  };

  test('tells what control would have shown, how diverse the slate was, and who made the unit', async () => {
    const told = { controlTopK: ['c', 'a', 'b'], diversity: 0.25 };
    expect(await see(told)).toMatchObject({ ...told, unitSource: 'device' });
    now += HOUR_MS;
    expect(await see({ controlTopK: [] }, 'u-1')).toMatchObject({ unitId: 'u-1', unitSource: 'site', controlTopK: [] });
  });

  test('of a row of before that says less of it', async () => {
    const event = await see({});
    expect(event).toMatchObject({ kind: 'exposure', arms });
    expect(event).not.toHaveProperty('controlTopK');
    expect(event).not.toHaveProperty('diversity');
  });
});
