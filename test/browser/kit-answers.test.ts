import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ConsentInput } from '../../src/core/consent.ts';
import type { Kit } from '../../src/kit/types.ts';
import { Journal } from '../../src/kit/journal.ts';
import { LIST, SENDING, codeOf, createSilence, everything, heldBy, kindsOf, visit } from './consent-fixture.ts';
import { NOON, candidates, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const silent = (): Response => new Response('later', { status: 503 });
const kindsStored = async (kit: Kit): Promise<string[]> => (await kit.signals()).map(({ kind }) => kind).sort();
const VISITED = ['click', 'impression', 'purchase', 'view'];

/** As another page of the site stores it. */
const record = (storageName: string, text: string): void => {
  localStorage.setItem(`${storageName}:consent`, text);
  window.dispatchEvent(new StorageEvent('storage', { key: `${storageName}:consent` }));
};
const leavePage = (): void => {
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  visibility.mockRestore();
};

describe('while personalisation is pending', () => {
  test('events go out, and what earlier pages stored stays, unseen, until the answer', async () => {
    const [net, storageName] = [createNet(), newName()];
    const earlier = openKit({ storageName });
    await visit(earlier);
    await earlier.close();
    const kit = openKit({ ...SENDING, fetch: net.fetch, storageName, consent: { measurement: 'granted' } });
    const { slate } = await visit(kit);
    expect([slate.signalAgeMs, await kit.signals()]).toEqual([null, []]);
    await kit.flush();
    expect(kindsOf(net)).toContain('conversion');
    await kit.setConsent({ personalisation: 'granted' });
    // those of the earlier page, and those of this one, which waited
    expect(await kindsStored(kit)).toEqual([...VISITED, ...VISITED].sort());
  });

  test.each([{ egress: 'none', collectorUrl: SENDING.collectorUrl }, { egress: 'events' }] as const)(
    'no database is made where nothing could be sent: %j',
    async (options) => {
      const kit = openKit({ ...options, fetch: createNet().fetch, consent: { measurement: 'granted' } });
      await kit.setConsent({ measurement: 'denied' });
      await visit(kit);
      expect((await heldBy(kit.storageName)).databases).toEqual([]);
    },
  );

  test('what an earlier page left in the journal waits too', async () => {
    const storageName = newName();
    const id = '01a1fdec-9982-7000-8000-000000000001';
    const journal = new Journal(storageName, () => localStorage);
    journal.add({ id, input: { kind: 'view', itemId: 'left', at: NOON }, consent: 'none', erased: '' });
    journal.addEvents({ drafts: [], erased: '' }, id);
    const kit = openKit({ ...SENDING, fetch: createNet().fetch, storageName, consent: 'pending' });
    await kit.signals();
    await kit.close();
    expect([journal.has(id), journal.has(`~${id}`)]).toEqual([true, true]);
    const next = openKit({ ...SENDING, fetch: createNet().fetch, storageName });
    expect((await next.signals()).map(({ itemId }) => itemId)).toEqual(['left']);
  });

  test('a no to one purpose does not make an impression count twice', async () => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch, consent: { personalisation: 'granted' } });
    const { slate } = await visit(kit);
    const about = { slateId: slate.slateId, itemId: slate.items[0].itemId };
    for (const answer of [{ sync: 'granted' }, { measurement: 'denied' }] as const) {
      await kit.setConsent(answer);
      await kit.record({ kind: 'impression', ...about });
    }
    expect(await kindsStored(kit)).toEqual(VISITED);
  });

  test('the newest 1,000 acts wait', async () => {
    const kit = openKit({ consent: 'pending' });
    const acts = Array.from({ length: 1_001 }, (_, i) => kit.record({ kind: 'view', itemId: `item-${String(i)}` }));
    await Promise.all(acts);
    await kit.setConsent('granted');
    const stored = (await kit.signals()).map(({ itemId }) => itemId);
    expect([stored.length, stored.includes('item-0'), stored.includes('item-1000')]).toEqual([1_000, false, true]);
  });

  test('a no forgets nothing of what rules go by on this page', async () => {
    const kit = openKit({ consent: 'pending' });
    await kit.record({ kind: 'dismiss', itemId: LIST.candidates[0].id });
    await kit.setConsent('denied');
    const { items } = await kit.slate('home', LIST);
    expect(items.map(({ itemId }) => itemId)).not.toContain(LIST.candidates[0].id);
  });
});

describe('the record', () => {
  test('an answer to some purposes takes back no answer of another page to the others', async () => {
    const storageName = newName();
    const [kit, other] = [openKit({ storageName }), openKit({ storageName })];
    await kit.setConsent({ measurement: 'denied' });
    await other.setConsent({ training: 'denied' });
    expect(other.consent()).toMatchObject({ measurement: 'denied', training: 'denied' });
  });

  test.each([
    ['of a later version, with a purpose more', (all: object) => JSON.stringify({ ...all, profiling: 'asked' })],
    ['that cannot be read', () => '{"personalisation": 5}'],
  ])('%s deletes nothing on an open page', async (_, write) => {
    const kit = openKit();
    await visit(kit);
    record(kit.storageName, write(kit.consent()));
    await kit.signals();
    await kit.close();
    localStorage.clear();
    expect(await kindsStored(openKit({ storageName: kit.storageName }))).toEqual(VISITED);
  });

  test('is read again by a page that comes back from the back-forward cache', async () => {
    const kit = openKit();
    const heard = new Promise((resolve) => kit.onConsent(resolve));
    localStorage.setItem(`${kit.storageName}:consent`, JSON.stringify({ personalisation: 'denied' }));
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    expect(await heard).toMatchObject({ personalisation: 'denied' });
  });
});

