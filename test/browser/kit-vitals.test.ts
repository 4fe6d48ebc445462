import { afterEach, expect, test, vi } from 'vitest';
import { measurePage } from '../../src/kit/measured-page.ts';
import type { Kit, KitOptions } from '../../src/kit/types.ts';
import { NOON, type SentBatch, candidates, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
});

const SENDING = { egress: 'events', collectorUrl: 'https://collector.test' } as const;
const keysOf = (name: string): string[] =>
  Object.keys(localStorage).filter((key) => key.startsWith(`${name}:journal:~`));
const PATIENT = { timeout: 20_000 };

const whenIdle = (work: IdleRequestCallback): number => requestIdleCallback(work, { timeout: 5000 });

/** Longer than the page waits before it begins to measure, and until what it would load is there. */
async function idle(): Promise<void> {
  await new Promise((resolve) => whenIdle(() => whenIdle(resolve)));
  await import('../../src/kit/vitals.ts');
}

/** A kit whose page view is being measured. */
async function openMeasured(options: KitOptions = {}) {
  const net = createNet();
  const listening = vi.spyOn(document, 'addEventListener');
  const hears = () => listening.mock.calls.filter(([type]) => type === 'visibilitychange').length;
  const kit = openKit({ ...SENDING, fetch: net.fetch, ...options });
  // delivery's own and that of the vitals
  await expect.poll(hears, PATIENT).toBe(2);
  listening.mockRestore();
  return { kit, net };
}

function hide(): void {
  const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  state.mockRestore();
}

const comeBack = (persisted: boolean): boolean =>
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted }));

const told = ({ sent }: { readonly sent: readonly SentBatch[] }) =>
  sent.flatMap(({ events }) => events).filter(({ kind }) => kind === 'vitals' || kind === 'health');

/** All that has been told, when the outbox is empty and nothing waits before it. */
async function settle(kit: Kit & { readonly storageName: string }, net: { readonly sent: readonly SentBatch[] }) {
  await expect.poll(() => keysOf(kit.storageName).length, PATIENT).toBe(0);
  await expect.poll(async () => (await kit.flush()).pending, PATIENT).toBe(0);
  return told(net);
}

test('a page view that is hidden tells once what the page was like and what the kit did', async () => {
  const page = measurePage();
  const text = document.createElement('h1');
  text.textContent = 'Largest of all';
  text.style.fontSize = '80px';
  document.body.append(text);
  await expect.poll(() => page.lcp, PATIENT).toBeGreaterThan(0);
  await expect.poll(() => page.cls, PATIENT).toBeGreaterThanOrEqual(0);
  const before = page.cls ?? 0;
  const banner = document.createElement('div');
  banner.style.height = '200px';
  document.body.prepend(banner);
  await expect.poll(() => page.cls, PATIENT).toBeGreaterThan(before);

  let now = NOON;
  const { kit, net } = await openMeasured({ clock: () => now });
  const seen = { n: 0 };
  kit.onSlate(() => seen.n++);
  for (let i = 0; i < 3; i++) await kit.slate('home', { candidates: candidates(4) });
  await kit.slate('home', { candidates: [{ id: '' }] as never });
  now += 5000;
  hide();
  const values = { ...page };
  hide();
  const [vitals, health, ...more] = await settle(kit, net);
  expect(more).toEqual([]);
  expect(vitals).toMatchObject({ kind: 'vitals', consent: 'events', at: NOON + 5000 });
  expect(vitals['vitals']).toEqual({
    lcpMs: Math.round(values.lcp ?? -1),
    cls: Math.round((values.cls ?? -1) * 1e4) / 1e4,
    navigation: 'navigate',
  });
  expect(health).toMatchObject({
    kind: 'health',
    health: { slateMs: { n: 4 }, problems: { candidate_id_missing: 1 } },
  });
  const { tiers } = health['health'] as { tiers: Record<string, number> };
  expect(Object.values(tiers).reduce((sum, count) => sum + count, 0)).toBe(seen.n);
});

test('nothing is fetched for it before the first slate, or three seconds without one', async () => {
  const waits: (() => void)[] = [];
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) =>
    ms === 3000 ? waits.push(work) : real(work, ms)) as never);
  const listening = vi.spyOn(document, 'addEventListener');
  const hears = () => listening.mock.calls.filter(([type]) => type === 'visibilitychange').length;
  const open = () => openKit({ ...SENDING, fetch: createNet().fetch });
  const kit = open();
  await expect.poll(hears, PATIENT).toBe(1);
  await idle();
  expect([hears(), waits.length]).toEqual([1, 1]);
  await kit.slate('home', { candidates: candidates(3) });
  await expect.poll(hears, PATIENT).toBe(2);

  open();
  await expect.poll(hears, PATIENT).toBe(3);
  await idle();
  expect([hears(), waits.length]).toEqual([3, 2]);
  waits[1]?.();
  await expect.poll(hears, PATIENT).toBe(4);

  const third = open();
  await expect.poll(hears, PATIENT).toBe(5);
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  await third.close();
  expect(cleared.mock.calls).toContainEqual([3]);
});

test('a page that never idles is measured all the same', async () => {
  const never = vi
    .spyOn(globalThis, 'requestIdleCallback')
    .mockImplementation((work, { timeout = Infinity } = {}) =>
      timeout < Infinity ? window.setTimeout(() => work({ didTimeout: true, timeRemaining: () => 0 })) : 0,
    );
  await openMeasured();
  expect(never).toHaveBeenCalledOnce();
});

