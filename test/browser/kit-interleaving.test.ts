import { afterEach, describe, expect, test, vi } from 'vitest';
import { slotDraw } from '../../src/core/slot-loop.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { LIST, NEW, OWN, RIVAL, createFolders, given, idsOf, openArm, own, rival } from './arms-fixture.ts';
import { SENDING } from './consent-fixture.ts';
import { createWorker, newName } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const INTERLEAVED = given({ interleave: '/rival/' });

/** The order of either bundle alone. */
async function listsOf(options: KitOptions = {}) {
  const [one, other] = [
    await openArm(options),
    await openArm({ ...options, experiments: given({ bundle: '/rival/' }) }),
  ];
  return { own: idsOf(await one.slate('home', LIST)), other: idsOf(await other.slate('home', LIST)) };
}

/** The paper's algorithm by the letter, for lists without rules. */
function draftOf({ slateId }: Slate, lists: { own: string[]; other: string[] }) {
  const [taken, sizes] = [[] as string[], { own: 0, other: 0 }];
  return lists.own.map(() => {
    const isOwn = sizes.own === sizes.other ? slotDraw(`${slateId}:team`, sizes.own) < 0.5 : sizes.own < sizes.other;
    const team = isOwn ? 'own' : 'other';
    const itemId = lists[team].find((id) => !taken.includes(id)) ?? '';
    taken.push(itemId);
    sizes[team]++;
    return [itemId, team];
  });
}

describe('an interleaved slate', () => {
  test.each([
    ['page', 'micro', null],
    ['worker', 'micro', createWorker],
    ['worker', 'wasm', createWorker],
  ] as const)('is drafted from the lists of both bundles by micro, on the %s with %s', async (_, maxTier, create) => {
    const lists = await listsOf();
    expect(lists.own).not.toEqual(lists.other);
    const kit = await openArm({ experiments: INTERLEAVED, maxTier, createWorker: create });
    const slate = await kit.slate('home', LIST);
    expect([slate.tier, slate.modelId, slate.otherModelId, slate.arms]).toEqual(['micro', OWN, RIVAL, [NEW]]);
    expect([slate.tierProblem, slate.problems]).toEqual([undefined, []]);
    expect(slate.items.map(({ itemId, team }) => [itemId, team])).toEqual(draftOf(slate, lists));
    expect(slate.items.map(({ position }) => position)).toEqual([...slate.items.keys()]);
    expect(new Set(slate.items.map(({ propensity }) => propensity))).toEqual(new Set([0.5, 1]));
    const next = await kit.slate('home', LIST);
    expect(next.items.map(({ itemId, team }) => [itemId, team])).toEqual(draftOf(next, lists));
  });

  test('draws nothing, though the policy explores', async () => {
    const policyOf = (positions: number[]) => ({ exploration: { positions, epsilon: 1, temperature: 1 } });
    const lists = await listsOf({ policy: policyOf([]) });
    const kit = await openArm({ experiments: INTERLEAVED, policy: policyOf([0, 1, 2, 3, 4, 5]) });
    const slate = await kit.slate('home', LIST);
    expect(slate.items.map(({ itemId, team }) => [itemId, team])).toEqual(draftOf(slate, lists));
  });

  test('misses no stronger engine, which it did not ask for', async () => {
    const kit = await openArm({ experiments: INTERLEAVED, maxTier: 'wasm', createWorker, wasmUrl: '/none.wasm' });
    const { tier, tierProblem, otherModelId } = await kit.slate('home', LIST);
    expect([tier, tierProblem, otherModelId]).toEqual(['micro', undefined, RIVAL]);
  });

  test('keeps pins and quotas, and names who is left', async () => {
    const author = { author: 'a', expiresAt: '2027-01-01T00:00:00Z' };
    const rules = {
      ...{ schemaVersion: 1, version: 'r' },
      rules: [
        { id: 'one', kind: 'pin', item: 'item-11', position: 1, ...author },
        { id: 'few', kind: 'quota', by: 'category', max: 2 },
      ],
    };
    const policy = { slots: 5, exploration: { positions: [0, 1, 2, 3], epsilon: 1, temperature: 1 } };
    for (let n = 0; n < 5; n++) {
      const kit = await openArm({ experiments: INTERLEAVED, rules, policy });
      const { items, left } = await kit.slate('home', LIST);
      expect(items[1]).toMatchObject({
        itemId: 'item-11',
        pinnedBy: 'one',
        trail: [{ step: 'pinned', ruleId: 'one' }],
      });
      expect(items[1]).not.toHaveProperty('team');
      expect(items.every(({ explored, position }) => !explored && position < 5)).toBe(true);
      const categories = items.map(({ candidate }) => candidate.category ?? '');
      for (const category of categories) expect(categories.filter((one) => one === category).length).toBeLessThan(3);
      expect([...items, ...left].map(({ itemId }) => itemId).toSorted()).toEqual(
        LIST.candidates.map(({ id }) => id).toSorted(),
      );
      await kit.close();
    }
  });

  test.each([
    ['cannot be had', createFolders({ '/bundle/': own })],
    ['is none', createFolders({ '/bundle/': own, '/rival/': new Map([['manifest.json', new Uint8Array([123])]]) })],
    [
      'lacks micro',
      createFolders({ '/bundle/': own, '/rival/': new Map([...rival].filter(([name]) => name !== 'micro.bin')) }),
    ],
  ])('whose other bundle %s is the own one, with a problem, and counts', async (_, net) => {
    const kit = await openArm({ experiments: INTERLEAVED }, net);
    const codes: string[] = [];
    kit.onProblem(({ code }) => codes.push(code));
    const slate = await kit.slate('home', LIST);
    expect([slate.modelId, slate.otherModelId, slate.arms]).toEqual([OWN, undefined, [NEW]]);
    expect(slate.items.every(({ team }) => team === undefined)).toBe(true);
    expect(slate.problems.map(({ code }) => code)).toEqual(['interleaving_unavailable']);
    await vi.waitFor(() => expect(codes).toContain('interleaving_unavailable'));
  });

  test('waits for the other bundle for half of what is left of the deadline, and no longer', async () => {
    const net = createFolders({ '/bundle/': own });
    const slow = {
      ...net,
      fetch: ((url: string, init: RequestInit) =>
        url.includes('/rival/') ? new Promise(() => undefined) : net.fetch(url, init)) as typeof fetch,
    };
    const kit = await openArm({ experiments: INTERLEAVED, deadlineMs: 400 }, slow);
    const started = performance.now();
    const slate = await kit.slate('home', LIST);
    expect(performance.now() - started).toBeLessThan(400);
    expect([slate.modelId, slate.problems.map(({ code }) => code)]).toEqual([OWN, ['interleaving_unavailable']]);
  });

  test('has no teams where there is nothing to rank by, and no reasons', async () => {
    const kit = await openArm({ experiments: INTERLEAVED });
    expect(await kit.reasons(await kit.slate('home', LIST))).toMatchObject({ code: 'reasons_unavailable' });
    await kit.erase();
    const slate = await kit.slate('home', LIST);
    expect([slate.tier, slate.problems, slate.otherModelId]).toEqual(['server', [], undefined]);
  });

  test('goes by consent as it is: the other worker reads what may be read by now', async () => {
    const anchored = { ...LIST, anchorItemId: 'item-2' };
    const open = (consent: 'pending' | 'granted') =>
      openArm({ experiments: INTERLEAVED, createWorker, unitId: 'u', consent });
    const kit = await open('pending');
    const before = await kit.slate('home', anchored);
    await kit.setConsent('granted');
    // what was done while the answer was awaited is stored now
    await vi.waitFor(async () => expect(await kit.signals()).toHaveLength(1));
    const after = await kit.slate('home', anchored);
    localStorage.clear();
    const wanted = await (await open('granted')).slate('home', anchored);
    expect([before, after, wanted].map(({ otherModelId }) => otherModelId)).toEqual([RIVAL, RIVAL, RIVAL]);
    const scores = ({ items }: Slate) =>
      new Map(items.flatMap(({ itemId, team, score }) => (team === 'other' ? [[itemId, score ?? 0]] : [])));
    const both = [...scores(after)].flatMap(([id, score]) => [
      [score, scores(wanted).get(id) ?? score, scores(before).get(id) ?? Number.NaN],
    ]);
    for (const [now, same] of both) expect(now).toBeCloseTo(same ?? Number.NaN, 4);
    expect(both.some(([now = 0, , then = now]) => Math.abs(now - then) > 0.001)).toBe(true);
  });
});

