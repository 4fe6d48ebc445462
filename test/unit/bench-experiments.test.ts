import { describe, expect, test, vi } from 'vitest';
import { type ExperimentsBenchOptions, benchExperiments } from '../../collector/bench/bench-experiments.ts';
import { ATTRIBUTION, WORLDS } from '../../collector/bench/experiment-worlds.ts';
import type { Interval } from '../../collector/statistics/arms.ts';
import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../../collector/statistics/joint-moments.ts';
import { type EffectInput, measureEffect } from '../../collector/statistics/metric-effect.ts';
import { createRandom } from '../../src/core/random.ts';
import { FAR, binomialRange } from './statistics.ts';

vi.setConfig({ testTimeout: 120_000 });

const EXPERIMENTS = 200;
const SILENT = { progress: () => undefined, stopwatch: () => 0 };
const bench = (options: Partial<ExperimentsBenchOptions> = {}) =>
  benchExperiments({ experiments: EXPERIMENTS, seed: 1, ...SILENT, ...options });
const failedOf = ({ checks }: ReturnType<typeof bench>): readonly string[] =>
  Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]));

describe(`${String(EXPERIMENTS)} experiments of each metric`, () => {
  const result = bench();
  const [least, most] = binomialRange(EXPERIMENTS, 0.95, 1e-4);
  const judged = result.metrics.flatMap(({ cuped, ...plain }) => [
    plain,
    ...(cuped ? [{ ...cuped, metric: `${plain.metric} with CUPED` }] : []),
  ]);

  test.each(judged)('$metric: intervals hold the truth as often as they say', ({ coverage, falsePositives }) => {
    for (const { end } of [coverage.fixed, coverage.fixedLift]) {
      expect(Math.round(end * EXPERIMENTS)).toBeGreaterThanOrEqual(least);
      expect(Math.round(end * EXPERIMENTS)).toBeLessThanOrEqual(most);
    }
    for (const { everyLook } of [coverage.alwaysValid, coverage.alwaysValidLift]) {
      expect(everyLook).toBeGreaterThanOrEqual(0.95);
    }
    expect(falsePositives.alwaysValid).toBeLessThanOrEqual(0.05);
    expect(falsePositives.peeking).toBeGreaterThan(0.15);
  });

  test('CUPED removes what the correlation says, and attribution finds what is not there', () => {
    expect(result.metrics.flatMap(({ cuped }) => cuped ?? [])).toHaveLength(1);
    for (const { cuped } of result.metrics) {
      if (cuped) expect(Math.abs(cuped.varianceRemoved - cuped.explained)).toBeLessThan(0.02);
    }
    const { attributed, intentionToTreat } = result.attribution;
    expect(attributed.found).toBeGreaterThan(0.9);
    expect(attributed.meanLift).toBeGreaterThan(0.9);
    expect(Math.round(intentionToTreat.found * EXPERIMENTS)).toBeLessThanOrEqual(EXPERIMENTS - least);
  });

  test('the same seed plays the same, another one does not', () => {
    const small = { experiments: 3 };
    expect(bench(small)).toEqual(bench(small));
    expect(bench(small).metrics).not.toEqual(bench({ ...small, seed: 2 }).metrics);
  });
});

describe('an analysis that is wrong is found out', () => {
  const scale = ({ low, high }: Interval, factor: number): Interval => {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
    return { low: middle - half, high: middle + half };
  };
  /** The fixed interval as it would be with another limit. */
  const widened = (factor: number) => (input: EffectInput) => {
    const effect = measureEffect(input);
    return effect.kind === 'insufficient' ? effect : { ...effect, ...scale(effect, factor) };
  };
  const FIXED = 'fixed intervals hold the truth in 93 to 97 %';
  const failsEverywhere = (options: Partial<ExperimentsBenchOptions>, ...checks: readonly string[]): void => {
    const expected = checks.flatMap((check) => WORLDS.map(({ name }) => `${name}: ${check}`));
    expect(failedOf(bench(options))).toEqual(expect.arrayContaining(expected) as string[]);
  };

  test('1.5 standard errors in place of Student’s limit', () =>
    failsEverywhere({ measure: widened(1.5 / 1.96) }, FIXED));
  test('half the variance', () => {
    const halved = ({ y, x, products }: JointMoments): JointMoments => ({
      y: { ...y, squares: y.squares / 2 },
      x: { ...x, squares: x.squares / 2 },
      products: products / 2,
    });
    const measure = (input: EffectInput) =>
      measureEffect({ ...input, control: halved(input.control), treatment: halved(input.treatment) });
    failsEverywhere({ measure }, FIXED, 'fixed intervals of the lift do');
  });
  test('twice the standard error: intervals that are too wide to say anything', () =>
    failsEverywhere({ measure: widened(2) }, FIXED));
  test('a fixed interval as if it were always valid', () => {
    const measure = (input: EffectInput) => {
      const effect = measureEffect(input);
      return effect.kind === 'insufficient' ? effect : { ...effect, sequential: effect };
    };
    failsEverywhere(
      { measure },
      'always-valid intervals hold it at every look in 95 %',
      'always-valid intervals find nothing where nothing is',
    );
  });

  test('impressions counted as if each were a unit: too narrow, because those of one visitor are alike', () => {
    /** Click or not of every impression, from the sums of an arm. */
    const impressionsOf = ({ y, x }: JointMoments): JointMoments => {
      const [n, rate] = [x.n * x.mean, y.mean / x.mean];
      return { y: { n, mean: rate, squares: n * rate * (1 - rate) }, x: { n, mean: 0, squares: 0 }, products: 0 };
    };
    const measure = (input: EffectInput) =>
      input.kind === 'mean'
        ? measureEffect(input)
        : measureEffect({
            ...input,
            kind: 'mean',
            control: impressionsOf(input.control),
            treatment: impressionsOf(input.treatment),
          });
    expect(failedOf(bench({ measure }))).toContain(`clicks per impression: ${FIXED}`);
  });
});

describe('the worlds are what they say', () => {
  const UNITS = 200_000;
  test.each([...WORLDS, ...Object.values(ATTRIBUTION)])('$name: its truth is what its visitors do', (world) => {
    const random = createRandom(5);
    for (const arm of ['control', 'treatment'] as const) {
      let moments = NO_JOINT_MOMENTS;
      for (let unit = 0; unit < UNITS; unit++) moments = addPair(moments, ...world.draw(random, arm));
      const { y, x, products } = moments;
      const [mean, squares] =
        world.kind === 'mean'
          ? [y.mean, y.squares]
          : [
              y.mean / x.mean,
              (y.squares - (2 * y.mean * products) / x.mean + (y.mean / x.mean) ** 2 * x.squares) / x.mean ** 2,
            ];
      expect(Math.abs(mean - world.truth[arm])).toBeLessThan((FAR * Math.sqrt(squares)) / UNITS);
      if (arm === 'control' && world.explained !== undefined) {
        expect(products ** 2 / y.squares / x.squares).toBeCloseTo(world.explained, 2);
      }
    }
  });
});
