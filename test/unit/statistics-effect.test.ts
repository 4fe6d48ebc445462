import { describe, expect, test } from 'vitest';
import { alwaysValidInterval } from '../../collector/statistics/always-valid.ts';
import { adjustByCovariate } from '../../collector/statistics/cuped.ts';
import {
  type JointMoments,
  NO_JOINT_MOMENTS,
  addPair,
  mergeJointMoments,
} from '../../collector/statistics/joint-moments.ts';
import { type EffectInput, type MetricEffect, measureEffect } from '../../collector/statistics/metric-effect.ts';
import { judgeNonInferiority } from '../../collector/statistics/non-inferiority.ts';
import { ratioMoments } from '../../collector/statistics/ratio-metric.ts';
import { alwaysValidLift, compareRelatively } from '../../collector/statistics/relative-effect.ts';
import { checkSampleRatio } from '../../collector/statistics/sample-ratio.ts';
import { compareMeans } from '../../collector/statistics/welch.ts';
import { createRandom, gaussian } from '../../src/core/random.ts';
import { FAR } from './statistics.ts';

type Pair = readonly [y: number, x: number];
const jointOf = (pairs: readonly Pair[]): JointMoments =>
  pairs.reduce((moments, [y, x]) => addPair(moments, y, x), NO_JOINT_MOMENTS);
const valuesOf = (...values: readonly number[]): JointMoments => jointOf(values.map((y) => [y, 0]));
const measure = (input: Partial<EffectInput> & Pick<EffectInput, 'control' | 'treatment'>) =>
  measureEffect({ kind: 'mean', alpha: 0.05, tunedFor: 100, ...input });
const effectOf = (input: Parameters<typeof measure>[0]): MetricEffect => {
  const effect = measure(input);
  if (effect.kind === 'insufficient') throw new Error(effect.reason);
  return effect;
};
const OPTIONS = { alpha: 0.05, tunedFor: 100 };

describe('joint moments', () => {
  test('of parts are those of the whole, and those of numbers far from 0 are exact', () => {
    // 1e9 + 1 to 4: squares 5, products with (8, 6, 4, 2) -10
    const pairs: Pair[] = [1, 2, 3, 4].map((i) => [1e9 + i, 10 - 2 * i]);
    const whole = jointOf(pairs);
    expect(whole).toEqual({
      y: { n: 4, mean: 1e9 + 2.5, squares: 5 },
      x: { n: 4, mean: 5, squares: 20 },
      products: -10,
    });
    for (let cut = 0; cut <= pairs.length; cut++) {
      expect(mergeJointMoments(jointOf(pairs.slice(0, cut)), jointOf(pairs.slice(cut)))).toEqual(whole);
    }
    expect(mergeJointMoments(NO_JOINT_MOMENTS, NO_JOINT_MOMENTS)).toEqual(NO_JOINT_MOMENTS);
  });
});

describe('no number is given where there is none', () => {
  const some = valuesOf(1, 2, 4);
  test.each([
    ['few_units', { control: valuesOf(1), treatment: some }],
    ['few_units', { control: some, treatment: valuesOf() }],
    ['no_variance', { control: valuesOf(3, 3, 3), treatment: valuesOf(5, 5) }],
    ['few_units', { kind: 'ratio', control: some, treatment: jointOf([[1, 2]]) }],
    ['no_denominator', { kind: 'ratio', control: some, treatment: some }],
    [
      'no_denominator',
      {
        kind: 'ratio',
        control: jointOf([
          [1, 1],
          [0, 2],
        ]),
        treatment: jointOf([
          [0, 0],
          [0, 0],
        ]),
      },
    ],
    [
      'no_variance',
      {
        kind: 'ratio',
        control: jointOf([
          [1, 2],
          [2, 4],
        ]),
        treatment: jointOf([
          [2, 8],
          [1, 4],
        ]),
      },
    ],
  ] as const)('%s: %j', (reason, input) => expect(measure(input)).toEqual({ kind: 'insufficient', reason }));

  test('one arm without variance is enough: the degrees are those of the other', () => {
    const { degrees, low, high } = effectOf({ control: valuesOf(2, 2, 2), treatment: some });
    expect([degrees, Number.isFinite(low), Number.isFinite(high)]).toEqual([expect.closeTo(2, 12), true, true]);
  });

  test('a lift needs a control mean that is above 0', () => {
    for (const control of [valuesOf(-1, 1), valuesOf(-1, -2)]) {
      const { relative, sequentialRelative } = effectOf({ control, treatment: some });
      expect([relative, sequentialRelative]).toEqual(Array(2).fill({ kind: 'insufficient', reason: 'no_base' }));
    }
    // above 0, but not by as much as its own interval
    const { relative, sequentialRelative } = effectOf({ control: valuesOf(0, 0, 1), treatment: some });
    expect(relative.kind).toBe('estimate');
    expect(sequentialRelative).toEqual({ kind: 'insufficient', reason: 'no_base' });
  });

  test('nobody in treatment converts: the difference is known, the delta method sees no variance', () => {
    const { p, relative } = effectOf({ control: valuesOf(0, 0, 1), treatment: valuesOf(0, 0, 0) });
    expect(p).toBeGreaterThan(0.3);
    expect(relative).toEqual({ kind: 'insufficient', reason: 'no_variance' });
  });

  test.each([
    ['a covariate that is the same for all', (y: number): Pair => [y, 7]],
    ['a covariate that tells all', (y: number): Pair => [y, 2 * y + 1]],
  ])('CUPED: %s', (_, pairOf) => {
    const arms = { control: jointOf([1, 2, 4].map(pairOf)), treatment: jointOf([2, 3, 7].map(pairOf)) };
    const { cuped } = effectOf({ ...arms, hasCovariate: true });
    expect(cuped).toEqual({ kind: 'insufficient', reason: 'no_variance' });
    expect(effectOf(arms)).not.toHaveProperty('cuped');
  });

  test('a caller’s mistake is told', () => {
    const arms = { control: some, treatment: some };
    for (const alpha of [0, 1, Number.NaN]) expect(() => measure({ ...arms, alpha })).toThrow('alpha');
    expect(() => compareMeans({ control: some.y, treatment: some.y }, 5)).toThrow('alpha must be in (0, 1), got 5');
    expect(() => measure({ ...arms, tunedFor: 0 })).toThrow('tunedFor must be above 0, got 0');
    expect(() => measure({ ...arms, kind: 'ratio', hasCovariate: true })).toThrow('hasCovariate');
  });
});

