import { type Mock, expect, test, vi } from 'vitest';
import { measurePage } from '../../src/kit/measured-page.ts';
import type { DeliveryReport, Kit } from '../../src/kit/types.ts';
import { countListeners } from './carousel-leaks.ts';
import { NOON, accept, candidates, createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';

const SENDING = { egress: 'events', collectorUrl: 'https://collector.test/path' } as const;
const buy = (kit: Kit, itemId = 'a') => kit.record({ kind: 'purchase', itemId });

const FLUSH_DELAY_MS = 1000;

/** Holds the kit's own flush back, so that a slow machine sends nothing before the test says so. */
function holdFlush(): { readonly held: (() => void)[]; readonly release: () => void } {
  const held: (() => void)[] = [];
  const real = globalThis.setTimeout;
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => {
    if (ms !== FLUSH_DELAY_MS) return real(work, ms);
    held.push(work);
    return 0;
  }) as never);
  return { held, release: () => spy.mockRestore() };
}

test('what the collector has taken is deleted; body, headers and address are those of the wire', async () => {
  const { release } = holdFlush();
  const net = createNet();
  const urls: string[] = [];
  const fetch = ((url: string, options: RequestInit) => {
    urls.push(url);
    return net.fetch(url, options);
  }) as typeof globalThis.fetch;
  const kit = openKit({ ...SENDING, fetch });
  await buy(kit);
  expect(await kit.flush()).toEqual({ sent: 1, pending: 0 });
  expect(urls).toEqual(['https://collector.test/path/v1/events']);
  expect(net.sent[0]).toMatchObject({ sentAt: NOON, events: [{ kind: 'conversion', clientSeq: 1 }] });
  expect(net.options[0]).toMatchObject({ method: 'POST', keepalive: true });
  expect(Object.getPrototypeOf(net.options[0])).toBeNull();
  release();
});

test('a 503, a network error and another answer keep everything; the retry has the same ids', async () => {
  const { release } = holdFlush();
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch });
  await buy(kit);
  const codes: (string | undefined)[] = [];
  for (const collector of [
    () => new Response('', { status: 503 }),
    () => new Response('', { status: 429 }),
    () => new Response('<html>'),
    (): Response => {
      throw new TypeError('Failed to fetch');
    },
  ]) {
    net.collector = collector;
    const { sent, pending, problem } = await kit.flush();
    codes.push(problem?.code);
    expect([sent, pending]).toEqual([0, 1]);
  }
  expect(codes).toEqual(['collector_refused', 'collector_refused', 'collector_refused', 'collector_unreachable']);
  net.collector = accept;
  expect(await kit.flush()).toEqual({ sent: 1, pending: 0 });
  expect(new Set(net.sent.map(({ events }) => events[0].id)).size).toBe(1);
  release();
});

test('each event goes by its own status', async () => {
  const { release } = holdFlush();
  const statuses = ['ok', 'duplicate', 'drop', 'limited', 'retry', 'other'];
  const net = createNet(new Map(), ({ events }) => {
    const results = events.map(({ id, clientSeq }) => [id, { status: statuses[clientSeq - 1] }] as const);
    return Response.json({ results: Object.fromEntries(results), rejected: 0, time: 0 });
  });
  const kit = openKit({ ...SENDING, fetch: net.fetch });
  // the look at the outbox that every start takes is over
  await kit.flush();
  for (let i = 0; i < 6; i++) await buy(kit);
  expect(await kit.flush()).toMatchObject({ sent: 3, pending: 3, problem: { code: 'collector_refused' } });
  expect(net.sent.length).toBe(1);
  net.collector = accept;
  await kit.flush();
  expect(net.sent[1].events.map(({ clientSeq }) => clientSeq)).toEqual([4, 5, 6]);
  release();
});

test('batches keep to 50 events and 60,000 bytes, oldest first', async () => {
  const { release } = holdFlush();
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch, unitId: 'é'.repeat(1000) });
  await kit.flush();
  await Promise.all(Array.from({ length: 130 }, () => buy(kit)));
  expect(await kit.flush()).toMatchObject({ pending: 0 });
  expect(net.sent.length).toBeGreaterThan(3);
  const sizes = net.options.map(({ body }) => new TextEncoder().encode(body as string).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(60_000);
  expect(Math.max(...net.sent.map(({ events }) => events.length))).toBeLessThanOrEqual(50);
  const order = net.sent.flatMap(({ events }) => events.map(({ clientSeq }) => clientSeq));
  expect(order).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
  release();
});

