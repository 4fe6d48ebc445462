import { afterEach, describe, expect, test, vi } from 'vitest';
import { isProblem } from '../../src/core/problem.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { Journal } from '../../src/kit/journal.ts';
import type { DeviceExport, Kit } from '../../src/kit/types.ts';
import { SENDING, createSilence, everything, heldBy, visit } from './consent-fixture.ts';
import { NOON, candidates, createBundle, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => {
  localStorage.clear();
});

const DAY_MS = 24 * 60 * 60_000;

interface Buckets {
  open(name: string): Promise<unknown>;
  delete(name: string): Promise<void>;
}
const findBuckets = (): Buckets => (navigator as unknown as { storageBuckets: Buckets }).storageBuckets;

const exported = async (kit: Kit): Promise<DeviceExport> => {
  const answer = await kit.export();
  if (isProblem(answer)) throw new Error(answer.message);
  return answer;
};

describe('export', () => {
  test('has every row of every table, and is JSON', async () => {
    const net = createNet(await createBundle(), () => new Response(null, { status: 503 }));
    const kit = openKit({ ...SENDING, fetch: net.fetch, bundleUrl: '/bundle/', unitId: 'u' });
    await kit.ready();
    await visit(kit);
    await kit.flush();
    const all = await exported(kit);
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
    expect(all).toMatchObject({
      ...{ version: 1, exportedAt: NOON, level: 'training', consent: { personalisation: 'granted' }, trials: [] },
      visit: { nextSeq: 5 },
      localStorage: {},
    });
    expect(all.signals.map(({ kind }) => kind)).toEqual(['impression', 'click', 'view', 'purchase']);
    expect(all.outbox.map(({ kind }) => kind)).toEqual(['slate', 'impression', 'click', 'conversion']);
    expect([all.items.length, all.slates.length]).toEqual([1, 1]);
    const [{ bundle }] = all.models;
    expect(bundle?.files).toMatchObject({ 'micro.bin': net.files.get('micro.bin')?.length });
    // whatever lies in the database under whichever name
    const told = [all.visit, ...all.signals, ...all.outbox, ...all.items, ...all.slates, ...all.models];
    expect(await everything(kit.storageName)).toHaveLength(told.length);
  });

  test('has what lies in local storage, and says why it cannot', async () => {
    const kit = openKit();
    await kit.setConsent({ training: 'denied' });
    const key = `${kit.storageName}:consent`;
    expect((await exported(kit)).localStorage).toEqual({ [key]: localStorage.getItem(key) });
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new Error('broken');
    });
    expect(await kit.export()).toMatchObject({ code: 'storage_failed' });
    await kit.close();
    expect(await kit.export()).toMatchObject({ code: 'kit_closed' });
  });
});

