import { describe, expect, test, vi } from 'vitest';
import { findDifference } from '../../collector/recompute.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import type { SlateLog } from '../../src/core/slate-log.ts';
import type { KitOptions, Problem, Slate } from '../../src/index.ts';
import { SENDING } from './consent-fixture.ts';
import { NOON, candidates, createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';

const LIST = candidates(8);
const ids = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);
const override = { author: 'Ann', expiresAt: '2026-02-01T00:00:00Z' };
const setOf = (...rules: object[]): object => ({ schemaVersion: 1, version: 'v1', rules });
const HIDE = { id: 'recall', kind: 'hide', items: ['item-2'], ...override };
const PIN = { id: 'launch', kind: 'pin', item: 'item-6', position: 1, ...override };

/** One kit for each way that a slate can come about, from no engine to onnxruntime in a worker. */
async function openTier(tier: string, options: KitOptions = {}) {
  const net = createNet(await createBundle());
  const shared: KitOptions = { bundleUrl: '/bundle/', fetch: net.fetch, ...options };
  const tiers: Record<string, KitOptions> = {
    server: { maxTier: 'server' },
    linear: { maxTier: 'linear' },
    micro: { maxTier: 'micro' },
    wasm: { createWorker },
  };
  const kit = openKit({ ...shared, ...tiers[tier] });
  kit.describe(LIST);
  await kit.record({ kind: 'view', itemId: 'item-3', at: NOON - 2000 });
  await kit.ready();
  return { kit, net };
}

describe.each(['server', 'linear', 'micro', 'wasm'])('on tier %s', (tier) => {
  test('hidden, sold out, dismissed and shown too often are not in the slate; a pin stands; each says why', async () => {
    const rules = setOf(HIDE, PIN, { id: 'often', kind: 'frequency', max: 2, windowMs: 60_000 });
    const { kit } = await openTier(tier, { rules });
    await kit.record({ kind: 'dismiss', itemId: 'item-4', at: NOON - 1000 });
    for (const at of [NOON - 900, NOON - 800]) await kit.record({ kind: 'impression', itemId: 'item-5', at });
    await kit.record({ kind: 'impression', itemId: 'item-7', at: NOON - 700 });
    const list = LIST.map((item) => (item.id === 'item-1' ? { ...item, stock: 0 } : item));
    const slate = await kit.slate('home', { candidates: list });
    expect([slate.tier, slate.rulesVersion, slate.problems]).toEqual([tier, 'v1', []]);
    expect(ids(slate).sort()).toEqual(['item-0', 'item-3', 'item-6', 'item-7']);
    expect(slate.items[1]).toMatchObject({ itemId: 'item-6', pinnedBy: 'launch', propensity: 1, explored: false });
    expect(slate.items[1]?.trail).toEqual([{ step: 'pinned', ruleId: 'launch' }]);
    expect(slate.left.map(({ itemId, trail }) => [itemId, trail[0]?.step, trail[0]?.ruleId])).toEqual([
      ['item-1', 'dropped', 'stock'],
      ['item-2', 'dropped', 'recall'],
      ['item-4', 'dropped', 'dismissed'],
      ['item-5', 'dropped', 'often'],
    ]);
    expect(slate.overrides.map(({ ruleId, author, itemIds }) => [ruleId, author, ...itemIds])).toEqual([
      ['recall', 'Ann', 'item-2'],
      ['launch', 'Ann', 'item-6'],
    ]);
  });
});

test('a rule that cannot be read is named once, on every slate and by onProblem, and the rest applies', async () => {
  const kit = openKit({ rules: setOf({ id: 'odd', kind: 'teleport' }, HIDE) });
  const heard: Problem[] = [];
  kit.onProblem((problem) => heard.push(problem));
  const slates = [await kit.slate('home', { candidates: LIST }), await kit.slate('home', { candidates: LIST })];
  for (const slate of slates) {
    expect(slate.problems.map(({ code }) => code)).toEqual(['rule_invalid']);
    expect(ids(slate)).not.toContain('item-2');
  }
  expect(heard.map(({ code, message }) => [code, message.includes('odd')])).toEqual([['rule_invalid', true]]);
});