test('signals are sent a second later, a burst at once, and what is left over at the next start', async () => {
  const [net, storageName] = [createNet(new Map(), () => new Response('', { status: 503 })), newName()];
  const { held: timers, release } = holdFlush();
  const kit = openKit({ ...SENDING, fetch: net.fetch, storageName });
  await buy(kit);
  await buy(kit);
  expect([timers.length, net.sent.length]).toEqual([1, 0]);
  const reported = new Promise<DeliveryReport>((resolve) => kit.onDelivery(resolve));
  timers[0]?.();
  expect(await reported).toMatchObject({ sent: 0, pending: 2, problem: { code: 'collector_refused' } });
  release();
  await kit.close();
  const up = createNet();
  // later than any jitter after one failure
  const next = openKit({ ...SENDING, fetch: up.fetch, storageName, clock: () => NOON + 2000 });
  const report = await new Promise<DeliveryReport>((resolve) => next.onDelivery(resolve));
  expect([report, up.sent[0].events.map(({ clientSeq }) => clientSeq)]).toEqual([{ sent: 2, pending: 0 }, [1, 2]]);
});

test('a page that is being left sends at once', async () => {
  const { release } = holdFlush();
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch });
  await buy(kit);
  const reported = new Promise<DeliveryReport>((resolve) => kit.onDelivery(resolve));
  window.dispatchEvent(new PageTransitionEvent('pagehide'));
  expect(await reported).toEqual({ sent: 1, pending: 0 });
  release();
});

test('two pages send nothing twice', async () => {
  const { release } = holdFlush();
  const [net, storageName] = [createNet(), newName()];
  const kits = [0, 1].map(() => openKit({ ...SENDING, fetch: net.fetch, storageName }));
  await Promise.all(kits.map((kit) => buy(kit)));
  const reports = await Promise.all(kits.map((kit) => kit.flush()));
  expect(reports.map(({ pending }) => pending)).toEqual([0, 0]);
  const ids = net.sent.flatMap(({ events }) => events.map(({ id }) => id));
  expect([ids.length, new Set(ids).size]).toEqual([2, 2]);
  release();
});

test('close ends timers, listeners and the worker, and later calls say so', async () => {
  // the one thing that stays: what web-vitals listens to belongs to the page
  measurePage();
  const listeners = countListeners();
  const timers = countTimers();
  const terminations: Mock[] = [];
  const net = createNet(await createBundle());
  const kit = openKit({
    ...SENDING,
    fetch: net.fetch,
    bundleUrl: '/bundle/',
    createWorker: () => {
      const worker = createWorker();
      terminations.push(vi.spyOn(worker, 'terminate'));
      return worker;
    },
  });
  await kit.ready();
  await buy(kit);
  await kit.flush();
  const before = [listeners(), timers.live().length];
  const slate = kit.slate('home', { candidates: candidates(3) });
  await kit.close();
  expect(before[0]).toBeGreaterThan(0);
  expect([listeners(), timers.live()]).toEqual([0, []]);
  expect(terminations.map(({ mock }) => mock.calls.length)).toEqual([1]);
  expect((await slate).tierProblem?.code).toBe('kit_closed');
  expect(await buy(kit)).toMatchObject({ code: 'kit_closed' });
  expect((await kit.slate('home', { candidates: candidates(3) })).tierProblem?.code).toBe('kit_closed');
  expect((await kit.flush()).problem?.code).toBe('kit_closed');
  expect((await kit.ready()).problem?.code).toBe('kit_closed');
  expect((await kit.import([])).problems[0].code).toBe('kit_closed');
  expect(await kit.signals()).toEqual([]);
  expect([listeners(), timers.live()]).toEqual([0, []]);
});

/** The timers that were set from now on and have neither fired nor been cleared, by their delay. */
function countTimers(): { live: () => number[] } {
  const live = new Map<number, number>();
  const [set, clear] = [globalThis.setTimeout.bind(globalThis), globalThis.clearTimeout.bind(globalThis)];
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: (value: unknown) => void, ms = 0, value?: unknown) => {
    const id = set(() => {
      live.delete(Number(id));
      work(value);
    }, ms);
    live.set(Number(id), ms);
    return id;
  }) as never);
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((id) => {
    clear(id);
    live.delete(Number(id));
  });
  return { live: () => [...live.values()] };
}
