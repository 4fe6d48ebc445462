import { GrowthBook } from '@growthbook/growthbook';
import { describe, expect, test } from 'vitest';
import { assign, assignAll, isHeld, stickyKey } from '../../src/core/assignment.ts';
import { armOf, bucketOf, rangesOf } from '../../src/core/bucketing.ts';
import { type Experiment, parseExperiments } from '../../src/core/experiment.ts';
import { createRandom } from '../../src/core/random.ts';
import { createConditionMaker, makeSubject, pick } from './condition-maker.ts';
import { makeExperiment, makeUnit } from './experiment-maker.ts';

const SEED = 20_261_122;

function parse(...experiments: readonly object[]): readonly Experiment[] {
  const { set, problems } = parseExperiments({ experiments });
  expect(problems).toEqual([]);
  return set.experiments;
}

/** GrowthBook's SDK on the same experiment, subject and sticky buckets: arm, and whether it counts. */
function byGrowthBook(given: object, attributes: Record<string, unknown>, sticky: Record<string, string> | null) {
  const { hashAttribute = 'id' } = given as { hashAttribute?: string };
  const value = String(attributes[hashAttribute]);
  const docs = {
    [`${hashAttribute}||${value}`]: { attributeName: hashAttribute, attributeValue: value, assignments: sticky ?? {} },
  };
  const stickyBucketService = {
    getAssignments: null,
    saveAssignments: () => Promise.resolve(),
    getAllAssignments: () => Promise.resolve({}),
  };
  const sdk = new GrowthBook({
    attributes,
    log: () => undefined,
    ...(sticky && { stickyBucketService: stickyBucketService as never, stickyBucketAssignmentDocs: docs }),
  });
  const { variationId, inExperiment, hashUsed } = sdk.run({ ...given, hashVersion: 2 } as never);
  sdk.destroy();
  return { index: variationId, isIn: inExperiment && hashUsed === true, got: inExperiment };
}

test(`100,000 random experiments and subjects are assigned as GrowthBook's SDK does, seed ${String(SEED)}`, () => {
  const random = createRandom(SEED);
  const makeCondition = createConditionMaker(random);
  const reasons = new Map<string, number>();
  for (let n = 0; n < 100_000; n++) {
    const given = makeExperiment(random);
    const attributes = { ...makeSubject(random), id: makeUnit(random), account: makeUnit(random) };
    const withCondition = random() < 0.3 ? { ...given, condition: makeCondition() } : given;
    const [experiment] = parse(withCondition);
    const versions = [0, 1, 2].map((bucketVersion) => stickyKey({ key: given.key, bucketVersion }));
    const sticky = random() < 0.4 ? { [pick(random, versions)]: pick(random, ['arm-0', 'arm-1', 'arm-9']) } : {};
    const ours = assign(experiment, { attributes, sticky });
    const theirs = byGrowthBook(withCondition, attributes, sticky);
    reasons.set(ours.reason, (reasons.get(ours.reason) ?? 0) + 1);
    const isForced = ours.reason === 'forced';
    if (ours.index !== theirs.index || (ours.isIn || isForced) !== theirs.got || (ours.isIn && !theirs.isIn))
      expect({ given: withCondition, attributes, sticky, ours }).toEqual(theirs);
  }
  // each way to come out has been met, or the comparison says nothing of it
  for (const reason of [
    'assigned',
    'sticky',
    'forced',
    'draft',
    'stopped',
    'no_unit',
    'layer',
    'condition',
    'coverage',
    'bucket_version',
  ])
    expect(reasons.get(reason) ?? 0, reason).toBeGreaterThan(100);
}, 120_000);

const ARMS = { variations: [{}, {}], meta: [{ key: 'control' }, { key: 'new' }] };
const subject = (id: string, more: object = {}) => ({ attributes: { id }, ...more });

