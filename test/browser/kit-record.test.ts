import { describe, expect, test, vi } from 'vitest';
import { isProblem } from '../../src/core/problem.ts';
import type { Signal, SignalInput } from '../../src/core/signal.ts';
import type { Kit } from '../../src/kit/types.ts';
import { isUuid } from '../../src/core/uuid.ts';
import { MINUTE_MS, NOON, candidates, createNet, newName, openKit } from './kit-fixture.ts';

const SENDING = { egress: 'events', collectorUrl: '/collect' } as const;

async function record(kit: Kit, signal: SignalInput): Promise<Signal> {
  const stored = await kit.record(signal);
  if (isProblem(stored)) throw new Error(stored.message);
  return stored;
}

/** A kit with one slate of five items on the page, and what has been sent once it is flushed. */
async function openShop(options: object = {}) {
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch, ...options });
  const slate = await kit.slate('home', { candidates: candidates(5) });
  const sent = async () => {
    await kit.flush();
    return net.sent.flatMap(({ events }) => events);
  };
  return { net, kit, slate, slateId: slate.slateId, sent };
}

describe('record', () => {
  test('stores what was given with id, time and session', async () => {
    const kit = openKit();
    const heard: Signal[] = [];
    kit.onSignal((signal) => heard.push(signal));
    const signal = await record(kit, { kind: 'view', itemId: 'a', dwellMs: 5 });
    expect(signal).toMatchObject({ seq: 1, at: NOON, kind: 'view', itemId: 'a', dwellMs: 5, consent: 'none' });
    expect(isUuid(signal.id) && isUuid(signal.sessionId)).toBe(true);
    expect([await kit.signals(), heard]).toEqual([[signal], [signal]]);
  });

  test('answers a problem for a signal that is none, and stores nothing', async () => {
    const kit = openKit();
    const codes: string[] = [];
    kit.onProblem(({ code }) => codes.push(code));
    const wrong = [null, 'view', { kind: 'look' }, { kind: 'view' }, { kind: 'view', itemId: 'a', at: Number.NaN }];
    for (const given of wrong) expect(await kit.record(given as never)).toMatchObject({ code: 'signal_invalid' });
    expect([codes.length, await kit.signals()]).toEqual([wrong.length, []]);
  });

  test('the session goes on in the next page load and ends after 30 minutes', async () => {
    let now = NOON;
    const options = { clock: () => now, storageName: newName() };
    const first = openKit(options);
    const { sessionId } = await record(first, { kind: 'view', itemId: 'a' });
    await first.close();
    now += 29 * MINUTE_MS;
    const second = openKit(options);
    expect((await record(second, { kind: 'view', itemId: 'a' })).sessionId).toBe(sessionId);
    now += 30 * MINUTE_MS;
    expect((await record(second, { kind: 'view', itemId: 'a' })).sessionId).not.toBe(sessionId);
  });

  test('where IndexedDB is refused the kit works from memory and says so', async () => {
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('sandboxed', 'SecurityError');
    });
    const kit = openKit();
    const codes: string[] = [];
    kit.onProblem(({ code }) => codes.push(code));
    await record(kit, { kind: 'view', itemId: 'item-1' });
    const slate = await kit.slate('home', { candidates: candidates(5) });
    expect([codes, (await kit.signals()).length, slate.tier]).toEqual([['storage_unavailable'], 1, 'linear']);
  });

  test('a listener that throws is the page’s error and hinders nobody', async () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const kit = openKit();
    const heard = vi.fn();
    kit.onSignal(() => {
      throw new Error('theirs');
    });
    const stop = kit.onSignal(heard);
    await record(kit, { kind: 'view', itemId: 'a' });
    stop();
    await record(kit, { kind: 'view', itemId: 'b' });
    expect([heard.mock.calls.length, report.mock.calls.length]).toEqual([1, 2]);
  });
});