test('a list that brings rules goes by those; context and customer reach them', async () => {
  const kit = openKit({ rules: setOf(HIDE), context: { region: 'GB', customer: { age: 30 } } });
  const items = LIST.map((item, i) => ({ ...item, ...(i === 0 && { region: 'FR' }), ...(i === 1 && { minAge: 18 }) }));
  const rules = setOf({ id: 'no-3', kind: 'hide', items: ['item-3'], ...override });
  const own = await kit.slate('home', { candidates: { ...listOf(items), rules } });
  expect(own.left.map(({ itemId }) => itemId)).toEqual(['item-0', 'item-3']);
  const young = await kit.slate('home', { candidates: items, context: { region: 'FR', customer: { age: 17 } } });
  expect(young.left.map(({ itemId }) => itemId)).toEqual(['item-1', 'item-2']);
});

test.each([null, 'x', 7, ['a']])('context and customer may be anything: %o', async (odd) => {
  const kit = openKit({ context: { customer: odd as never } });
  const items = LIST.map((item, i) => ({ ...item, ...(i === 1 && { minAge: 18 }) }));
  for (const context of [odd as never, { customer: odd as never }]) {
    const slate = await kit.slate('home', { candidates: items, context });
    expect(slate.left.map(({ itemId }) => itemId)).toEqual(['item-1']);
  }
});

test('a getter that throws is an absent field with a problem; the others count', async () => {
  const context = {
    region: 'FR',
    get cartValue(): number {
      throw new DOMException('denied', 'SecurityError');
    },
    customer: {
      age: 30,
      get loyalty(): string {
        throw new Error('no');
      },
    },
  };
  const items = LIST.map((item, i) => ({ ...item, ...(i === 0 && { region: 'GB' }), ...(i === 1 && { minAge: 18 }) }));
  const slate = await openKit({ context }).slate('home', { candidates: items });
  expect(slate.left.map(({ itemId }) => itemId)).toEqual(['item-0']);
  expect(slate.problems.map(({ code, message }) => [code, message.split(' ')[0]])).toEqual([
    ['context_invalid', 'context.cartValue'],
    ['context_invalid', 'customer.loyalty'],
  ]);
});

test('a pin beyond the slate closes up, and an override says what it did', async () => {
  const rules = setOf({ ...PIN, position: 30 }, { ...PIN, id: 'late', item: 'item-7', position: 9 });
  const whole = await openKit({ rules }).slate('home', { candidates: LIST });
  expect(ids(whole).slice(-2)).toEqual(['item-7', 'item-6']);
  expect(whole.overrides.map(({ itemIds }) => itemIds)).toEqual([['item-6'], ['item-7']]);
  const cut = await openKit({ rules, policy: { slots: 3 } }).slate('home', { candidates: LIST });
  expect(cut.overrides.map(({ itemIds }) => itemIds)).toEqual([[], []]);
});

test('a dismissal that could not be stored counts on this page', async () => {
  const kit = openKit();
  await kit.signals();
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('gone', 'UnknownError');
  });
  expect(await kit.record({ kind: 'dismiss', itemId: 'item-4' })).toMatchObject({ code: 'storage_failed' });
  expect(ids(await kit.slate('home', { candidates: LIST }))).not.toContain('item-4');
});

const listOf = (items: typeof LIST) => ({ requestId: '', placement: 'home', issuedAt: NOON, ttlMs: 1000, items });

test('where storage cannot be read, what was dismissed on this page stays out, and the gap is named', async () => {
  const kit = openKit();
  await kit.record({ kind: 'dismiss', itemId: 'item-4' });
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('gone', 'UnknownError');
  });
  const slate = await kit.slate('home', { candidates: LIST });
  expect([slate.tier, slate.tierProblem?.code]).toEqual(['server', 'storage_failed']);
  expect(slate.problems.map(({ code }) => code)).toEqual(['rule_facts_missing']);
  expect(ids(slate)).not.toContain('item-4');
});

test('a price past its time is not shown', async () => {
  const kit = openKit({ rules: setOf({ id: 'price', kind: 'price', ttlMs: 1000 }) });
  const [old, fresh] = [
    { ...LIST[0], priceAt: NOON - 2000 },
    { ...LIST[1], priceAt: NOON - 10 },
  ];
  const { items } = await kit.slate('home', { candidates: [old, fresh] as typeof LIST });
  expect(items.map(({ candidate }) => candidate.price === undefined)).toEqual([true, false]);
});