test('an interval leaves out 0 exactly where its p is below alpha, at one look and at every look', () => {
  const random = createRandom(2);
  const seen = new Set<string>();
  for (let run = 0; run < 500; run++) {
    const draw = (shift: number) => valuesOf(...Array.from({ length: 30 }, () => 10 + shift + gaussian(random)));
    const effect = effectOf({ control: draw(0), treatment: draw(random() * 1.5) });
    const { relative, sequential, sequentialRelative } = effect;
    if (relative.kind === 'insufficient' || sequentialRelative.kind === 'insufficient') throw new Error('no lift');
    const leavesOut0 = ({ low, high }: { low: number; high: number }): boolean => low > 0 || high < 0;
    expect(leavesOut0(effect)).toBe(effect.p < 0.05);
    expect(leavesOut0(relative)).toBe(relative.p < 0.05);
    expect(leavesOut0(sequential)).toBe(sequential.p < 0.05);
    // Fieller's quadratic says of a lift of 0 what the interval of the difference says
    expect(leavesOut0(sequentialRelative)).toBe(leavesOut0(sequential));
    seen.add(`${String(effect.p < 0.05)} ${String(sequential.p < 0.05)}`);
  }
  expect(seen.size).toBeGreaterThanOrEqual(3);
});

test('the bounds of the always-valid lift are the lifts at which treatment less so many times control is on the edge', () => {
  const arms = { control: valuesOf(9, 10, 12, 8, 11, 10).y, treatment: valuesOf(14, 9, 13, 15, 11, 12).y };
  const lift = alwaysValidLift(arms, OPTIONS);
  if (lift.kind === 'insufficient') throw new Error(lift.reason);
  const boundsAt = (ratio: number) => {
    const { n, mean, squares } = arms.control;
    const scaled = { n, mean: ratio * mean, squares: ratio ** 2 * squares };
    return alwaysValidInterval({ control: scaled, treatment: arms.treatment }, OPTIONS);
  };
  expect(boundsAt(1 + lift.low).low).toBeCloseTo(0, 10);
  expect(boundsAt(1 + lift.high).high).toBeCloseTo(0, 10);
  expect(lift.low).toBeLessThan(lift.high);
});

test('the always-valid lift of arms that hardly vary around a large mean is still a number', () => {
  const arm = (mean: number) => ({ n: 1_000, mean, squares: 999e-8 });
  const lift = alwaysValidLift({ control: arm(1e8), treatment: arm(1.5e8) }, OPTIONS);
  // width of the difference over control, and sqrt(1 + 1.5 ** 2) of it for control's own part
  const { low, high } = alwaysValidInterval({ control: arm(0), treatment: { ...arm(0), squares: 0 } }, OPTIONS);
  if (lift.kind === 'insufficient') throw new Error(lift.reason);
  expect(lift.high - lift.low).toBeGreaterThan(0);
  expect((lift.high - lift.low) / (((high - low) / 1e8) * Math.sqrt(1 + 1.5 ** 2))).toBeCloseTo(1, 1);
});

test('a ratio counts units, not denominators: the same rows said twice over narrow nothing', () => {
  const once: Pair[] = [
    [1, 10],
    [3, 12],
    [0, 5],
    [2, 30],
  ];
  const twice = once.map(([y, x]): Pair => [2 * y, 2 * x]);
  const [one, other] = [ratioMoments(jointOf(once)), ratioMoments(jointOf(twice))];
  expect(one?.mean).toBeCloseTo(6 / 57, 12);
  expect(other?.squares).toBeCloseTo(one?.squares ?? Number.NaN, 12);
});