describe('import', () => {
  test('adds history oldest first in one batch and names what is wrong', async () => {
    const kit = openKit({ ...SENDING });
    const at = NOON - 1000 * MINUTE_MS;
    const result = await kit.import([
      { kind: 'purchase', itemId: 'b', at: at + 1 },
      { kind: 'view', itemId: 'a', at },
      { kind: 'view', itemId: 'c' },
      { kind: 'view', at },
    ]);
    expect([result.imported, result.problems.map(({ code }) => code)]).toEqual([
      2,
      ['signal_invalid', 'signal_invalid'],
    ]);
    expect((await kit.signals()).map(({ itemId, seq }) => [itemId, seq])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(await kit.flush()).toEqual({ sent: 0, pending: 0 });
  });
});

describe('feedback events', () => {
  test('an impression is one signal and one event for a slate and item', async () => {
    const { kit, slateId, sent } = await openShop();
    const seen = { kind: 'impression', itemId: 'item-2', slateId } as const;
    const [first, again] = await Promise.all([record(kit, seen), record(kit, seen)]);
    expect(again).toEqual(first);
    await record(kit, { ...seen, itemId: 'item-3' });
    expect((await kit.signals()).length).toBe(2);
    expect((await sent()).map(({ kind, itemId, clientSeq }) => [kind, itemId, clientSeq])).toEqual([
      ['impression', 'item-2', 1],
      ['impression', 'item-3', 2],
    ]);
  });

  test('a repeated click is a signal and no second event', async () => {
    const { kit, slateId, sent } = await openShop();
    for (let i = 0; i < 2; i++) await record(kit, { kind: 'click', itemId: 'item-2', slateId });
    const events = await sent();
    expect([(await kit.signals()).length, events.length]).toEqual([2, 1]);
    const { id, clientSeq, unitId, ...event } = events[0];
    expect([isUuid(id), clientSeq, isUuid(String(unitId))]).toEqual([true, 1, true]);
    const about = { slateId, placement: 'home', itemId: 'item-2', position: 2, propensity: 1, tier: 'server' };
    expect(event).toEqual({ kind: 'click', at: NOON, consent: 'events', ...about });
  });

  test('views, searches, and what is not about a known slate and item never leave', async () => {
    const { kit, slateId, sent } = await openShop();
    await record(kit, { kind: 'view', itemId: 'item-1', slateId });
    await record(kit, { kind: 'search', query: 'red shoes' });
    await record(kit, { kind: 'click', itemId: 'item-1' });
    await record(kit, { kind: 'click', itemId: 'elsewhere', slateId });
    await record(kit, { kind: 'click', itemId: 'item-1', slateId: 'unknown' });
    expect([(await kit.signals()).length, await sent()]).toEqual([5, []]);
  });

  test('a cart without a slate belongs to the newest slate in which the item was clicked in this session', async () => {
    let now = NOON;
    const { kit, slateId, sent } = await openShop({ clock: () => now });
    now += 1;
    const newer = await kit.slate('side', { candidates: candidates(3) });
    await record(kit, { kind: 'click', itemId: 'item-1', slateId });
    await record(kit, { kind: 'add_to_cart', itemId: 'item-1', quantity: 2 });
    await record(kit, { kind: 'add_to_cart', itemId: 'item-2' });
    await record(kit, { kind: 'click', itemId: 'item-1', slateId: newer.slateId });
    await record(kit, { kind: 'add_to_cart', itemId: 'item-1' });
    now += 30 * MINUTE_MS;
    await record(kit, { kind: 'add_to_cart', itemId: 'item-1' });
    const carts = (await sent()).filter(({ kind }) => kind === 'add_to_cart');
    expect(carts.map((event) => [event.slateId, event.placement, event.quantity])).toEqual([
      [slateId, 'home', 2],
      [newer.slateId, 'side', undefined],
    ]);
  });

  test('each purchase is one conversion; its item leaves only where it came from a slate', async () => {
    const { kit, slateId, sent } = await openShop();
    const value = { amount: 12.5, currency: 'GBP' };
    await record(kit, { kind: 'click', itemId: 'item-1', slateId });
    await record(kit, { kind: 'purchase', itemId: 'item-1', value, quantity: 3 });
    await record(kit, { kind: 'purchase', itemId: 'item-1', value });
    await record(kit, { kind: 'purchase', itemId: 'secret', value });
    const conversions = (await sent()).filter(({ kind }) => kind === 'conversion');
    expect(conversions.map((event) => [event.itemId, event.slateId, event.value, event.quantity])).toEqual([
      ['item-1', slateId, value, 3],
      ['item-1', slateId, value, undefined],
      [undefined, undefined, value, undefined],
    ]);
    expect(JSON.stringify(conversions)).not.toContain('secret');
  });
});

describe('egress', () => {
  const act = async (kit: Kit): Promise<void> => {
    const { slateId } = await kit.slate('home', { candidates: candidates(3) });
    await record(kit, { kind: 'click', itemId: 'item-1', slateId });
    await record(kit, { kind: 'purchase', itemId: 'item-1' });
  };

  test('none writes no outbox row and sends nothing, raised later nothing older', async () => {
    const [net, storageName] = [createNet(), newName()];
    const quiet = openKit({ collectorUrl: '/collect', fetch: net.fetch, storageName });
    await act(quiet);
    expect(await quiet.flush()).toEqual({ sent: 0, pending: 0 });
    await quiet.close();
    const raised = openKit({ ...SENDING, fetch: net.fetch, storageName });
    expect([await raised.flush(), net.sent]).toEqual([{ sent: 0, pending: 0 }, []]);
  });

  test('a slate made under none is named in no event after the level was raised', async () => {
    const storageName = newName();
    const before = openKit({ storageName });
    const { slateId } = await before.slate('home', { candidates: candidates(3) });
    await before.record({ kind: 'click', itemId: 'item-1', slateId });
    await before.close();
    const net = createNet();
    const raised = openKit({ ...SENDING, fetch: net.fetch, storageName });
    await raised.record({ kind: 'impression', itemId: 'item-0', slateId });
    await raised.record({ kind: 'add_to_cart', itemId: 'item-1' });
    await raised.record({ kind: 'purchase', itemId: 'item-1', value: { amount: 5, currency: 'EUR' } });
    await raised.flush();
    const events = net.sent.flatMap((batch) => batch.events);
    expect(events.map(({ kind, slateId: named, itemId }) => [kind, named, itemId])).toEqual([
      ['conversion', undefined, undefined],
    ]);
  });

  test('Global Privacy Control forces none', async () => {
    vi.stubGlobal('navigator', { globalPrivacyControl: true });
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await act(kit);
    expect([await kit.flush(), net.sent]).toEqual([{ sent: 0, pending: 0 }, []]);
    expect((await kit.signals()).map(({ consent }) => consent)).toEqual(['none', 'none']);
  });

  test('lowering the level deletes what is unsent and begins a new stream', async () => {
    const storageName = newName();
    const down = createNet(new Map(), () => new Response('later', { status: 503 }));
    const before = openKit({ ...SENDING, fetch: down.fetch, storageName });
    await act(before);
    expect((await before.flush()).pending).toBe(2);
    await before.close();
    const lowered = openKit({ storageName });
    await vi.waitFor(async () => expect((await lowered.flush()).pending).toBe(0), { timeout: 20_000 });
    await lowered.close();
    const up = createNet();
    const after = openKit({ ...SENDING, fetch: up.fetch, storageName });
    await act(after);
    await after.flush();
    expect(up.sent.flatMap(({ events }) => events.map(({ clientSeq }) => clientSeq))).toEqual([1, 2]);
    expect(up.sent[0].clientId).not.toBe(down.sent[0].clientId);
  });

  test('a page at level events sends no slate that a page at level training beside it goes on queueing, without a gap', async () => {
    const storageName = newName();
    const down = createNet(new Map(), () => new Response('later', { status: 503 }));
    const training = openKit({ ...SENDING, egress: 'training', fetch: down.fetch, storageName });
    await act(training);
    await training.flush();
    expect(new Set(down.sent.flatMap(({ events }) => events.map(({ kind }) => kind)))).toContain('slate');
    const up = createNet();
    const lowered = openKit({ ...SENDING, fetch: up.fetch, storageName });
    for (let i = 0; i < 4; i++) await Promise.all([act(training), lowered.flush()]);
    await lowered.flush();
    const sent = up.sent.flatMap(({ clientId, events }) =>
      events.map(({ kind, clientSeq }) => ({ clientId, kind, clientSeq })),
    );
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set(['click', 'conversion']));
    expect(sent).toHaveLength(10);
    for (const stream of new Set(sent.map(({ clientId }) => clientId))) {
      const numbers = sent.filter(({ clientId }) => clientId === stream).map(({ clientSeq }) => clientSeq);
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    }
  });

  test('an unknown level is the caller’s mistake', () => {
    expect(() => openKit({ egress: 'aggregate' as never })).toThrow('option egress cannot be "aggregate"');
  });
});
