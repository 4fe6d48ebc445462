import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type KitOptions, createKit } from '../../src/index.ts';
import { createSigner } from '../signer.ts';
import { LIST, NEW, OWN, RIVAL, createFolders, given, idsOf, openArm, own, rival } from './arms-fixture.ts';
import { createWorker, holdState, newName, openKit } from './kit-fixture.ts';
import { SENDING } from './consent-fixture.ts';

afterEach(() => localStorage.clear());

const RIVAL_ARM = given({ bundle: '/rival' });

describe('an arm with a bundle', () => {
  test.each([
    ['page', 'micro', null],
    ['worker', 'micro', createWorker],
    ['worker', 'wasm', createWorker],
  ] as const)('ranks by it, on the %s by %s, and the kit’s own is not fetched', async (_, maxTier, create) => {
    const kit = await openArm({ experiments: RIVAL_ARM, maxTier, createWorker: create });
    const slate = await kit.slate('home', LIST);
    expect([slate.tier, slate.modelId, slate.arms, slate.problems]).toEqual([maxTier, RIVAL, [NEW], []]);
    expect([...kit.net.asked]).toEqual(['/rival/']);
    const control = await openArm({ experiments: given({ bundle: '/rival' }, { weights: [1, 0] }) });
    const other = await control.slate('home', LIST);
    expect([other.modelId, other.arms, [...control.net.asked]]).toEqual([
      OWN,
      [{ ...NEW, arm: 'control' }],
      ['/bundle/'],
    ]);
    expect(idsOf(other)).not.toEqual(idsOf(slate));
  });

  test('that cannot be had counts all the same: the linear blend stands in for it', async () => {
    const kit = await openArm({ experiments: given({ bundle: '/missing/' }) });
    const slate = await kit.slate('home', LIST);
    expect([slate.tier, slate.modelId, slate.arms]).toEqual(['linear', '', [NEW]]);
    expect(slate.tierProblem?.code).toBe('bundle_unreachable');
  });

  test('needs a signature where the kit has keys, and is remembered by its own address', async () => {
    const signer = await createSigner();
    const storageName = newName();
    const signed = createFolders({
      '/bundle/': await signer.sign(own),
      '/rival/': await signer.sign(rival, { release: 7 }),
    });
    const options = { experiments: RIVAL_ARM, bundleKeys: signer.publicKey, storageName };
    const unsigned = await openArm(options);
    expect((await unsigned.slate('home', LIST)).tierProblem?.code).toBe('bundle_signature_missing');
    await unsigned.close();
    const first = await openArm(options, signed);
    expect((await first.slate('home', LIST)).modelId).toBe(RIVAL);
    await first.close();
    // release 1 of the own bundle is no step back behind release 7 of the other
    const back = await openArm({ ...options, experiments: undefined }, signed);
    expect((await back.slate('home', LIST)).modelId).toBe(OWN);
    await back.close();
    const offline = await openArm(options, createFolders({}));
    expect((await offline.slate('home', LIST)).modelId).toBe(RIVAL);
  });

  test('of two the later has its way, and both count', async () => {
    const two = [given({ bundle: '/missing/' }), given({ bundle: '/rival/' }, { key: 'f' })].flatMap(
      ({ experiments }) => experiments,
    );
    const kit = await openArm({ experiments: { experiments: two } });
    const slate = await kit.slate('home', LIST);
    expect([slate.modelId, slate.arms]).toEqual([RIVAL, [NEW, { ...NEW, experiment: 'f' }]]);
  });

  test('for quality assurance loads it, counts nowhere, and the slate says who asked', async () => {
    const experimentOverrides = { e: 'new' };
    const kit = await openArm({ experiments: given({ bundle: '/rival/' }, { weights: [1, 0] }), experimentOverrides });
    const slate = await kit.slate('home', LIST);
    expect([slate.modelId, slate.arms, slate.overridden]).toEqual([RIVAL, [], [{ experiment: 'e', arm: 'new' }]]);
  });

  test('that is asked for is shown to who is held out, whose slate then counts for nothing', async () => {
    const experiments = { ...RIVAL_ARM, holdout: { key: 'all', share: 1 } };
    const asked = await openArm({ experiments, experimentOverrides: { e: 'new' } });
    const [shown, held] = [await asked.slate('home', LIST), await (await openArm({ experiments })).slate('home', LIST)];
    expect([shown.modelId, shown.arms, shown.overridden?.length]).toEqual([RIVAL, [], 1]);
    expect([held.modelId, held.arms, held.overridden]).toEqual([
      '',
      [{ experiment: 'all', arm: 'held', phase: 0 }],
      undefined,
    ]);
  });

  test.each([
    ['the arm', [0, 1]],
    ['control', [1, 0]],
  ])('after an erasure no slate of %s counts until the next page', async (_, weights) => {
    const experiments = {
      experiments: [...given({ bundle: '/rival/' }, { weights }).experiments, ...given({}, { key: 'f' }).experiments],
    };
    const storageName = newName();
    const kit = await openArm({ experiments, storageName });
    expect((await kit.slate('home', LIST)).arms.map(({ experiment }) => experiment)).toEqual(['e', 'f']);
    await kit.erase();
    expect((await kit.slate('home', LIST)).arms.map(({ experiment }) => experiment)).toEqual(['f']);
    await kit.close();
    const next = await openArm({ experiments, storageName });
    expect((await next.slate('home', LIST)).arms.map(({ experiment }) => experiment)).toEqual(['e', 'f']);
  });

  test('chosen before there was a unit: neither arm counts on this page', async () => {
    for (const weights of [
      [0, 1],
      [1, 0],
    ]) {
      const experiments = given({ bundle: '/rival/' }, { weights });
      const kit = await openArm({ ...SENDING, experiments, consent: 'pending' });
      await kit.setConsent('granted');
      await kit.record({ kind: 'view', itemId: 'item-3' });
      const slate = await kit.slate('home', LIST);
      expect([slate.modelId, slate.arms]).toEqual([OWN, []]);
      await kit.close();
      localStorage.clear();
    }
  });

  test('where storage does not answer in time the own bundle loads, and neither arm counts', async () => {
    for (const weights of [
      [0, 1],
      [1, 0],
    ]) {
      const storageName = newName();
      await (await openArm({ storageName })).close();
      const letGo = await holdState(storageName);
      const net = createFolders({ '/bundle/': own, '/rival/': rival });
      const experiments = given({ bundle: '/rival/' }, { weights });
      const options = { bundleUrl: '/bundle/', maxTier: 'micro', storageName, experiments, deadlineMs: 60 } as const;
      const kit = openKit({ ...options, fetch: net.fetch });
      await vi.waitFor(() => expect([...net.asked]).toEqual(['/bundle/']));
      letGo();
      await kit.ready();
      // the assignment is there by now, and the bundle is not by it
      await vi.waitFor(async () => expect(await kit.assignments()).toMatchObject([{ reason: 'assigned' }]));
      const slate = await kit.slate('home', LIST);
      expect([slate.modelId === RIVAL, slate.arms]).toEqual([false, []]);
    }
  });

  test('is refused where it cannot be what it says', async () => {
    const cases: [object, KitOptions][] = [
      [given({ bundle: '/rival/' }, { placements: ['home'] }), {}],
      [given({ bundle: 'javascript:x' }), {}],
      [given({ bundle: 'http://' }), {}],
      [given({ bundle: '/rival/' }), { bundleUrl: null }],
      [given({ interleave: '/rival/' }), { bundleUrl: null }],
    ];
    for (const [experiments, options] of cases) {
      const { fetch } = createFolders({ '/bundle/': own });
      const kit = openKit({ bundleUrl: '/bundle/', fetch, maxTier: 'micro', experiments, ...options });
      const codes: string[] = [];
      kit.onProblem(({ code }) => codes.push(code));
      await vi.waitFor(() => expect(codes).toContain('experiment_invalid'));
      expect((await kit.slate('home', LIST)).arms).toEqual([]);
    }
  });

  test('only sites whose experiments name one wait for the assignment', async () => {
    // a database that never opens: no assignment ever
    vi.spyOn(IDBFactory.prototype, 'open').mockReturnValue({ addEventListener: () => undefined } as never);
    const asked = [given({ order: 'server' }), given({ bundle: '/rival/' })].map((experiments) => {
      const net = createFolders({ '/bundle/': own, '/rival/': rival });
      const kit = createKit({
        bundleUrl: '/bundle/',
        fetch: net.fetch,
        experiments,
        deadlineMs: 2000,
        createWorker: null,
      });
      // closing waits for the database
      onTestFinished(() => void kit.close());
      return net.asked;
    });
    await vi.waitFor(() => expect([...(asked[0] ?? [])]).toEqual(['/bundle/']), { timeout: 500 });
    expect(asked[1]?.size).toBe(0);
    await vi.waitFor(() => expect([...(asked[1] ?? [])]).toEqual(['/bundle/']), { timeout: 5000 });
  });
});