describe('policy', () => {
  test('by default one position is drawn, and the kit says with which chance', async () => {
    const { kit } = await openTier('micro', { policy: {} });
    const slate = await kit.slate('home', { candidates: LIST });
    const drawn = slate.items.filter(({ trail }) => trail.some(({ step }) => step === 'drawn'));
    expect(drawn.map(({ position }) => position)).toEqual([5]);
    expect(drawn[0]?.propensity).toBeLessThan(1);
    for (const { position, propensity } of slate.items) if (position !== 5) expect(propensity).toBe(1);
    expect(slate.items.every(({ utility }) => utility !== null && utility > 0 && utility < 1)).toBe(true);
  });

  test('a weight for a head that the model does not have is named', async () => {
    const { kit } = await openTier('micro', { policy: { weights: { click: 1, purchse: 3 } } });
    const { problems } = await kit.slate('home', { candidates: LIST });
    expect(problems.map(({ code, message }) => [code, message.includes('purchse')])).toEqual([
      ['policy_invalid', true],
    ]);
  });

  test('slots bound the slate', async () => {
    const { kit } = await openTier('micro', { policy: { slots: 3 } });
    const slate = await kit.slate('home', { candidates: LIST });
    expect(slate.items).toHaveLength(3);
    expect(slate.left.map(({ trail }) => trail)).toEqual(Array(5).fill([{ step: 'outranked' }]));
  });

  test.each([
    [{ diversity: -1 }, 'diversity must be a number >= 0'],
    [{ exploration: { positions: [0], epsilon: 2, temperature: 1 } }, 'exploration.epsilon'],
    [{ divresity: 1 } as never, 'divresity must be one of'],
  ])('a wrong one is the caller’s mistake: %o', (policy, message) => {
    expect(() => openKit({ policy })).toThrow(message);
  });
});

test('not this reason: what was dismissed earlier does not come back', async () => {
  let now = NOON - 86_400_000;
  const kit = openKit({ clock: () => now });
  await kit.record({ kind: 'dismiss', itemId: 'item-4' });
  now = NOON;
  await kit.record({ kind: 'view', itemId: 'item-1' });
  expect(await kit.ignore({ kind: 'history', effect: 1 })).toBeNull();
  expect(ids(await kit.slate('home', { candidates: LIST }))).not.toContain('item-4');
});

describe('level training', () => {
  const SENDING = { egress: 'training', collectorUrl: 'https://collector.test/' } as const;

  test.each(['server', 'micro', 'wasm'])('a slate of tier %s is logged whole and can be made again', async (tier) => {
    const { kit, net } = await openTier(tier, { ...SENDING, policy: {}, rules: setOf(HIDE, PIN) });
    const slate = await kit.slate('home', { candidates: LIST });
    // over the same tables, so after the slate's rows
    await kit.record({ kind: 'click', itemId: 'item-6', slateId: slate.slateId });
    await kit.flush();
    const events = net.sent.flatMap((batch) => batch.events);
    const kinds = tier === 'server' ? ['slate', 'click'] : ['slate', 'ranking', 'click'];
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
    expect(events.map(({ clientSeq }) => clientSeq)).toEqual(kinds.map((_, i) => i + 1));
    for (const event of events) expect(parseEvent(event).kind).toBe('event');
    expect(events[0]).toMatchObject({ slateId: slate.slateId, placement: 'home', tier, consent: 'training', at: NOON });
    const log = events[0]?.['slate'] as SlateLog;
    expect(findDifference(slate.slateId, log)).toBeUndefined();
    expect(log.slots.map(([row]) => log.candidates[row])).toEqual(ids(slate));
    expect(log.dropped).toEqual({ recall: [2] });
  });

  test('at level events neither is sent, and lowering the level deletes what is unsent of them', async () => {
    const storageName = newName();
    const down = createNet(await createBundle(), () => new Response('', { status: 503 }));
    const shared = { storageName, bundleUrl: '/bundle/', maxTier: 'micro' as const };
    const high = openKit({ ...SENDING, ...shared, fetch: down.fetch });
    const first = await high.slate('home', { candidates: LIST });
    await high.record({ kind: 'click', itemId: 'item-1', slateId: first.slateId });
    await high.close();
    const up = createNet(await createBundle());
    const low = openKit({ ...SENDING, ...shared, egress: 'events', fetch: up.fetch });
    const second = await low.slate('home', { candidates: LIST });
    await low.record({ kind: 'click', itemId: 'item-2', slateId: second.slateId });
    await low.flush();
    const events = up.sent.flatMap((batch) => batch.events);
    expect(events.map(({ kind, itemId }) => [kind, itemId])).toEqual([
      ['click', 'item-1'],
      ['click', 'item-2'],
    ]);
    expect(events.map(({ clientSeq }) => clientSeq)).toEqual([1, 2]);
  });
});