describe('CUPED', () => {
  const random = createRandom(4);
  const UNITS = 100;
  const [BASE, LIFT] = [10, 1];
  /** Squared correlation .9, and treatment doubles the mean. */
  const draw = (shift: number): JointMoments =>
    jointOf(
      Array.from({ length: UNITS }, () => {
        const x = gaussian(random);
        return [BASE + shift + 3 * x + gaussian(random), 5 + x];
      }),
    );
  const runs = Array.from({ length: 2_000 }, () => {
    const adjusted = adjustByCovariate({ control: draw(0), treatment: draw(LIFT * BASE) });
    if (adjusted.kind === 'insufficient') throw new Error(adjusted.reason);
    return adjusted;
  });
  const coverageOf = (lifts: readonly ReturnType<typeof compareRelatively>[]): number =>
    lifts.filter((lift) => lift.kind === 'estimate' && lift.low <= LIFT && LIFT <= lift.high).length / lifts.length;

  test('leaves the difference unbiased and removes what the correlation says', () => {
    const mean = (of: (run: (typeof runs)[number]) => number): number =>
      runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
    const error = Math.sqrt(2 / UNITS / runs.length);
    expect(Math.abs(mean(({ control, treatment }) => treatment.mean - control.mean) - BASE)).toBeLessThan(FAR * error);
    expect(mean(({ varianceRemoved }) => varianceRemoved)).toBeCloseTo(0.9, 2);
    expect(mean(({ theta }) => theta)).toBeCloseTo(3, 2);
  });

  test('a large lift is covered, because what both adjusted means share is counted; without, it is not', () => {
    const covered = coverageOf(runs.map((run) => compareRelatively(run, 0.05)));
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
    const alone = runs.map(({ control, treatment }) => compareRelatively({ control, treatment }, 0.05));
    expect(coverageOf(alone)).toBeLessThan(0.88);
    const sequence = runs.map((run) => alwaysValidLift(run, { alpha: 0.05, tunedFor: 2 * UNITS }));
    const held = sequence.filter((lift) => lift.kind === 'interval' && lift.low <= LIFT && LIFT <= lift.high);
    expect(held.length / runs.length).toBeGreaterThan(0.97);
  });
});

describe('sample ratio', () => {
  test('Kohavi, Tang, Xu 2020, chapter 3: 821,588 and 815,482 of 50/50 have p = 1.8E-6', () => {
    const ratio = checkSampleRatio({ counts: [821_588, 815_482], shares: [0.5, 0.5] });
    expect(ratio).toMatchObject({ verdict: 'mismatch', p: expect.closeTo(1.8e-6, 7) as number, degrees: 1 });
  });

  test.each([
    // chi-square 10.8241 and 10.8289 on either side of 10.8276, where p is .001
    [[50_000, 51_045], 'as_assigned'],
    [[50_000, 51_046], 'mismatch'],
    [[0, 30], 'mismatch'],
  ])('%j: %s', (counts, verdict) => {
    expect(checkSampleRatio({ counts, shares: [1, 1] })).toMatchObject({ verdict });
  });

  test('says nothing where fewer than 5 units are expected in an arm', () => {
    expect(checkSampleRatio({ counts: [0, 9], shares: [1, 1] })).toEqual({
      kind: 'insufficient',
      reason: 'few_expected',
    });
    expect(checkSampleRatio({ counts: [0, 10], shares: [1, 1] })).toMatchObject({
      verdict: 'as_assigned',
      p: expect.closeTo(0.001565, 6) as number,
    });
    expect(checkSampleRatio({ counts: [96, 0], shares: [0.99, 0.01] })).toMatchObject({ kind: 'insufficient' });
  });

  test.each([
    [[1], [1], 'counts and shares'],
    [[1, 2], [1, 1, 1], 'counts and shares'],
    [[1.5, 2], [1, 1], 'counts must be whole numbers from 0, got 1.5'],
    [[1, -2], [1, 1], 'counts must be whole numbers from 0, got -2'],
    [[1, 2], [1, 0], 'shares must be above 0, got 0'],
  ])('%j of %j is a mistake', (counts, shares, message) => {
    expect(() => checkSampleRatio({ counts, shares })).toThrow(message);
  });
});

describe('non-inferiority', () => {
  test.each([
    // a loss of more than .02 is the harm: low, high of the interval
    [-0.01, 0.05, 'holds'],
    [0.01, 0.05, 'holds'],
    [-0.03, 0.05, 'open'],
    [-0.03, -0.01, 'open'],
    [-0.09, -0.03, 'violated'],
    [-0.02, 0.05, 'open'],
    [-0.05, -0.02, 'open'],
    [Number.NaN, Number.NaN, 'open'],
  ] as const)('from %d to %d: %s, and so of an increase', (low, high, verdict) => {
    expect(judgeNonInferiority({ low, high }, { margin: 0.02, harm: 'decrease' })).toBe(verdict);
    expect(judgeNonInferiority({ low: -high, high: -low }, { margin: 0.02, harm: 'increase' })).toBe(verdict);
  });

  test('a margin below 0 is a mistake', () => {
    expect(() => judgeNonInferiority({ low: 0, high: 1 }, { margin: -0.02, harm: 'decrease' })).toThrow('margin');
  });
});