test('acts in it name the team, and at level training it is no decision that could be made again', async () => {
  const options = { ...SENDING, egress: 'training' as const, storageName: newName() };
  const kit = await openArm({ ...options, experiments: INTERLEAVED });
  const slate = await kit.slate('home', LIST);
  const { slateId } = slate;
  const acts = ['impression', 'click', 'add_to_cart', 'dismiss', 'purchase'] as const;
  for (const { itemId } of slate.items.slice(0, 2))
    for (const kind of acts) await kit.record({ kind, itemId, ...(kind !== 'purchase' && { slateId }) });
  await kit.flush();
  const events = kit.net.sent.flatMap((batch) => batch.events).filter((event) => event['slateId'] === slateId);
  const told = events.filter(({ kind }) => kind !== 'exposure').map(({ itemId, team }) => [itemId, team]);
  const [first, second] = slate.items.map(({ itemId, team }) => [itemId, team]);
  expect(told).toEqual([...Array<unknown>(5).fill(first), ...Array<unknown>(5).fill(second)]);
  expect(new Set([first?.[1], second?.[1]])).toEqual(new Set(['own', 'other']));
  expect(events.filter(({ kind }) => kind === 'exposure')).toMatchObject([{ arms: [NEW] }]);
  expect(events.some(({ kind }) => kind === 'slate' || kind === 'ranking')).toBe(false);
  await kit.close();
  // a slate of one bundle has no team, and is logged
  const plain = await openArm(options, kit.net);
  const { slateId: other, items } = await plain.slate('home', LIST);
  await plain.record({ kind: 'click', itemId: items[0]?.itemId ?? '', slateId: other });
  await plain.flush();
  const later = kit.net.sent.flatMap((batch) => batch.events).filter((event) => event['slateId'] === other);
  expect(later.map(({ kind, team }) => [kind, team])).toEqual([
    ['slate', undefined],
    ['ranking', undefined],
    ['click', undefined],
  ]);
});
