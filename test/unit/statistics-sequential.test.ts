import { describe, expect, test } from 'vitest';
import { alwaysValidInterval } from '../../collector/statistics/always-valid.ts';
import { adjustForFalseDiscoveries } from '../../collector/statistics/false-discoveries.ts';
import {
  type Moments,
  NO_MOMENTS,
  addUnit,
  differenceVariance,
  mergeMoments,
  varianceOf,
} from '../../collector/statistics/moments.ts';
import { createRandom } from '../../src/core/random.ts';

const momentsOf = (values: readonly number[]): Moments => values.reduce(addUnit, NO_MOMENTS);

describe('moments', () => {
  test('are exact where sums of squares are not, and those of parts are those of the whole', () => {
    // NIST StRD "NumAcc4": 1,001 values, mean 10000000.2, standard deviation .1 (certified)
    const values = [10_000_000.2, ...Array.from({ length: 1_000 }, (_, i) => 10_000_000 + (i % 2 === 0 ? 0.1 : 0.3))];
    const whole = momentsOf(values);
    expect(whole.mean).toBeCloseTo(10_000_000.2, 7);
    expect(Math.sqrt(varianceOf(whole))).toBeCloseTo(0.1, 7);
    const parts = mergeMoments(momentsOf(values.slice(0, 300)), momentsOf(values.slice(300)));
    expect(parts.n).toBe(1_001);
    expect(Math.sqrt(varianceOf(parts))).toBeCloseTo(0.1, 7);
    expect(mergeMoments(NO_MOMENTS, NO_MOMENTS)).toEqual(NO_MOMENTS);
    expect(varianceOf(momentsOf([1]))).toBeNaN();
  });
});

test('false discoveries: the 15 p-values of Benjamini and Hochberg 1995, section 4.2: four are left at .05', () => {
  const given = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  const adjusted = adjustForFalseDiscoveries(given);
  expect(adjusted.filter((p) => p <= 0.05)).toHaveLength(4);
  expect(adjusted[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
  // in whatever order, and never falling
  const backwards = adjustForFalseDiscoveries(given.toReversed());
  expect(backwards.toReversed()).toEqual(adjusted);
  expect([...adjusted].sort((a, b) => a - b)).toEqual(adjusted);
  expect(adjustForFalseDiscoveries([])).toEqual([]);
});

describe('always-valid intervals', () => {
  const SEED = 6;
  const [RUNS, LOOKS, UNITS] = [2_000, 20, 100];
  /** Revenue per unit: most buy nothing, some much. */
  const draw = (random: () => number): number => (random() < 0.1 ? -Math.log(1 - random()) * 40 : 0);

  /** Shares of runs in which each kind of interval ever leaves out the true difference. */
  function play(effect: number) {
    const random = createRandom(SEED);
    let [sequential, peeking] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      let [control, treatment] = [NO_MOMENTS, NO_MOMENTS];
      let [isOut, isPeeked] = [false, false];
      for (let look = 0; look < LOOKS; look++) {
        for (let unit = 0; unit < UNITS; unit++) {
          control = addUnit(control, draw(random));
          treatment = addUnit(treatment, draw(random) + effect);
        }
        const { low, high, difference } = alwaysValidInterval({ control, treatment }, { alpha: 0.05, tunedFor: 2_000 });
        isOut ||= low > effect || high < effect;
        // 97.5 % point of the normal distribution
        isPeeked ||= Math.abs(difference - effect) > 1.959964 * Math.sqrt(differenceVariance(control, treatment));
      }
      sequential += Number(isOut) / RUNS;
      peeking += Number(isPeeked) / RUNS;
    }
    return { sequential, peeking };
  }

  test(`${String(RUNS)} runs with ${String(LOOKS)} looks each, seed ${String(SEED)}: at most 5 % are ever wrong; peeking at fixed intervals is far more often`, () => {
    for (const effect of [0, 1.5]) {
      const { sequential, peeking } = play(effect);
      expect(sequential).toBeLessThanOrEqual(0.05);
      expect(peeking).toBeGreaterThan(0.15);
    }
  }, 120_000);

  test('are symmetric, narrow with units, and are tightest where they are tuned for', () => {
    const arm = (n: number, mean: number): Moments => ({ n, mean, squares: n - 1 });
    const widthOf = (n: number, tunedFor: number): number => {
      const { low, high, difference } = alwaysValidInterval(
        { control: arm(n, 1), treatment: arm(n, 3) },
        { alpha: 0.05, tunedFor },
      );
      expect([difference, high - difference]).toEqual([2, expect.closeTo(difference - low, 12)]);
      return high - low;
    };
    expect(widthOf(2_000, 2_000)).toBeLessThan(widthOf(500, 2_000));
    for (const other of [20, 200, 20_000, 200_000]) expect(widthOf(1_000, 2_000)).toBeLessThan(widthOf(1_000, other));
    const few = alwaysValidInterval({ control: arm(1, 0), treatment: arm(9, 0) }, { alpha: 0.05, tunedFor: 100 });
    expect([few.low, few.high]).toEqual([Number.NaN, Number.NaN]);
  });
});
