import { afterEach, describe, expect, test, vi } from 'vitest';
import { SENDING } from './consent-fixture.ts';
import { type KitOptions } from '../../src/index.ts';
import { MINUTE_MS, NOON, candidates, createNet, holdState, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const LIST = { candidates: candidates(8) };
const CONTROL = [{ key: 'control' }, { key: 'new' }];
/** Everybody is in the second arm. */
const given = (change: object, more: object = {}) => ({
  experiments: [{ key: 'e', variations: [{}, change], meta: CONTROL, weights: [0, 1], ...more }],
});
const ids = (slate: { items: readonly { itemId: string }[] }): string[] => slate.items.map(({ itemId }) => itemId);
const serverOrder = LIST.candidates.map(({ id }) => id);
const NEW = { experiment: 'e', arm: 'new', phase: 0 };

/** A kit whose linear blend orders otherwise than the server. */
async function openSeen(options: KitOptions) {
  const kit = openKit(options);
  kit.describe(LIST.candidates);
  await kit.record({ kind: 'view', itemId: LIST.candidates[3].id });
  return kit;
}

describe('an arm', () => {
  test('changes policy, rules or order of its placements, and the slate says so', async () => {
    const without = ids(await (await openSeen({})).slate('home', LIST));
    expect(without).not.toEqual(serverOrder);
    const rules = {
      schemaVersion: 1,
      version: 'arm',
      rules: [
        {
          id: 'one',
          kind: 'pin',
          item: LIST.candidates[7].id,
          position: 0,
          author: 'a',
          expiresAt: '2027-01-01T00:00:00Z',
        },
      ],
    };
    const cases = [
      [{ policy: { slots: 3 } }, without.slice(0, 3)],
      [{ order: 'server' }, serverOrder],
      [{ rules }, [LIST.candidates[7].id, ...without.filter((id) => id !== LIST.candidates[7].id)]],
    ] as const;
    for (const [change, wanted] of cases) {
      const kit = await openSeen({ experiments: given(change, { placements: ['home'] }) });
      const slate = await kit.slate('home', LIST);
      expect([ids(slate), slate.arms]).toEqual([wanted, [NEW]]);
      const other = await kit.slate('cart', LIST);
      expect([ids(other), other.arms]).toEqual([without, []]);
    }
  });

  test('stays with the visitor when weights change, and is another one after an erasure', async () => {
    const storageName = newName();
    const open = (weights: number[]) =>
      openKit({
        storageName,
        experiments: { experiments: [{ key: 'e', variations: [{}, {}], meta: CONTROL, weights }] },
      });
    const first = open([0, 1]);
    expect(await first.assignments()).toMatchObject([{ arm: 'new', reason: 'assigned' }]);
    await first.close();
    const second = open([1, 0]);
    expect(await second.assignments()).toMatchObject([{ arm: 'new', reason: 'sticky' }]);
    await second.erase();
    expect(await second.assignments()).toMatchObject([{ arm: 'control', reason: 'assigned' }]);
  });

  test('that is asked for is shown and counts nowhere', async () => {
    const experimentOverrides = { e: 'new' };
    const set = given({ order: 'server' }, { weights: [1, 0] });
    const kit = await openSeen({ experiments: set, experimentOverrides });
    const slate = await kit.slate('home', LIST);
    expect([ids(slate), slate.arms]).toEqual([serverOrder, []]);
    expect(await kit.assignments()).toMatchObject([{ arm: 'new', isIn: false, reason: 'override' }]);
  });

  test('that is asked for tells nothing of its slates, whatever else they would count for', async () => {
    const tellOf = async (experimentOverrides: Record<string, string>): Promise<unknown[]> => {
      const net = createNet();
      const other = { key: 'other', variations: [{}, {}] };
      const set = { experiments: [...given({ order: 'server' }).experiments, other] };
      const kit = openKit({ ...SENDING, egress: 'training', fetch: net.fetch, experiments: set, experimentOverrides });
      const { slateId, items } = await kit.slate('home', LIST);
      for (const kind of ['impression', 'click', 'dismiss'] as const)
        await kit.record({ kind, slateId, itemId: items[0].itemId });
      await kit.flush();
      return net.sent.flatMap(({ events }) => events.map(({ kind }) => kind));
    };
    expect(await tellOf({ e: 'new' })).toEqual([]);
    const kinds = await tellOf({});
    for (const kind of ['slate', 'impression', 'exposure', 'click', 'dismiss']) expect(kinds).toContain(kind);
  });

  test('is chosen by what the site says of the visitor', async () => {
    const set = given({}, { condition: { country: 'NO' }, hashAttribute: 'account' });
    const arms = async (attributes: Record<string, unknown>) =>
      (await openKit({ experiments: set, attributes }).assignments()).map(({ reason }) => reason);
    expect(await arms({ country: 'NO', account: 'x' })).toEqual(['assigned']);
    expect(await arms({ country: 'SE', account: 'x' })).toEqual(['condition']);
    expect(await arms({ country: 'NO' })).toEqual(['no_unit']);
  });
});

test('who is held out gets the server’s order and no arm', async () => {
  const kit = await openSeen({
    experiments: { ...given({ policy: { slots: 2 } }), holdout: { key: 'all', share: 1 } },
  });
  const slate = await kit.slate('home', LIST);
  expect([ids(slate), slate.arms]).toEqual([serverOrder, [{ experiment: 'all', arm: 'held', phase: 0 }]]);
});

test('without an id that lasts nobody is assigned, unless the site gives one', async () => {
  const set = given({});
  const pending = openKit({ ...SENDING, fetch: createNet().fetch, experiments: set, consent: 'pending' });
  expect(await pending.assignments()).toMatchObject([{ reason: 'no_unit' }]);
  // a place for the id, though not for signals
  await pending.setConsent({ measurement: 'granted' });
  expect(await pending.assignments()).toMatchObject([{ reason: 'assigned' }]);
  const named = openKit({ experiments: set, consent: 'pending', unitId: 'u' });
  expect(await named.assignments()).toMatchObject([{ reason: 'assigned' }]);
});

test('what cannot be read does not run and is told; the slate is as without it', async () => {
  for (const set of [given({ colour: 'red' }), given({ policy: { diversity: -1 } }), given({ rules: 5 }), 7]) {
    const kit = openKit({ experiments: set });
    const codes: string[] = [];
    kit.onProblem(({ code }) => codes.push(code));
    const slate = await kit.slate('home', LIST);
    await vi.waitFor(() => expect(codes).toContain('experiment_invalid'));
    expect([ids(slate), slate.arms, await kit.assignments()]).toEqual([serverOrder, [], []]);
  }
  expect(() => openKit({ attributes: [] as never })).toThrow(/attributes/);
});

test('where storage fails, slates are as without experiments', async () => {
  const kit = openKit({ ...SENDING, fetch: createNet().fetch, experiments: given({ order: 'server' }) });
  await kit.signals();
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new Error('broken');
  });
  expect((await kit.slate('home', LIST)).arms).toEqual([]);
  expect(await kit.assignments()).toEqual([]);
});