describe('what ranking does not read', () => {
  const scoresOf = async (options: KitOptions, mode: 'page' | 'worker' | 'wasm') => {
    const kit = await openArm({
      ...options,
      createWorker: mode === 'page' ? null : createWorker,
      maxTier: mode === 'wasm' ? 'wasm' : 'micro',
    });
    await kit.record({ kind: 'view', itemId: 'item-5', via: 'ga4' });
    await kit.record({ kind: 'dismiss', itemId: 'item-7', via: 'ga4' });
    const slate = await kit.slate('home', LIST);
    const reasons = await kit.reasons(slate);
    return {
      ...{ slate, reasons, tier: slate.tier },
      scores: new Map(slate.items.map(({ itemId, score }) => [itemId, Number(score?.toFixed(3))])),
    };
  };

  test.each(['page', 'worker', 'wasm'] as const)('signals of a source: as if it did not tell, on %s', async (mode) => {
    const [all, less] = [
      await scoresOf({}, mode),
      await scoresOf({ experiments: given({ signals: { without: ['ga4'] } }) }, mode),
    ];
    expect(less.slate.arms).toEqual([NEW]);
    expect([all.scores.size, less.scores.size]).toEqual([11, 11]);
    // what was dismissed stays away, whoever told
    for (const { slate } of [all, less]) expect(slate.left.map(({ itemId }) => itemId)).toEqual(['item-7']);
    expect(less.scores).not.toEqual(all.scores);
    const without = await openArm({
      createWorker: mode === 'page' ? null : createWorker,
      maxTier: mode === 'wasm' ? 'wasm' : 'micro',
    });
    const plain = await without.slate('home', LIST);
    const wanted = plain.items.flatMap(({ itemId, score }) =>
      itemId === 'item-7' ? [] : [[itemId, Number(score?.toFixed(3))] as const],
    );
    expect(less.scores).toEqual(new Map(wanted));
    // reasons are of these scores, and name nothing that was left out
    if (!(less.reasons instanceof Map)) throw new Error(JSON.stringify(less.reasons));
    const named = [...(less.reasons as Map<string, { signal?: { itemId?: string } }[]>).values()]
      .flat()
      .map(({ signal }) => signal?.itemId);
    expect(named).toContain('item-3');
    expect(named).not.toContain('item-5');
  });

  test.each(['page', 'worker', 'wasm'] as const)(
    'groups of features, on %s: no score and no reason has them',
    async (mode) => {
      const [all, less] = [
        await scoresOf({}, mode),
        await scoresOf({ experiments: given({ features: { without: ['popular'] } }) }, mode),
      ];
      expect([all.tier, less.tier]).toEqual(Array(2).fill(mode === 'wasm' ? 'wasm' : 'micro'));
      expect(less.scores).not.toEqual(all.scores);
      const kinds = ({ reasons }: typeof all) =>
        [...(reasons as Map<string, { kind: string }[]>).values()].flat().map(({ kind }) => kind);
      expect([kinds(all).includes('popular'), kinds(less).includes('popular')]).toEqual([true, false]);
    },
  );

  test('adds up over experiments, and two placements of one page differ', async () => {
    const experiments = {
      experiments: [
        ...given({ signals: { without: ['ga4'] } }, { placements: ['home'] }).experiments,
        ...given({ signals: { without: ['gtm'] } }, { key: 'f' }).experiments,
      ],
    };
    const kit = await openArm({ experiments });
    const scores = async (placement: string) =>
      (await kit.slate(placement, LIST)).items.map(({ itemId, score }) => [itemId, score]);
    const before = await scores('home');
    await kit.record({ kind: 'view', itemId: 'item-6', via: 'gtm' });
    expect([await scores('home'), await scores('cart')]).toEqual([before, before]);
    await kit.record({ kind: 'view', itemId: 'item-8', via: 'ga4' });
    expect(await scores('home')).toEqual(before);
    expect(await scores('cart')).not.toEqual(before);
    expect(await scores('home')).toEqual(before);
  });
});

