import { afterEach, expect, test, vi } from 'vitest';
import type { DeliveryReport, Kit } from '../../src/kit/types.ts';
import { NOON, accept, createNet, newName, openKit } from './kit-fixture.ts';

const SENDING = { egress: 'events', collectorUrl: 'https://collector.test/' } as const;
const buy = (kit: Kit) => kit.record({ kind: 'purchase', itemId: 'a' });
const seqs = (batches: readonly { readonly events: readonly { readonly clientSeq: number }[] }[]) =>
  batches.map(({ events }) => events.map(({ clientSeq }) => clientSeq));
const later = () => new Response('later', { status: 503, headers: { 'retry-after': '60' } });

afterEach(() => vi.restoreAllMocks());

test('a collector that has asked for time gets it, from every page and from flush() too', async () => {
  let now = NOON;
  const [storageName, clock] = [newName(), () => now];
  const net = createNet(new Map(), later);
  const kit = openKit({ ...SENDING, fetch: net.fetch, storageName, clock });
  await buy(kit);
  expect(await kit.flush()).toMatchObject({ sent: 0, pending: 1, problem: { code: 'collector_refused' } });
  net.collector = accept;
  const other = openKit({ ...SENDING, fetch: net.fetch, storageName, clock });
  now += 59_000;
  expect([await kit.flush(), await other.flush()]).toEqual([
    { sent: 0, pending: 1 },
    { sent: 0, pending: 1 },
  ]);
  expect((await kit.pending())?.retryAt).toBeGreaterThanOrEqual(NOON + 60_000);
  // what it asked for, and the jitter after one failure
  now += 3_000;
  expect(await other.flush()).toEqual({ sent: 1, pending: 0 });
  expect([net.sent.length, (await kit.pending())?.events]).toEqual([2, 0]);
});

test('a clock that has jumped back does not hold the outbox for ever', async () => {
  let now = NOON;
  const net = createNet(new Map(), later);
  const kit = openKit({ ...SENDING, fetch: net.fetch, clock: () => now });
  await buy(kit);
  await kit.flush();
  net.collector = accept;
  now -= 3 * 86_400_000;
  expect(await kit.flush()).toMatchObject({ pending: 0 });
  expect(net.sent.length).toBe(2);
});

test('after a batch without an answer only that batch is sent again, by whichever page', async () => {
  const storageName = newName();
  const net = createNet(new Map(), () => {
    throw new TypeError('Failed to fetch');
  });
  const kit = openKit({ ...SENDING, fetch: net.fetch, storageName });
  await buy(kit);
  await buy(kit);
  expect((await kit.flush()).problem?.code).toBe('collector_unreachable');
  await buy(kit);
  const other = openKit({ ...SENDING, fetch: net.fetch, storageName });
  await other.flush();
  net.collector = accept;
  expect(await other.flush()).toEqual({ sent: 3, pending: 0 });
  expect(seqs(net.sent)).toEqual([[1, 2], [1, 2], [1, 2], [3]]);
});

test('without Web Locks a lease lets one page send at a time, and a dead holder is waited for no longer than it lasts', async () => {
  vi.spyOn(navigator, 'locks', 'get').mockReturnValue(undefined as never);
  let now = NOON;
  const [storageName, clock] = [newName(), () => now];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const net = createNet();
  const held = (async (url: string, options: RequestInit) => {
    await gate;
    return net.fetch(url, options);
  }) as typeof globalThis.fetch;
  const [kit, other] = [held, net.fetch].map((fetch) => openKit({ ...SENDING, fetch, storageName, clock }));
  await buy(kit);
  const sending = kit.flush();
  const waiting = other.flush();
  open();
  expect([await sending, await waiting]).toEqual([
    { sent: 1, pending: 0 },
    { sent: 0, pending: 0 },
  ]);
  expect(net.sent.length).toBe(1);
  // one that never comes back
  const dead = openKit({ ...SENDING, fetch: (() => new Promise(() => undefined)) as never, storageName, clock });
  await buy(dead);
  void dead.flush();
  await vi.waitFor(async () => expect((await dead.pending())?.events).toBe(1), { timeout: 20_000 });
  const patient = other.flush();
  now += 31_000;
  expect(await patient).toMatchObject({ pending: 0 });
});

test('a page that is being left sends what it has queued in one request, without waiting for storage', async () => {
  const net = createNet();
  let asked = 0;
  const fetch = ((url: string, options: RequestInit) => {
    asked++;
    return net.fetch(url, options);
  }) as typeof globalThis.fetch;
  const kit = openKit({ ...SENDING, fetch });
  // the look at the outbox that every start takes is over
  await kit.flush();
  await Promise.all(Array.from({ length: 40 }, () => buy(kit)));
  expect(asked).toBe(0);
  const reported = new Promise<DeliveryReport>((resolve) => kit.onDelivery(resolve));
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  // in this very task
  expect(asked).toBe(1);
  expect(await reported).toEqual({ sent: 40, pending: 0 });
  expect(net.options[0].keepalive).toBe(true);
  // and the end of the page after it sends nothing twice
  window.dispatchEvent(new PageTransitionEvent('pagehide'));
  expect(await kit.flush()).toEqual({ sent: 0, pending: 0 });
  expect(asked).toBe(1);
});

test('what was erased, here or by another page, is not sent by a page that is being left', async () => {
  const [net, storageName] = [createNet(), newName()];
  const [kit, other] = [0, 1].map(() => openKit({ ...SENDING, fetch: net.fetch, storageName }));
  await Promise.all([kit.flush(), other.flush()]);
  await Promise.all([buy(kit), buy(other)]);
  expect(await kit.erase()).toBeNull();
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect([await kit.flush(), await other.flush(), net.sent]).toEqual([
    { sent: 0, pending: 0 },
    { sent: 0, pending: 0 },
    [],
  ]);
});

test('a page that comes back, or is online again, tries at once', async () => {
  const net = createNet(new Map(), () => {
    throw new TypeError('offline');
  });
  for (const event of [new Event('online'), new PageTransitionEvent('pageshow', { persisted: true })]) {
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await buy(kit);
    await kit.flush();
    const taken = new Promise<DeliveryReport>((resolve) =>
      kit.onDelivery((report) => report.sent > 0 && resolve(report)),
    );
    net.collector = accept;
    window.dispatchEvent(event);
    expect(await taken).toEqual({ sent: 1, pending: 0 });
    net.collector = () => {
      throw new TypeError('offline');
    };
    await kit.close();
  }
});
