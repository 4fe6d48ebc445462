import { afterEach, describe, expect, test, vi } from 'vitest';
import { createConsent } from '../../src/core/consent.ts';
import type { KitOptions } from '../../src/kit/types.ts';
import {
  DONE,
  LIST,
  SENDING,
  TOLD,
  codeOf,
  everything,
  heldBy,
  holdsOnlyRecord,
  kindsOf,
  visit,
} from './consent-fixture.ts';
import { NOON, createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

describe.each(['pending', 'denied'] as const)('%s', (consent) => {
  test('stores nothing on page and worker, sends nothing, says so without noise, and ranks for nobody', async () => {
    const net = createNet(await createBundle());
    const problems: string[] = [];
    const options = { bundleUrl: '/bundle/', createWorker, fetch: net.fetch } satisfies KitOptions;
    const kit = openKit({ ...SENDING, ...options, consent });
    kit.onProblem(({ code }) => problems.push(code));
    expect((await kit.ready()).tier).toBe('wasm');
    const { codes } = await visit(kit);
    expect(codes).toEqual(DONE.map(() => `consent_${consent}`));
    expect(codeOf((await kit.import([{ kind: 'view', itemId: 'a', at: NOON - 1 }])).problems[0])).toBe(
      `consent_${consent}`,
    );
    const slate = await kit.slate('home', LIST);
    expect([slate.tier, slate.signalAgeMs, slate.problems]).toEqual(['server', null, []]);
    expect([await kit.signals(), await kit.flush(), kit.level()]).toEqual([[], { sent: 0, pending: 0 }, 'none']);
    expect(await heldBy(kit.storageName)).toEqual({ databases: [], keys: [] });
    expect([net.sent, problems]).toEqual([[], [`consent_${consent}`]]);
    // the same acts leave all of this where they may
    const control = openKit({ ...SENDING, ...options, consent: 'granted' });
    await visit(control);
    expect(await heldBy(control.storageName)).toMatchObject({ databases: [control.storageName] });
    expect((await control.slate('home', LIST)).signalAgeMs).toBe(0);
    await control.flush();
    expect(kindsOf(net)).toEqual(expect.arrayContaining([...TOLD, 'slate']));
  });

  test('business rules know what was dismissed on this page', async () => {
    const kit = openKit({ consent });
    const shown = async () => (await kit.slate('home', LIST)).items.map(({ itemId }) => itemId);
    expect(await shown()).toContain('item-2');
    await kit.record({ kind: 'dismiss', itemId: 'item-2' });
    expect(await shown()).not.toContain('item-2');
    expect((await kit.slate('home', LIST)).problems).toEqual([]);
  });
});

describe('an answer', () => {
  test('granted commits what was recorded on this page, with its times, ids and order, and its events', async () => {
    let now = NOON;
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: 'pending', clock: () => now });
    const heard: string[] = [];
    kit.onSignal(({ kind }) => heard.push(kind));
    await visit(kit);
    now += 60_000;
    expect(await kit.setConsent('granted')).toBeNull();
    const signals = (await kit.signals()).toReversed();
    expect(signals.map(({ kind, at, seq, consent }) => [kind, at, seq, consent])).toEqual(
      DONE.map((kind, i) => [kind, NOON, i + 1, 'training']),
    );
    expect(heard).toEqual(DONE);
    await kit.flush();
    expect(kindsOf(net)).toEqual(['slate', ...TOLD]);
    const events = net.sent.flatMap((batch) => batch.events);
    expect(new Set(events.map(({ at }) => at))).toEqual(new Set([NOON]));
    expect(new Set(events.map(({ slateId }) => slateId)).size).toBe(1);
    expect(new Set(events.map(({ consent }) => consent))).toEqual(new Set(['training']));
    expect((await kit.slate('home', LIST)).signalAgeMs).toBe(60_000);
    // and nothing twice
    await kit.setConsent('granted');
    expect([(await kit.signals()).length, await kit.flush()]).toMatchObject([4, { pending: 0 }]);
    expect(kindsOf(net).filter((kind) => kind === 'click')).toHaveLength(1);
  });

  test('granted lets the worker read what it did not open before', async () => {
    const net = createNet(await createBundle());
    const kit = openKit({ consent: 'pending', bundleUrl: '/bundle/', createWorker, fetch: net.fetch });
    await kit.ready();
    await kit.record({ kind: 'view', itemId: 'item-1' });
    await kit.setConsent('granted');
    expect(await kit.slate('home', LIST)).toMatchObject({ tier: 'wasm', signalAgeMs: 0 });
  });

  test('denied drops it at once, for a later yes too', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: 'pending' });
    await visit(kit);
    expect(await kit.setConsent('denied')).toBeNull();
    await holdsOnlyRecord(kit.storageName);
    await kit.setConsent('granted');
    expect([await kit.signals(), await kit.flush(), net.sent]).toEqual([[], { sent: 0, pending: 0 }, []]);
    await kit.record({ kind: 'view', itemId: 'a' });
    expect((await kit.signals()).length).toBe(1);
  });

  test('goes on the next page before the option', async () => {
    const storageName = newName();
    const kit = openKit({ storageName });
    expect(kit.consent()).toEqual({ ...createConsent('granted'), sync: 'denied' });
    await kit.setConsent({ personalisation: 'denied' });
    expect(JSON.parse(localStorage.getItem(`${storageName}:consent`) ?? '')).toEqual(kit.consent());
    await kit.close();
    const next = openKit({ storageName, consent: 'granted' });
    expect(next.consent()).toMatchObject({ personalisation: 'denied', measurement: 'granted' });
    expect(codeOf(await next.record({ kind: 'view', itemId: 'a' }))).toBe('consent_denied');
  });

  test('to measurement alone sends events and keeps no signal; personalisation later sends none twice', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: 'pending' });
    await kit.setConsent({ measurement: 'granted' });
    expect(kit.level()).toBe('events');
    const { codes } = await visit(kit);
    expect(codes).toEqual(DONE.map(() => 'consent_pending'));
    await kit.flush();
    expect([kindsOf(net), await kit.signals()]).toEqual([TOLD, []]);
    expect(JSON.stringify(await everything(kit.storageName))).not.toContain('"kind":"view"');
    expect((await kit.slate('home', LIST)).signalAgeMs).toBeNull();
    await kit.setConsent({ personalisation: 'granted' });
    expect((await kit.signals()).map(({ kind, consent }) => [kind, consent])).toEqual(
      DONE.toReversed().map((kind) => [kind, 'events']),
    );
    await kit.flush();
    expect(kindsOf(net)).toEqual(TOLD);
  });

  test('to measurement alone stores nothing where there is no collector', async () => {
    const kit = openKit({ egress: 'events', consent: { measurement: 'granted' } });
    await visit(kit);
    expect(await heldBy(kit.storageName)).toEqual({ databases: [], keys: [] });
  });

  test('to personalisation first keeps events back until measurement has its own', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: { personalisation: 'granted', training: 'denied' } });
    await visit(kit);
    expect([(await kit.signals()).length, (await kit.pending())?.events]).toEqual([4, 0]);
    await kit.setConsent({ measurement: 'granted' });
    await kit.flush();
    expect([kindsOf(net), (await kit.signals()).length]).toEqual([TOLD, 4]);
  });

  test('that is none changes nothing', async () => {
    const kit = openKit({ consent: 'pending' });
    expect(await kit.setConsent('yes' as never)).toMatchObject({ code: 'consent_invalid' });
    expect([kit.consent(), localStorage.length]).toEqual([createConsent('pending'), 0]);
    expect(() => openKit({ consent: { personalization: 'granted' } as never })).toThrow('option consent');
  });

  test('that cannot be read is no yes, and is told', async () => {
    const storageName = newName();
    localStorage.setItem(`${storageName}:consent`, '{"personalisation":"gra');
    const kit = openKit({ storageName, consent: 'granted' });
    const problem = new Promise((resolve) => kit.onProblem(resolve));
    expect(await problem).toMatchObject({ code: 'consent_invalid' });
    expect(kit.consent()).toEqual(createConsent('pending'));
  });

  test('that local storage does not take holds for the page, and is told', async () => {
    const kit = openKit({ consent: 'granted' });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await kit.setConsent('denied')).toMatchObject({ code: 'storage_failed' });
    expect(codeOf(await kit.record({ kind: 'view', itemId: 'a' }))).toBe('consent_denied');
  });
});