describe('a set', () => {
  test('the holdout comes before every experiment, and nothing else moves when it is taken away', () => {
    const experiments = [
      { key: 'one', ...ARMS },
      { key: 'two', ...ARMS, coverage: 0.5 },
    ];
    const { set } = parseExperiments({ holdout: { key: 'held', share: 0.1 }, experiments });
    let held = 0;
    for (let i = 0; i < 5_000; i++) {
      const one = subject(`unit-${String(i)}`);
      const all = assignAll(set, one);
      if (isHeld(set.holdout, one)) {
        held++;
        expect(all.map(({ reason, arm, isIn }) => [reason, arm, isIn])).toEqual(
          Array.from({ length: 2 }, () => ['holdout', 'control', false]),
        );
      } else expect(all).toEqual(assignAll({ ...set, holdout: null }, one));
    }
    // 3.3 standard errors of a binomial about 500
    expect(Math.abs(held - 500)).toBeLessThan(70);
  });

  test('an override gives its arm and counts nowhere, also in the holdout, a draft and without a unit', () => {
    const { set } = parseExperiments({
      holdout: { key: 'held', share: 1 },
      experiments: [{ key: 'one', ...ARMS, status: 'draft' }],
    });
    for (const attributes of [{ id: 'a' }, {}]) {
      const [assignment] = assignAll(set, { attributes, overrides: { one: 'new' } });
      expect(assignment).toMatchObject({ arm: 'new', isIn: false, reason: 'override' });
      // of an arm that does not exist
      expect(assignAll(set, { attributes, overrides: { one: 'none' } })[0]).toMatchObject({
        arm: 'control',
        isIn: false,
      });
    }
  });

  test.each([
    ['no set', 5, 'experiments must be an object'],
    ['a share', { experiments: [{ key: 'x', ...ARMS, coverage: 1.1 }] }, '"coverage" must be a number from 0 to 1'],
    ['hash 1', { experiments: [{ key: 'x', ...ARMS, hashVersion: 1 }] }, '"hashVersion" must be 2'],
    ['weights', { experiments: [{ key: 'x', ...ARMS, weights: [0.5, 0.6] }] }, '"weights" add up to 1.1'],
    [
      'overlap',
      {
        experiments: [
          {
            key: 'x',
            ...ARMS,
            ranges: [
              [0, 0.6],
              [0.5, 1],
            ],
          },
        ],
      },
      'overlap',
    ],
    ['arms', { experiments: [{ key: 'x', ...ARMS, meta: [{ key: 'a' }, { key: 'a' }] }] }, 'same key'],
    ['a condition', { experiments: [{ key: 'x', ...ARMS, condition: { a: { $like: 1 } } }] }, '"condition" must be'],
    ['force', { experiments: [{ key: 'x', ...ARMS, force: 2 }] }, '"force" names no arm'],
    ['a holdout', { experiments: [], holdout: { share: 0.1 } }, 'the holdout is not kept'],
    [
      'a prototype',
      { experiments: [JSON.parse('{"key":"x","variations":[1,2],"__proto__":1}')] },
      'no field "__proto__"',
    ],
  ])('%s that is wrong runs nothing and is named', (_, input, message) => {
    const { set, problems } = parseExperiments(input);
    expect([set.experiments, set.holdout]).toEqual([[], null]);
    expect(problems).toMatchObject([
      { code: 'experiment_invalid', message: expect.stringContaining(message) as string },
    ]);
  });
});

describe('bucketing', () => {
  const ids = Array.from({ length: 1_000_000 }, (_, i) => `unit-${String(i)}`);

  test('1,000,000 ids are uniform over 100 parts', () => {
    for (const seed of ['checkout', 'späße', '']) {
      const counts = new Float64Array(100);
      for (const id of ids) counts[Math.floor(bucketOf(seed, id) * 100)] += 1;
      const expected = ids.length / 100;
      const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 99.9 % point of chi-squared with 99 degrees of freedom, NIST/SEMATECH e-Handbook 1.3.6.7.4
      expect(chi2).toBeLessThan(148.23);
    }
  });

  test('20 experiments are pairwise independent', () => {
    const some = ids.slice(0, 200_000);
    const halves = Array.from({ length: 20 }, (_, n) =>
      Uint8Array.from(some, (id) => (bucketOf(`experiment-${String(n)}`, id) < 0.5 ? 1 : 0)),
    );
    const table = (one: Uint8Array, other: Uint8Array): number => {
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < one.length; i++) counts[one[i] * 2 + other[i]] += 1;
      const [a, b, c, d] = counts;
      const n = one.length;
      return (n * (a * d - b * c) ** 2) / ((a + b) * (c + d) * (a + c) * (b + d));
    };
    const all = halves.flatMap((one, i) => halves.slice(i + 1).map((other) => table(one, other)));
    expect(all).toHaveLength(190);
    // 99.9 % point of chi-squared with 1 degree of freedom, over 190 pairs (Bonferroni: 1 - .001 / 190)
    expect(Math.max(...all)).toBeLessThan(20.9);
  });

  test('coverage from 10 to 100 % moves nobody', () => {
    const weights = [0.2, 0.5, 0.3];
    const steps = [0.1, 0.25, 0.5, 0.75, 1].map((coverage) => rangesOf(weights, coverage));
    const moved = ids.slice(0, 100_000).filter((id) => {
      const arms = steps.map((ranges) => armOf(bucketOf('ramp', id), ranges));
      const first = arms.findIndex((arm) => arm >= 0);
      return arms.slice(Math.max(0, first)).some((arm) => arm !== arms[Math.max(0, first)]) || arms.at(-1) === -1;
    });
    expect(moved).toEqual([]);
  });

  test('golden buckets of the SDK’s own cases', () => {
    // "hash" in packages/sdk-js/test/cases.json of growthbook/growthbook
    const cases = [
      ['seed', 'a', 0.0505],
      ['seed', 'b', 0.2696],
      ['foo', 'ab', 0.2575],
      ['foo', 'def', 0.2019],
      ['90850943850283058242805', '123', 0.7516],
    ] as const;
    expect(cases.map(([seed, value]) => bucketOf(seed, value))).toEqual(cases.map(([, , bucket]) => bucket));
  });
});