describe('delivery', () => {
  test.each(['flush', 'leave'])(
    'a second kit of the page, which no event tells, sends nothing after it: %s',
    async (how) => {
      const storageName = newName();
      const fetch = vi.fn<typeof globalThis.fetch>(createNet().fetch);
      const [kit, other] = [0, 1].map(() => openKit({ ...SENDING, fetch, storageName }));
      await Promise.all([kit.flush(), other.flush()]);
      await other.record({ kind: 'purchase', itemId: 'a' });
      await kit.setConsent('denied');
      if (how === 'leave') leavePage();
      expect(await other.flush()).toMatchObject({ sent: 0, pending: 0 });
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  test('a no that is taken back at once deletes what was unsent all the same', async () => {
    const net = createNet(new Map(), silent);
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await visit(kit);
    await kit.flush();
    const clientIds = new Set(net.sent.map(({ clientId }) => clientId));
    const answers: ConsentInput[] = [{ measurement: 'denied' }, { measurement: 'granted' }];
    await Promise.all(answers.map((answer) => kit.setConsent(answer)));
    expect((await kit.pending())?.events).toBe(0);
    expect(clientIds.has(((await kit.export()) as { visit: { clientId: string } }).visit.clientId)).toBe(false);
  });

  test('a no while personalisation is pending deletes what was unsent', async () => {
    const net = createNet(new Map(), silent);
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: { measurement: 'granted' } });
    await kit.record({ kind: 'purchase', itemId: 'a' });
    await kit.flush();
    expect((await kit.pending())?.events).toBe(1);
    await kit.setConsent({ measurement: 'denied' });
    expect(JSON.stringify(await everything(kit.storageName))).not.toContain(net.sent[0].clientId);
    await kit.setConsent({ measurement: 'granted' });
    expect((await kit.pending())?.events).toBe(0);
  });

  test('a yes to more ends no request', async () => {
    const { fetch, requests } = createSilence();
    const kit = openKit({ ...SENDING, fetch, consent: { personalisation: 'granted', measurement: 'granted' } });
    await kit.record({ kind: 'purchase', itemId: 'a' });
    void kit.flush();
    await expect.poll(() => requests.length).toBe(1);
    await kit.setConsent({ training: 'granted' });
    expect([kit.level(), requests[0].aborted]).toEqual(['training', false]);
    await kit.setConsent({ training: 'denied' });
    expect(requests[0].aborted).toBe(true);
  });

  test('an act that makes an event alone has one number, whoever queues it first', async () => {
    const [net, storageName] = [createNet(), newName()];
    const options = { ...SENDING, fetch: net.fetch, storageName };
    const consent = { personalisation: 'denied', measurement: 'granted' } as const;
    const kit = openKit({ ...options, consent });
    await kit.flush();
    const acted = kit.record({ kind: 'purchase', itemId: 'a' });
    // finds the act in the journal while it is under way
    const other = openKit({ ...options, consent });
    await Promise.all([acted, other.pending()]);
    expect(await everything(storageName)).toHaveLength(2);
    await kit.flush();
    expect(net.sent.flatMap(({ events }) => events.map(({ clientSeq }) => clientSeq))).toEqual([1]);
  });

  test('a host’s own fetch is not asked after a withdrawal', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(createNet().fetch);
    const kit = openKit({ ...SENDING, fetch });
    await kit.flush();
    await kit.record({ kind: 'purchase', itemId: 'a' });
    let withdrawn: Promise<unknown> | undefined;
    const read = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    read.mockImplementation(function (this: IDBObjectStore, ...range) {
      if (this.name === 'outbox') withdrawn ??= kit.setConsent({ measurement: 'denied' });
      read.mockRestore();
      return this.getAll(...range);
    });
    await kit.flush();
    expect(await withdrawn).toBeNull();
    expect(fetch).not.toHaveBeenCalled();
  });

  test('what was done under a no is not told after a yes', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: 'denied' });
    await kit.slate('home', { candidates: candidates(3) });
    await kit.setConsent('granted');
    expect(codeOf(await kit.record({ kind: 'purchase', itemId: 'a' }))).toBeUndefined();
    await kit.slate('home', { candidates: candidates(3) });
    // the chunk that tells comes when the page idles
    await vi.waitFor(
      async () => {
        leavePage();
        await kit.flush();
        expect(kindsOf(net)).toContain('health');
      },
      { timeout: 20_000 },
    );
    const health = net.sent.flatMap(({ events }) => events).find(({ kind }) => kind === 'health');
    expect(health).toMatchObject({ health: { slateMs: { n: 1 } } });
  });

  test('a page view is told once, whatever is answered in the middle of it', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await kit.slate('home', { candidates: candidates(3) });
    const told = () => kindsOf(net).filter((kind) => kind === 'health').length;
    await vi.waitFor(
      async () => {
        leavePage();
        await kit.flush();
        expect(told()).toBe(1);
      },
      { timeout: 20_000 },
    );
    const listening = vi.spyOn(document, 'addEventListener');
    await kit.setConsent({ training: 'denied' });
    await kit.slate('home', { candidates: candidates(3) });
    // delivery's own, and that of what is told
    await expect
      .poll(() => listening.mock.calls.filter(([type]) => type === 'visibilitychange').length, { timeout: 20_000 })
      .toBe(2);
    leavePage();
    await kit.flush();
    expect(told()).toBe(1);
  });
});
