import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ConsentInput, Kit, KitOptions, SignalInput } from '../../src/index.ts';
import { LIST, SENDING, heldBy } from './consent-fixture.ts';
import { MINUTE_MS, NOON, createBundle, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const DAY_MS = 24 * 60 * MINUTE_MS;
type Net = ReturnType<typeof createNet>;
const told = (net: Net, kind: string) =>
  net.sent.flatMap(({ events }) => events).filter((event) => event.kind === kind);

/** A slate whose first two items are seen, and the first of them clicked. */
async function visit(kit: Kit) {
  const { slateId, items } = await kit.slate('home', LIST);
  const [clicked, seen] = items.map(({ itemId }) => itemId);
  for (const itemId of [clicked, seen]) await kit.record({ kind: 'impression', slateId, itemId });
  await kit.record({ kind: 'click', slateId, itemId: clicked });
  return { slateId, clicked, seen };
}

describe('a purchase on a later page', () => {
  /** Buys both items after some time: what is told of the conversions. */
  async function buyLater(afterMs: number, options: KitOptions = {}, net: Net = createNet()) {
    let now = NOON;
    const storageName = newName();
    const open = () =>
      openKit({ ...SENDING, egress: 'events', fetch: net.fetch, storageName, clock: () => now, ...options });
    const first = open();
    const { slateId, clicked, seen } = await visit(first);
    await first.close();
    now += afterMs;
    const next = open();
    await next.ready();
    for (const itemId of [clicked, seen]) await next.record({ kind: 'purchase', itemId });
    await next.flush();
    const names = new Map<unknown, string>([
      [slateId, 'the slate'],
      [clicked, 'clicked'],
      [seen, 'seen'],
    ]);
    return told(net, 'conversion').map((event) => [
      ...[names.get(event['slateId']), names.get(event['itemId']), event['attribution'], event['lagMs']],
    ]);
  }
  const byClick = (lagMs: number) => ['the slate', 'clicked', 'click', lagMs];
  const byImpression = (lagMs: number) => ['the slate', 'seen', 'impression', lagMs];
  const NOTHING = [undefined, undefined, undefined, undefined];

  test('is ascribed to a click for 7 days, to an impression for 1, and then has its value alone', async () => {
    for (const lagMs of [5 * MINUTE_MS, DAY_MS])
      expect(await buyLater(lagMs)).toEqual([byClick(lagMs), byImpression(lagMs)]);
    for (const lagMs of [DAY_MS + 1, 7 * DAY_MS]) expect(await buyLater(lagMs)).toEqual([byClick(lagMs), NOTHING]);
    expect(await buyLater(7 * DAY_MS + 1)).toEqual([NOTHING, NOTHING]);
  });

  test('goes by the windows of the page’s bundle', async () => {
    for (const [windowDays, wanted] of [
      [2, NOTHING],
      [4, byClick(3 * DAY_MS)],
    ] as const) {
      const net = createNet(await createBundle({ heads: [{ name: 'purchase', windowDays }] }));
      expect(await buyLater(3 * DAY_MS, { bundleUrl: '/bundle/' }, net)).toEqual([wanted, NOTHING]);
    }
  });
});

describe('dwell', () => {
  test('of a clicked item is told once, whatever was recorded of it; of other items, and at level none, never', async () => {
    for (const egress of ['events', 'none'] as const) {
      const net = createNet();
      const kit = openKit({ ...SENDING, egress, fetch: net.fetch });
      const { slateId, clicked, seen } = await visit(kit);
      const look = (itemId: string, dwellMs?: number): SignalInput => ({
        ...{ kind: 'view', itemId, ...(dwellMs !== undefined && { dwellMs }) },
      });
      for (const input of [look(clicked), look(seen, 9), look('elsewhere', 9), look(clicked, 40_000), look(clicked, 9)])
        await kit.record(input);
      await kit.flush();
      const dwells = told(net, 'dwell').map((event) => [event['slateId'], event['itemId'], event['dwell']]);
      expect(dwells).toEqual(egress === 'events' ? [[slateId, clicked, 'long']] : []);
      expect((await kit.signals()).filter(({ kind }) => kind === 'view')).toHaveLength(5);
      expect(JSON.stringify(net.sent)).not.toContain('dwellMs');
    }
  });

  test('recorded by a page that ends at once is told by the next one', async () => {
    const net = createNet();
    const options = { ...SENDING, egress: 'events', fetch: net.fetch, storageName: newName() } as const;
    const first = openKit(options);
    const { clicked } = await visit(first);
    await first.close();
    const input = { kind: 'view', itemId: clicked, dwellMs: 12_000, at: NOON };
    const entry = { id: '019b9853-fe00-7b0c-94b6-496841ac1165', input, consent: 'events', erased: '' };
    localStorage.setItem(`${options.storageName}:journal:${entry.id}`, JSON.stringify(entry));
    const next = openKit(options);
    await next.signals();
    await next.flush();
    expect(told(net, 'dwell')).toMatchObject([{ itemId: clicked, dwell: 'medium' }]);
  });
});

describe('an opt-out', () => {
  const WITHDRAWN = { personalisation: 'denied' } as const;
  const openTabs = (options: KitOptions = {}) => {
    const net = createNet();
    const storageName = newName();
    const open = () => openKit({ ...SENDING, egress: 'events', fetch: net.fetch, storageName, ...options });
    return { net, storageName, open, kit: open(), other: open() };
  };

  test('is told once, of the same unit, by the tab in which it happens', async () => {
    const { net, kit, other } = openTabs();
    await visit(other);
    await other.flush();
    await kit.setConsent(WITHDRAWN);
    expect((await kit.pending())?.events).toBe(1);
    expect(other.consent()).toMatchObject(WITHDRAWN);
    // each of them, and a tab that knew it already
    for (const tab of [kit, other]) await tab.setConsent(WITHDRAWN);
    for (const tab of [kit, other]) await tab.flush();
    const [impression] = told(net, 'impression');
    const { unitId, clientId } = { ...impression, ...net.sent[0] } as { unitId?: unknown; clientId: string };
    expect(told(net, 'opt_out')).toMatchObject([{ unitId, consent: 'events', at: NOON }]);
    expect(net.sent.every((batch) => batch.clientId === clientId)).toBe(true);
    // and again when it is withdrawn again, in another tab
    await kit.setConsent({ personalisation: 'granted' });
    await other.setConsent(WITHDRAWN);
    await kit.record({ kind: 'view', itemId: 'a' });
    for (const tab of [kit, other]) await tab.flush();
    expect(told(net, 'opt_out')).toHaveLength(2);
  });

  test('that another tab was told is not this one’s to tell, though it is told the same before it hears of it', async () => {
    const { net, kit, other } = openTabs();
    await Promise.all([kit.setConsent(WITHDRAWN), other.setConsent(WITHDRAWN)]);
    for (const tab of [kit, other]) await tab.flush();
    expect(told(net, 'opt_out')).toHaveLength(1);
  });

  test('that could not be queued waits for the next page, whatever other tabs delete', async () => {
    const { net, storageName, open, kit, other } = openTabs();
    await visit(kit);
    await kit.flush();
    const original = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')?.value as IDBObjectStore['put'];
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...row) {
      if (this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError');
      return original.apply(this, row);
    });
    localStorage.setItem(`${storageName}:journal:x`, '{}');
    expect(await kit.setConsent(WITHDRAWN)).toBeNull();
    await other.flush();
    put.mockRestore();
    const { keys } = await heldBy(storageName);
    expect(keys).toEqual([`${storageName}:consent`, expect.stringMatching(/:journal:~/)]);
    await kit.close();
    await other.close();
    const keysLeft = async (): Promise<number> => (await heldBy(storageName)).keys.length;
    // a page whose storage is busy leaves it to the one after
    for (let page = 0; page < 5 && (await keysLeft()) > 1; page++) {
      const next = open();
      await next.slate('home', LIST);
      await vi.waitFor(async () => expect(await keysLeft()).toBe(1), { timeout: 4000 }).catch(() => undefined);
      await next.flush();
      await next.close();
    }
    expect([await keysLeft(), told(net, 'opt_out').length]).toEqual([1, 1]);
  });

  test.each<[string, KitOptions, ConsentInput]>([
    ['measurement goes too', {}, { ...WITHDRAWN, measurement: 'denied' }],
    ['measurement was never granted', { consent: { personalisation: 'granted', measurement: 'denied' } }, WITHDRAWN],
    ['measurement waits for an answer', { consent: { personalisation: 'granted' } }, WITHDRAWN],
    ['the site sends nothing', { egress: 'none' }, WITHDRAWN],
    ['there is no collector', { collectorUrl: null }, WITHDRAWN],
    ['personalisation was not granted before', { consent: { measurement: 'granted' } }, WITHDRAWN],
    ['the answer is taken back and not refused', {}, { personalisation: 'pending' }],
  ])('is none where %s', async (_, options, answer) => {
    const { net, storageName, kit } = openTabs(options);
    await visit(kit);
    const written = vi.spyOn(Storage.prototype, 'setItem');
    await kit.setConsent(answer);
    expect(written.mock.calls.filter(([key]) => key.includes(':journal:'))).toEqual([]);
    await kit.setConsent({ measurement: 'granted' });
    await kit.flush();
    expect(told(net, 'opt_out')).toEqual([]);
    expect((await heldBy(storageName)).keys).toEqual([`${storageName}:consent`]);
  });
});