describe('erase', () => {
  test('leaves no row, no id and no key but the answer and the time; the next act begins a new visitor', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await kit.setConsent('granted');
    await visit(kit);
    const before = await exported(kit);
    expect(await kit.erase()).toBeNull();
    const after = await exported(kit);
    expect(after).toMatchObject({ visit: null, signals: [], items: [], outbox: [], slates: [], models: [] });
    expect(await heldBy(kit.storageName)).toMatchObject({
      keys: [`${kit.storageName}:consent`, `${kit.storageName}:erased`],
    });
    await visit(kit);
    const next = await exported(kit);
    expect(next.signals.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    for (const field of ['clientId', 'unitId', 'epoch'] as const)
      expect(next.visit?.[field]).not.toBe(before.visit?.[field]);
  });

  test('what is on its way when it begins does not come back', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await kit.signals();
    const late = [
      kit.record({ kind: 'purchase', itemId: 'late' }),
      kit.import([{ kind: 'view', itemId: 'late', at: NOON - 1 }]),
      kit.slate('home', { candidates: candidates(3) }),
    ] as const;
    await kit.erase();
    const [recorded, imported, slate] = await Promise.all(late);
    expect(recorded).toMatchObject({ code: 'aborted' });
    expect(imported).toMatchObject({ imported: 0, problems: [{ code: 'aborted' }] });
    const { signals, items, outbox, slates } = await exported(kit);
    expect([signals, items, outbox.filter(({ kind }) => kind === 'conversion')]).toEqual([[], [], []]);
    // it is ranked again, for a visitor without signals
    expect([slate.items.length, slates.length]).toEqual([3, 1]);
    await kit.flush();
    expect(JSON.stringify(net.sent)).not.toContain('conversion');
  });

  test('another page stores and sends nothing of before, from its memory, its journal or a closed database', async () => {
    const [net, storageName] = [createNet(), newName()];
    const [kit, other] = [0, 1].map(() => openKit({ ...SENDING, fetch: net.fetch, storageName }));
    await Promise.all([visit(kit), visit(other)]);
    await Promise.all([kit.flush(), other.flush()]);
    net.sent.length = 0;
    const late = other.record({ kind: 'purchase', itemId: 'late' });
    await kit.erase();
    // recorded before that page could hear of it, which then ended
    const left = { id: createUuid({ clock: () => NOON, random: Math.random }), consent: 'events', erased: '' } as const;
    new Journal(storageName, () => localStorage).add({
      ...left,
      input: { kind: 'purchase', itemId: 'left', at: NOON },
    });
    expect(await late).toMatchObject({ code: 'aborted' });
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    const third = openKit({ ...SENDING, fetch: net.fetch, storageName });
    for (const page of [kit, other, third]) expect(await page.flush()).toEqual({ sent: 0, pending: 0 });
    expect([await third.signals(), net.sent]).toEqual([[], []]);
    // and goes on as a page of the new visitor
    await visit(other);
    expect((await exported(third)).signals).toHaveLength(4);
    expect((await other.flush()).sent).toBeGreaterThan(0);
  });

  test('a request on its way is ended, and its events do not wait for another', async () => {
    const { fetch, requests } = createSilence();
    const kit = openKit({ ...SENDING, fetch });
    await kit.record({ kind: 'purchase', itemId: 'a' });
    const flushed = kit.flush();
    await expect.poll(() => requests.length).toBe(1);
    await kit.erase();
    expect(requests[0].reason).toMatchObject({ code: 'aborted' });
    expect(await flushed).toMatchObject({ sent: 0 });
    expect((await kit.pending())?.events).toBe(0);
  });

  test('what waits for an answer is gone, and a kit without a database deletes what earlier pages left', async () => {
    const storageName = newName();
    const earlier = openKit({ storageName });
    await visit(earlier);
    await earlier.close();
    const kit = openKit({ storageName, consent: 'pending' });
    await visit(kit);
    expect((await heldBy(storageName)).databases).toEqual([storageName]);
    expect(await kit.erase()).toBeNull();
    expect((await heldBy(storageName)).databases).toEqual([]);
    await kit.setConsent('granted');
    expect(await exported(kit)).toMatchObject({ visit: null, signals: [], slates: [] });
  });

  test('a page whose database is refused forgets what it holds in memory instead', async () => {
    const [net, storageName] = [createNet(new Map(), () => new Response(null, { status: 503 })), newName()];
    vi.spyOn(findBuckets(), 'open').mockRejectedValueOnce(new Error('broken'));
    const other = openKit({ ...SENDING, fetch: net.fetch, storageName });
    await visit(other);
    await other.flush();
    const kit = openKit({ storageName });
    expect((await other.pending())?.events).toBeGreaterThan(3);
    await kit.erase();
    net.sent.length = 0;
    expect(await other.flush()).toMatchObject({ sent: 0, pending: 0 });
    expect([await other.signals(), net.sent]).toEqual([[], []]);
  });

  test('where local storage is full, what is late is dropped on this page all the same', async () => {
    const kit = openKit();
    await visit(kit);
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const late = kit.record({ kind: 'purchase', itemId: 'late' });
    expect(await kit.erase()).toBeNull();
    expect(await late).toMatchObject({ code: 'aborted' });
    expect(await kit.record({ kind: 'view', itemId: 'next' })).toMatchObject({ seq: 1 });
    expect((await kit.signals()).map(({ itemId }) => itemId)).toEqual(['next']);
  });

  test('says what it could not do', async () => {
    const kit = openKit();
    await visit(kit);
    vi.spyOn(findBuckets(), 'delete').mockRejectedValueOnce(new Error('broken'));
    expect(await kit.erase()).toMatchObject({ code: 'storage_failed' });
    await kit.close();
    expect(await kit.erase()).toMatchObject({ code: 'kit_closed' });
  });
});

