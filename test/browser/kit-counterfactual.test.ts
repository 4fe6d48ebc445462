import { afterEach, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { LIST as SHORT, given as armed, openArm } from './arms-fixture.ts';
import { SENDING } from './consent-fixture.ts';
import { candidates, createNet, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const LIST = { candidates: candidates(30) };
const LAST = LIST.candidates[29].id;
const META = [{ key: 'control' }, { key: 'new' }];
/** Everybody is in the second arm. */
const given = (change: object, more: object = {}) => ({
  experiments: [{ key: 'e', variations: [{}, change], meta: META, weights: [0, 1], ...more }],
});
const ids = ({ items }: Pick<Slate, 'items'>): string[] => items.map(({ itemId }) => itemId);
const rulesOf = (...rules: object[]) => ({ schemaVersion: 1, version: 'own', rules });
const pin = (position: number) => ({
  ...{ id: 'one', kind: 'pin', item: LAST, position, author: 'a', expiresAt: '2027-01-01T00:00:00Z' },
});
const FREQUENCY = { id: 'often', kind: 'frequency', max: 1, windowMs: 3_600_000 };
/** Draws that fall anywhere, by the id of the slate, which is the same for every kit. */
const DRAWS = { exploration: { positions: [0, 2], epsilon: 1, temperature: 1 } };

/** The slate of a visitor who has seen something; ids and draws are the same in every kit. */
async function makeSeen(options: KitOptions, request: object = {}) {
  const kit = openKit({ random: () => 0.4, policy: DRAWS, ...options });
  kit.describe(LIST.candidates);
  await kit.record({ kind: 'view', itemId: LIST.candidates[3].id });
  return kit.slate('home', { ...LIST, ...request });
}

describe('what control would have shown', () => {
  test.each([
    ['control', given({ order: 'server' }, { weights: [1, 0] })],
    ['an arm that changes nothing', given({})],
    ['the holdout', { ...given({ policy: { slots: 3 } }), holdout: { key: 'all', share: 1 } }],
  ])('is for %s what it shows', async (_, experiments) => {
    const slate = await makeSeen({ experiments });
    expect(slate.controlTopK).toEqual(ids(slate).slice(0, 20));
    expect(slate.controlTopK).toHaveLength(20);
  });

  test.each([
    ['policy', { policy: { diversity: 0, exploration: { positions: [1], epsilon: 1 } } }],
    ['rules', { rules: rulesOf(pin(0)) }],
    ['order', { order: 'server' }],
    ['all of them', { policy: false, rules: rulesOf(pin(4)), order: 'server' }],
  ])('is for an arm with other %s what a kit without experiments shows', async (_, change) => {
    const rules = rulesOf(pin(7));
    const without = await makeSeen({ rules });
    const slate = await makeSeen({ rules, experiments: given(change) });
    expect(ids(slate)).not.toEqual(ids(without));
    expect(slate.controlTopK).toEqual(ids(without).slice(0, 20));
  });

  test('is as long as the slate', async () => {
    const without = await makeSeen({});
    const short = await makeSeen({ experiments: given({ policy: { slots: 3 } }) });
    expect([ids(short), short.controlTopK]).toEqual([ids(without).slice(0, 3), ids(without).slice(0, 3)]);
    const long = await makeSeen({ policy: { slots: 2 }, experiments: given({ policy: { slots: 9 } }) });
    expect([ids(long).length, long.controlTopK?.length]).toEqual([9, 2]);
  });

  test('has what everybody gets, and nothing of arms that count', async () => {
    const [forced] = given({ rules: rulesOf(pin(2)) }, { key: 'f', force: 1 }).experiments;
    const [counted] = given({ rules: rulesOf(pin(0)), order: 'server' }).experiments;
    const without = await makeSeen({ experiments: { experiments: [forced] } });
    const slate = await makeSeen({ experiments: { experiments: [forced, counted] } });
    expect([without.arms, without.controlTopK, slate.arms.length]).toEqual([[], undefined, 1]);
    expect([ids(without)[2], ids(slate)[0]]).toEqual([LAST, LAST]);
    expect(slate.controlTopK).toEqual(ids(without).slice(0, 20));
  });

  test('goes by the rules of a list that brings its own', async () => {
    const list = { candidates: { items: LIST.candidates, rules: rulesOf(pin(2)) } };
    const without = await makeSeen({}, list);
    const slate = await makeSeen({ experiments: given({ rules: rulesOf(pin(0)), policy: false }) }, list);
    expect([ids(slate)[2], slate.controlTopK]).toEqual([LAST, ids(without).slice(0, 20)]);
  });

  test('counts what the kit’s own rules ask for, where the arm has others', async () => {
    const shown = async (options: KitOptions) => {
      const kit = openKit({ rules: rulesOf(FREQUENCY), ...options });
      const { slateId, items } = await kit.slate('home', LIST);
      await kit.record({ kind: 'impression', slateId, itemId: items[1].itemId });
      return { seen: items[1].itemId, slate: await kit.slate('home', LIST) };
    };
    const without = await shown({});
    const { slate, seen } = await shown({ experiments: given({ rules: rulesOf(pin(5)) }) });
    expect([ids(without.slate).includes(seen), ids(slate).includes(seen)]).toEqual([false, true]);
    expect(slate.controlTopK).toEqual(ids(without.slate).slice(0, 20));
  });

  test('is what the first arm makes of it, where that changes something', async () => {
    const [change, other] = [{ rules: rulesOf(pin(1)) }, { policy: { slots: 25 } }];
    const first = await makeSeen({ experiments: given(change) });
    for (const arm of [{}, other]) {
      const slate = await makeSeen({ experiments: given({}, { variations: [change, arm] }) });
      expect([ids(slate)[1] === LAST, slate.controlTopK]).toEqual([false, ids(first).slice(0, 20)]);
    }
  });

  test.each([
    ['signals', { signals: { without: ['ga4'] } }, {}],
    ['signals, the other way round', {}, { signals: { without: ['ga4'] } }],
    ['features', {}, { features: { without: ['popular'] } }],
    [
      'both, and in another order',
      { signals: { without: ['ga4'] } },
      { features: { without: ['popular'] }, order: 'server' },
    ],
    ['features where control has the server’s order', { order: 'server' }, { features: { without: ['popular'] } }],
  ])('is ranked as control ranks, where arms rank by other %s', async (_, one, other) => {
    const make = async (weights: number[]) => {
      const experiments = given({}, { variations: [one, other], weights });
      const kit = await openArm({ random: createRandom(1), policy: DRAWS, experiments });
      for (const itemId of ['item-1', 'item-5', 'item-8'])
        await kit.record({ kind: 'add_to_cart', itemId, via: 'ga4' });
      return kit.slate('home', SHORT);
    };
    const [control, slate] = [await make([1, 0]), await make([0, 1])];
    expect(ids(slate)).not.toEqual(ids(control));
    expect([slate.controlTopK, control.controlTopK]).toEqual([ids(control), ids(control)]);
  });

  test('is unknown where arms rank other candidates, but in control', async () => {
    const source = { source: '/other.json' };
    expect(await makeSeen({ experiments: given({}, { variations: [source, {}] }) })).not.toHaveProperty('controlTopK');
    const control = await makeSeen({ experiments: given({}, { variations: [source, {}], weights: [1, 0] }) });
    expect(control.controlTopK).toEqual(ids(control).slice(0, 20));
    // by the same others in both arms it is known
    const without = await makeSeen({ experiments: given(source) });
    const slate = await makeSeen({ experiments: given({}, { variations: [source, { ...source, policy: false }] }) });
    expect([ids(slate) === ids(without), slate.controlTopK]).toEqual([false, ids(without).slice(0, 20)]);
  });

  test('is what is shown where only the looks are others', async () => {
    const slate = await makeSeen({ experiments: given({ layout: 'grid' }) });
    expect(slate.controlTopK).toEqual(ids(slate).slice(0, 20));
  });

  test('is unknown in an arm with another bundle, and the own list beside an interleaved slate', async () => {
    const show = async (change: object, weights = [0, 1]) =>
      (await openArm({ experiments: armed(change, { weights }) })).slate('home', SHORT);
    const [tried, control, drafted] = [
      await show({ bundle: '/rival/' }),
      await show({ bundle: '/rival/' }, [1, 0]),
      await show({ interleave: '/rival/' }),
    ];
    expect(tried).not.toHaveProperty('controlTopK');
    expect(tried.diversity).toBeGreaterThan(0);
    expect(control.controlTopK).toEqual(ids(control));
    expect(ids(drafted)).not.toEqual(ids(control));
    expect([drafted.otherModelId === undefined, drafted.controlTopK]).toEqual([false, ids(control)]);
  });

  test('is unknown without an experiment', async () => {
    for (const options of [{}, { experiments: given({}, { placements: ['cart'] }) }]) {
      const slate = await makeSeen(options);
      expect(slate).not.toHaveProperty('controlTopK');
      expect(slate).not.toHaveProperty('diversity');
    }
  });
});

test('the server’s order knows the visitor, as an arm and for who is held out', async () => {
  const server = await makeSeen({ experiments: given({ order: 'server' }) });
  expect([server.tier, server.signalAgeMs, server.modelId, server.problems]).toEqual(['server', 0, '', []]);
  expect(ids(server)).toEqual(LIST.candidates.map(({ id }) => id));
  expect(server.items.map(({ score }) => score)).toEqual(server.items.map(() => null));
  const held = await makeSeen({ experiments: { experiments: [], holdout: { key: 'all', share: 1 } } });
  expect([held.tier, held.signalAgeMs, held.problems]).toEqual(['server', 0, []]);
});

test('an exposure tells it, with how diverse the slate was and who made the unit', async () => {
  const net = createNet();
  for (const unitId of [undefined, 'u']) {
    const options = { ...SENDING, fetch: net.fetch, experiments: given({ order: 'server' }) };
    const kit = openKit({ ...options, ...(unitId !== undefined && { unitId }) });
    const { slateId, items, controlTopK, diversity } = await kit.slate('home', LIST);
    expect(diversity).toBeGreaterThan(0);
    await kit.record({ kind: 'impression', slateId, itemId: items[0].itemId });
    await kit.flush();
    const exposures = net.sent.flatMap(({ events }) => events).filter(({ kind }) => kind === 'exposure');
    const unitSource = unitId === undefined ? 'device' : 'site';
    expect(exposures.at(-1)).toMatchObject({ slateId, controlTopK, diversity, unitSource });
  }
});