test('a page that comes back from the back-forward cache is a new page view; one that is only shown again is not', async () => {
  const { kit, net } = await openMeasured();
  await kit.slate('home', { candidates: candidates(3) });
  hide();
  expect((await settle(kit, net)).filter(({ kind }) => kind === 'health')).toHaveLength(1);
  await kit.slate('home', { candidates: candidates(3) });
  comeBack(false);
  hide();
  expect((await settle(kit, net)).filter(({ kind }) => kind === 'health')).toHaveLength(1);
  comeBack(true);
  expect(measurePage()).not.toHaveProperty('lcp');
  await kit.slate('home', { candidates: candidates(3) });
  hide();
  const health = (await settle(kit, net)).filter(({ kind }) => kind === 'health');
  expect(health.map((event) => event['health'])).toMatchObject([{ slateMs: { n: 1 } }, { slateMs: { n: 1 } }]);
});

test('a kit that did nothing has no health to tell', async () => {
  const { kit, net } = await openMeasured();
  hide();
  expect((await settle(kit, net)).map(({ kind }) => kind)).not.toContain('health');
});

test('what is told lies in local storage before the page can end, until it is in the outbox', async () => {
  const { kit, net } = await openMeasured();
  await kit.slate('home', { candidates: candidates(3) });
  hide();
  expect(keysOf(kit.storageName)).toHaveLength(1);
  // on its own: nobody flushes
  await expect.poll(() => told(net).length, PATIENT).toBeGreaterThan(0);
  expect(keysOf(kit.storageName)).toEqual([]);
});

test('where local storage is full, it is told all the same', async () => {
  const { kit, net } = await openMeasured();
  await kit.slate('home', { candidates: candidates(3) });
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  hide();
  await expect.poll(async () => (await kit.flush()) && told(net).length, PATIENT).toBeGreaterThan(0);
});

// with an id, as a page leaves it: two pages may find it at once
const LEFT = [
  {
    id: '01a1fdec-9982-7000-8000-000000000002',
    kind: 'vitals',
    at: NOON - 9,
    consent: 'events',
    vitals: { lcpMs: 700 },
  },
];
const leave = (name: string, text = JSON.stringify({ drafts: LEFT, erased: '' })): void =>
  localStorage.setItem(`${name}:journal:~01a1fdec-9982-7000-8000-000000000001`, text);

test('what an earlier page could not queue goes out from one of the next pages, once', async () => {
  const storageName = newName();
  leave(storageName);
  const opened = await Promise.all([1, 2].map(() => openMeasuredIn(storageName)));
  const sent = await Promise.all(opened.map(({ kit, net }) => settle(kit, net)));
  expect(sent.flat()).toMatchObject([{ kind: 'vitals', at: NOON - 9, vitals: { lcpMs: 700 } }]);
});
const openMeasuredIn = async (storageName: string) => {
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch, storageName });
  await kit.signals();
  return { kit, net };
};

test('it is deleted where measurement is withdrawn, and stays where something else is', async () => {
  const kit = openKit({ ...SENDING, fetch: createNet().fetch });
  await kit.signals();
  leave(kit.storageName);
  await kit.setConsent({ training: 'denied' });
  expect(keysOf(kit.storageName)).toHaveLength(1);
  await kit.setConsent({ measurement: 'denied' });
  expect(keysOf(kit.storageName)).toEqual([]);
});

test('it is deleted at level none and by erase, and where it cannot be read', async () => {
  const [none, unreadable, erased] = [newName(), newName(), newName()];
  leave(none);
  const kit = openKit({ storageName: none, egress: 'none', collectorUrl: SENDING.collectorUrl });
  await kit.signals();
  expect(keysOf(none)).toEqual([]);
  leave(unreadable, '{');
  const other = await openMeasured({ storageName: unreadable });
  expect(await settle(other.kit, other.net)).toEqual([]);
  const last = openKit({ storageName: erased });
  await last.signals();
  leave(erased);
  await last.erase();
  expect(keysOf(erased)).toEqual([]);
  // of a page that had not heard of it when it ended
  leave(erased);
  const next = await openMeasured({ storageName: erased });
  expect(await settle(next.kit, next.net)).toEqual([]);
});

test('a page that only deletes what an earlier one queued is not measured', async () => {
  const storageName = newName();
  const earlier = openKit({ ...SENDING, fetch: createNet().fetch, storageName, clock: () => NOON });
  vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as never);
  await earlier.record({ kind: 'purchase', itemId: 'a' });
  await earlier.close();
  vi.restoreAllMocks();
  const listening = vi.spyOn(document, 'addEventListener');
  const kit = openKit({ ...SENDING, egress: 'none', storageName });
  await expect.poll(async () => (await kit.pending())?.events, PATIENT).toBe(0);
  // after which any other page is measured
  await kit.slate('home', { candidates: candidates(3) });
  await idle();
  expect(listening.mock.calls.filter(([type]) => type === 'visibilitychange')).toHaveLength(1);
});

test('close ends its listeners', async () => {
  const { kit, net } = await openMeasured();
  await kit.slate('home', { candidates: candidates(3) });
  await kit.close();
  hide();
  expect([keysOf(kit.storageName), told(net)]).toEqual([[], []]);
});