describe('retention', () => {
  test('signals, items and slates of more than 90 days ago go, once a day by the clock', async () => {
    let now = NOON;
    const kit = openKit({ clock: () => now });
    await visit(kit);
    await kit.import([{ kind: 'view', itemId: 'older', at: NOON - DAY_MS }]);
    const counts = async (): Promise<number[]> => {
      const { signals, items, slates } = await exported(kit);
      return [signals.length, items.length, slates.length];
    };
    expect(await counts()).toEqual([5, 2, 1]);
    now = NOON + 90 * DAY_MS - 1;
    await kit.record({ kind: 'view', itemId: 'new' });
    expect(await counts()).toEqual([5, 2, 1]);
    const { visit: before } = await exported(kit);
    // less than a day after it was looked for
    now += DAY_MS - 1;
    await kit.record({ kind: 'view', itemId: 'new' });
    expect((await counts())[0]).toBe(6);
    now += 1;
    await kit.record({ kind: 'view', itemId: 'new' });
    expect(await counts()).toEqual([3, 1, 0]);
    // readers that know what is gone begin anew; who it is stays
    const { visit: after } = await exported(kit);
    expect(after?.epoch).not.toBe(before?.epoch);
    expect(after?.unitId).toBe(before?.unitId);
  });

  test('a page that opens looks at once, by the days that the site says', async () => {
    const storageName = newName();
    const earlier = openKit({ storageName });
    await visit(earlier);
    await earlier.close();
    const kept = openKit({ storageName, clock: () => NOON + 6 * DAY_MS, retentionDays: 7 });
    expect(await kept.signals()).toHaveLength(4);
    await kept.close();
    const kit = openKit({ storageName, clock: () => NOON + 7 * DAY_MS + 1, retentionDays: 7 });
    expect(await kit.signals()).toEqual([]);
  });

  test('also of what nobody sees while personalisation is pending; and once the database is opened', async () => {
    const storageName = newName();
    const earlier = openKit({ storageName });
    await visit(earlier);
    await earlier.close();
    let now = NOON + 91 * DAY_MS;
    const clock = (): number => now;
    const options = { ...SENDING, fetch: createNet().fetch, storageName, clock };
    const unseen = openKit({ ...options, consent: { measurement: 'granted' } });
    await unseen.signals();
    await unseen.close();
    expect(JSON.stringify(await everything(storageName))).not.toContain('purchase');
    const again = openKit({ storageName, clock });
    await visit(again);
    await again.close();
    now += 91 * DAY_MS;
    const asked = openKit({ storageName, clock, consent: 'pending' });
    expect(await asked.signals()).toEqual([]);
    await asked.setConsent('granted');
    await asked.record({ kind: 'view', itemId: 'new' });
    expect((await asked.signals()).map(({ itemId }) => itemId)).toEqual(['new']);
  });

  test.each([0, -1, Number.NaN, '7'])('%s days is a mistake', (retentionDays) => {
    expect(() => openKit({ retentionDays: retentionDays as number })).toThrow(/retentionDays/);
  });
});
