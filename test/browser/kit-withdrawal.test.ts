import { afterEach, describe, expect, test, vi } from 'vitest';
import { LIST, SENDING, TOLD, codeOf, createSilence, everything, holdsOnlyRecord, visit } from './consent-fixture.ts';
import { createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';

const NONE = { personalisation: 'denied', measurement: 'denied', training: 'denied' } as const;

afterEach(() => localStorage.clear());

const silent = (): Response => new Response('later', { status: 503 });

describe('a withdrawal', () => {
  test.each(['denied', 'pending'] as const)('to %s leaves nothing but the record, on every page', async (answer) => {
    const storageName = newName();
    const net = createNet(await createBundle(), silent);
    const options = { ...SENDING, fetch: net.fetch, storageName, bundleUrl: '/bundle/', createWorker };
    const [kit, other] = [openKit(options), openKit(options)];
    await Promise.all([kit.ready(), other.ready()]);
    const { slate } = await visit(other);
    expect((await other.slate('home', LIST)).signalAgeMs).toBe(0);
    expect((await everything(storageName)).length).toBeGreaterThan(5);
    // as a page leaves it that ends in the middle of an act
    localStorage.setItem(`${storageName}:journal:x`, '{}');
    expect(await kit.setConsent(answer)).toBeNull();
    // the very next act, before any event of the browser
    expect(codeOf(await other.record({ kind: 'view', itemId: 'a' }))).toBe(`consent_${answer}`);
    expect((await other.slate('home', LIST)).signalAgeMs).toBeNull();
    expect(codeOf(await other.reasons(slate))).toBe('reasons_unavailable');
    const { length } = net.sent;
    expect([await kit.flush(), await other.flush()]).toMatchObject([{ pending: 0 }, { pending: 0 }]);
    expect(net.sent.length).toBe(length);
    await holdsOnlyRecord(storageName);
    // nor does ranking by page or worker open anything again
    for (const one of [kit, other]) await one.slate('home', LIST);
    await holdsOnlyRecord(storageName);
  });

  test('of personalisation keeps what events need, and no trace of signals', async () => {
    const net = createNet(new Map(), silent);
    const kit = openKit({ ...SENDING, egress: 'events', fetch: net.fetch });
    await visit(kit);
    await kit.setConsent({ personalisation: 'denied' });
    expect([await kit.signals(), (await kit.pending())?.events]).toEqual([[], [...TOLD, 'opt_out'].length]);
    const rows = JSON.stringify(await everything(kit.storageName));
    expect(rows).not.toContain('"kind":"view"');
    expect(rows).not.toContain('lastAt');
    expect((await kit.slate('home', LIST)).signalAgeMs).toBeNull();
  });

  test('of measurement deletes what is unsent and gives up the client id; signals stay', async () => {
    const net = createNet(new Map(), silent);
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await visit(kit);
    await kit.flush();
    await kit.setConsent({ measurement: 'denied' });
    expect([(await kit.pending())?.events, (await kit.signals()).length]).toEqual([0, 4]);
    expect(JSON.stringify(await everything(kit.storageName))).not.toContain(net.sent[0].clientId);
    const { length } = net.sent;
    await visit(kit);
    await kit.flush();
    expect(net.sent.length).toBe(length);
  });

  test('of measurement with nothing unsent gives up the client id too', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, egress: 'events', fetch: net.fetch });
    await visit(kit);
    await kit.flush();
    await kit.setConsent({ measurement: 'denied' });
    expect(JSON.stringify(await everything(kit.storageName))).not.toContain(net.sent[0].clientId);
  });

  test('of training deletes its events alone, however long the collector wants to be left alone', async () => {
    const later = () => new Response('later', { status: 503, headers: { 'retry-after': '3600' } });
    const net = createNet(new Map(), later);
    const kit = openKit({ ...SENDING, fetch: net.fetch });
    await visit(kit);
    await kit.flush();
    expect((await kit.pending())?.events).toBe(TOLD.length + 1);
    await kit.setConsent({ training: 'denied' });
    expect([kit.level(), (await kit.pending())?.events]).toEqual(['events', TOLD.length]);
  });

  test('aborts what is in flight, on the page that hears of it from another', async () => {
    const storageName = newName();
    const { fetch, requests } = createSilence();
    const [kit, other] = [openKit({ storageName }), openKit({ ...SENDING, fetch, storageName })];
    await other.record({ kind: 'purchase', itemId: 'a' });
    const flushing = other.flush();
    await vi.waitFor(() => expect(requests).toHaveLength(1), { timeout: 20_000 });
    await kit.setConsent(NONE);
    expect(requests[0].aborted).toBe(false);
    window.dispatchEvent(new StorageEvent('storage', { key: `${storageName}:consent` }));
    expect(requests[0].reason).toMatchObject({ code: 'aborted' });
    expect(await flushing).toMatchObject({ sent: 0 });
    expect(other.consent()).toMatchObject(NONE);
    await holdsOnlyRecord(storageName);
  });

  test('an act under way when it comes leaves nothing', async () => {
    const kit = openKit({ ...SENDING, fetch: createNet(new Map(), silent).fetch });
    await visit(kit);
    const acts = Array.from({ length: 20 }, (_, i) => kit.record({ kind: 'purchase', itemId: `item-${String(i)}` }));
    let withdrawn: Promise<unknown> | undefined;
    // read when the scores are there and the slate is not
    const context = {
      get region() {
        withdrawn ??= kit.setConsent('denied');
        return 'north';
      },
    };
    const slate = await kit.slate('home', { ...LIST, context });
    expect(slate.signalAgeMs).toBeNull();
    expect(await withdrawn).toBeNull();
    await Promise.all(acts);
    await holdsOnlyRecord(kit.storageName);
  });

  test('that is taken back at once deletes nothing of what comes after', async () => {
    const kit = openKit();
    await visit(kit);
    await Promise.all([kit.setConsent('denied'), kit.setConsent('granted')]);
    await kit.record({ kind: 'view', itemId: 'after' });
    await kit.close();
    const next = openKit({ storageName: kit.storageName });
    expect((await next.signals()).map(({ itemId }) => itemId)).toEqual(['after']);
  });

  test('comes back: a yes after it begins a new visitor', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, egress: 'events', fetch: net.fetch });
    await visit(kit);
    await kit.flush();
    await kit.setConsent('denied');
    await kit.setConsent('granted');
    await visit(kit);
    await kit.flush();
    expect((await kit.signals()).map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(new Set(net.sent.map(({ clientId }) => clientId)).size).toBe(2);
    expect(new Set(net.sent.flatMap(({ events }) => events.map(({ unitId }) => unitId))).size).toBe(2);
  });
});