test('a storage that does not answer in time holds up no slate, which then counts for nothing', async () => {
  const kit = openKit({ experiments: given({ order: 'server' }), deadlineMs: 60 });
  await kit.signals();
  const letGo = await holdState(kit.storageName);
  const slate = await kit.slate('home', LIST);
  expect([ids(slate), slate.arms]).toEqual([serverOrder, []]);
  letGo();
  await vi.waitFor(async () => expect((await kit.slate('home', LIST)).arms).toEqual([NEW]), { timeout: 20_000 });
});

describe('an exposure', () => {
  const HOUR_MS = 60 * MINUTE_MS;
  const exposures = (net: ReturnType<typeof createNet>) =>
    net.sent.flatMap(({ events }) => events).filter(({ kind }) => kind === 'exposure');
  /** A visit whose slate is seen: the first items of it, one after the other. */
  async function see(kit: ReturnType<typeof openKit>, placement = 'home') {
    const slate = await kit.slate(placement, LIST);
    for (const { itemId } of slate.items.slice(0, 2))
      await kit.record({ kind: 'impression', slateId: slate.slateId, itemId });
    await kit.flush();
    return slate;
  }

  test.each([
    ['an arm', given({ policy: { slots: 3 } }), [NEW]],
    ['control', given({}, { weights: [1, 0] }), [{ ...NEW, arm: 'control' }]],
    [
      'the holdout',
      { experiments: [], holdout: { key: 'all', share: 1 } },
      [{ experiment: 'all', arm: 'held', phase: 0 }],
    ],
  ])('of %s is told when its slate is seen, not when it is made', async (_, experiments, arms) => {
    const net = createNet();
    const kit = openKit({ ...SENDING, egress: 'events', fetch: net.fetch, experiments });
    await kit.slate('home', LIST);
    await kit.flush();
    expect(exposures(net)).toEqual([]);
    const { slateId, tier } = await see(kit);
    expect(exposures(net)).toMatchObject([{ arms, slateId, tier, placement: 'home', consent: 'events' }]);
  });

  test('is told once per session, experiment, arm and placement', async () => {
    const [net, storageName] = [createNet(), newName()];
    let now = NOON;
    const options = { ...SENDING, fetch: net.fetch, storageName, clock: () => now };
    const two = { experiments: [...given({}).experiments, { key: 'f', variations: [{}, {}], weights: [1, 0] }] };
    const kit = openKit({ ...options, experiments: given({}) });
    await see(kit);
    await see(kit);
    await see(kit, 'cart');
    expect(exposures(net).map(({ placement }) => placement)).toEqual(['home', 'cart']);
    await kit.close();
    // one more experiment is one more exposure, and only of that
    const next = openKit({ ...options, experiments: two });
    await see(next);
    expect(exposures(net).at(-1)).toMatchObject({ arms: [{ experiment: 'f', arm: '0' }] });
    now += HOUR_MS;
    await see(next);
    expect(exposures(net).at(-1)).toMatchObject({ arms: [{ experiment: 'e' }, { experiment: 'f' }] });
    expect(exposures(net)).toHaveLength(4);
  });

  test('that could not be stored is told with the next impression', async () => {
    const net = createNet();
    const kit = openKit({ ...SENDING, fetch: net.fetch, experiments: given({}) });
    const slate = await kit.slate('home', LIST);
    await kit.signals();
    const [first, second] = slate.items.map(
      ({ itemId }) => ({ kind: 'impression', slateId: slate.slateId, itemId }) as const,
    );
    const original = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')?.value as IDBObjectStore['put'];
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...row) {
      if (this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError');
      return original.apply(this, row);
    });
    expect(await kit.record(first)).toMatchObject({ code: 'storage_failed' });
    put.mockRestore();
    await kit.record(second);
    await kit.flush();
    expect(exposures(net)).toHaveLength(1);
  });

  test('is none of an arm that was asked for, of a slate without experiments, or where nothing may be measured', async () => {
    const net = createNet();
    const set = given({});
    for (const options of [
      { experiments: set, experimentOverrides: { e: 'new' } },
      {},
      { experiments: set, egress: 'none' as const },
      { experiments: set, consent: { personalisation: 'granted', measurement: 'denied' } as const },
    ])
      await see(openKit({ ...SENDING, fetch: net.fetch, ...options }));
    expect(exposures(net)).toEqual([]);
  });
});