describe.each(['server', 'linear', 'micro', 'wasm'])('what is in view, on tier %s', (tier) => {
  const kept = [null, 'item-5', 'item-2', null, 'nobody'];

  test('stays where it is, whatever its score or a pin, and says why', async () => {
    const { kit } = await openTier(tier, { rules: setOf(PIN) });
    const free = await kit.slate('home', { candidates: LIST });
    const slate = await kit.slate('home', { candidates: LIST, kept });
    expect([slate.items[1]?.itemId, slate.items[2]?.itemId]).toEqual(['item-5', 'item-2']);
    expect([free.items[1]?.itemId, ids(slate).sort()]).toEqual(['item-6', ids(free).sort()]);
    expect(slate.overrides).toMatchObject([{ ruleId: 'launch', itemIds: [] }]);
    expect(slate.items[1]).toMatchObject({ propensity: 1, explored: false, trail: [{ step: 'kept' }] });
    expect(slate.items[1]).not.toHaveProperty('pinnedBy');
    const reasons = await kit.reasons(slate);
    if (!(reasons instanceof Map)) throw new Error(JSON.stringify(reasons));
    const kinds = (id: string) => (reasons as Map<string, { kind: string }[]>).get(id)?.map(({ kind }) => kind);
    expect([kinds('item-5')?.[0], kinds('item-2')?.[0], kinds('item-0')?.includes('kept')]).toEqual([
      'kept',
      'kept',
      false,
    ]);
  });

  test('is pinned where a rule pins it there anyway', async () => {
    const { kit } = await openTier(tier, { rules: setOf(PIN) });
    const slate = await kit.slate('home', { candidates: LIST, kept: [null, 'item-6', 'item-2'] });
    expect(slate.items.slice(1, 3).map(({ pinnedBy, trail }) => [pinnedBy, trail[0]?.step])).toEqual([
      ['launch', 'pinned'],
      [undefined, 'kept'],
    ]);
  });

  test('gives way to a rule, but not to a frequency cap; what is no list is none', async () => {
    const rules = setOf(HIDE, { id: 'often', kind: 'frequency', max: 1, windowMs: 60_000 });
    const { kit } = await openTier(tier, { rules });
    for (const itemId of ['item-5', 'item-7']) await kit.record({ kind: 'impression', itemId, at: NOON - 900 });
    const slate = await kit.slate('home', { candidates: LIST, kept });
    expect(slate.items[1]?.itemId).toBe('item-5');
    expect(slate.left.map(({ itemId, trail }) => [itemId, trail[0]?.ruleId])).toEqual([
      ['item-2', 'recall'],
      ['item-7', 'often'],
    ]);
    for (const odd of ['item-5', { 1: 'item-5' }, [7, {}], null]) {
      const other = await kit.slate('home', { candidates: LIST, kept: odd as never });
      expect(other.items.some(({ trail }) => trail[0]?.step === 'kept')).toBe(false);
    }
  });
});

test('a slate with what was in view is made again from its log', async () => {
  const { kit, net } = await openTier('micro', { ...SENDING, rules: setOf(PIN) });
  const { slateId } = await kit.slate('home', { candidates: LIST, kept: ['item-4', null, 'item-0'] });
  await kit.record({ kind: 'click', itemId: 'item-4', slateId });
  await kit.flush();
  const event = net.sent.flatMap((batch) => batch.events).find(({ kind }) => kind === 'slate');
  const log = event?.['slate'] as SlateLog;
  expect(log.rules.pins).toEqual([
    { ruleId: 'in_view', row: 4, position: 0 },
    { ruleId: 'in_view', row: 0, position: 2 },
    { ruleId: 'launch', row: 6, position: 1 },
  ]);
  expect(findDifference(slateId, log)).toBeUndefined();
});