describe('Global Privacy Control', () => {
  test('outweighs an explicit yes to measurement; signals stay where personalisation is granted', async () => {
    vi.stubGlobal('navigator', { globalPrivacyControl: true });
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, consent: 'pending' });
    await visit(kit);
    await kit.setConsent('granted');
    expect(kit.consent()).toEqual({ ...createConsent('granted'), measurement: 'denied', training: 'denied' });
    expect([(await kit.signals()).length, await kit.flush(), net.sent]).toEqual([4, { sent: 0, pending: 0 }, []]);
    await kit.setConsent({ personalisation: 'denied' });
    await holdsOnlyRecord(kit.storageName);
  });
});

test('a kit that starts denied deletes what an earlier answer stored; one that starts pending leaves it unread', async () => {
  const storageName = newName();
  const first = openKit({ storageName });
  await visit(first);
  await first.close();
  const unasked = openKit({ storageName, consent: 'pending' });
  expect([(await unasked.slate('home', LIST)).signalAgeMs, await unasked.signals()]).toEqual([null, []]);
  expect((await heldBy(storageName)).databases).toEqual([storageName]);
  await unasked.close();
  openKit({ storageName, consent: 'denied' });
  await vi.waitFor(async () => expect((await heldBy(storageName)).databases).toEqual([]), { timeout: 20_000 });
});

test('listeners hear of each change, and none after the end', async () => {
  const kit = openKit({ consent: 'pending' });
  const heard: unknown[] = [];
  kit.onConsent((consent) => heard.push(consent));
  await kit.setConsent('denied');
  expect(heard).toEqual([createConsent('denied')]);
  await kit.close();
  expect(await kit.setConsent('granted')).toMatchObject({ code: 'kit_closed' });
  expect([heard.length, kit.consent()]).toEqual([1, createConsent('denied')]);
});