test('an arm changes exploration alone', async () => {
  const exploration = { positions: [0], epsilon: 1, temperature: 1 };
  const kit = await openArm({ experiments: given({ policy: { exploration } }) });
  const slate = await kit.slate('home', LIST);
  expect(slate.items.map(({ propensity }) => propensity)).toEqual([1 / 12, ...Array<number>(11).fill(1)]);
  const control = await openArm({ experiments: given({ policy: { exploration } }, { weights: [1, 0] }) });
  expect((await control.slate('home', LIST)).items.every(({ propensity }) => propensity === 1)).toBe(true);
});

describe('the arrangement of a placement', () => {
  test('names source and layout, and nothing without an arm', async () => {
    const experiments = given({ source: '/b.json', layout: 'grid' }, { placements: ['home'] });
    const kit = openKit({ experiments });
    expect(await kit.arrangement('home')).toEqual({ source: `${location.origin}/b.json`, layout: 'grid' });
    expect(await kit.arrangement('cart')).toEqual({});
    expect(await openKit({}).arrangement('home')).toEqual({});
    expect((await kit.slate('home', LIST)).arms).toEqual([NEW]);
    await kit.close();
    expect(await kit.arrangement('home')).toEqual({});
  });

  test('is none where storage does not answer or fails', async () => {
    const kit = openKit({ experiments: given({ layout: 'grid' }), deadlineMs: 60 });
    await kit.signals();
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new Error('broken');
    });
    expect(await kit.arrangement('home')).toEqual({});
  });
});
