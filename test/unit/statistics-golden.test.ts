import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alwaysValidInterval } from '../../collector/statistics/always-valid.ts';
import { adjustByCovariate } from '../../collector/statistics/cuped.ts';
import { adjustForFalseDiscoveries } from '../../collector/statistics/false-discoveries.ts';
import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../../collector/statistics/joint-moments.ts';
import { type MetricEffect, measureEffect } from '../../collector/statistics/metric-effect.ts';
import { checkSampleRatio } from '../../collector/statistics/sample-ratio.ts';
import { chiSquareTail, normalTail, studentLimit, studentTail } from '../../collector/statistics/tails.ts';

interface StudentRow {
  readonly standardError?: number;
  readonly degrees: number;
  readonly p: number;
  readonly low: number;
  readonly high: number;
}
interface EffectRow<U> extends StudentRow {
  readonly name: string;
  readonly alpha: number;
  readonly control: readonly U[];
  readonly treatment: readonly U[];
  readonly difference: number;
  readonly relative: StudentRow & { readonly lift: number };
}
type Pair = readonly [y: number, x: number];
interface Golden {
  readonly versions: { readonly scipy: string };
  readonly tails: Readonly<Record<'student' | 'studentLimit' | 'normal' | 'chiSquare', readonly (readonly number[])[]>>;
  readonly welch: readonly EffectRow<number>[];
  readonly ratio: readonly EffectRow<Pair>[];
  readonly cuped: readonly (Omit<EffectRow<Pair>, 'relative'> & { theta: number; varianceRemoved: number })[];
  readonly alwaysValid: readonly (Record<'difference' | 'alpha' | 'tunedFor' | 'low' | 'high' | 'p', number> &
    Record<'n' | 'variances', readonly [number, number]>)[];
  readonly sampleRatio: readonly { counts: number[]; shares: number[]; chiSquare: number; p: number }[];
  readonly discoveries: readonly { given: number[]; adjusted: number[] }[];
}

/** Made by test/golden/statistics.py: scipy, numpy and mpmath. */
const GOLDEN = JSON.parse(readFileSync(new URL('../golden/statistics.json', import.meta.url), 'utf8')) as Golden;
const SOURCE = `scipy ${GOLDEN.versions.scipy}`;

/** Equal to 1e-9 of the number itself, so that p-values of 1e-200 count too. */
function expectSame(found: number, golden: number, what: string): void {
  const error = found === golden ? 0 : Math.abs(found - golden) / Math.abs(golden);
  expect(error, `${what}: ${String(found)} in place of ${String(golden)}`).toBeLessThan(1e-9);
}

function expectAll<R extends object>(found: object, golden: R, names: readonly (keyof R & string)[]): void {
  for (const name of names) expectSame((found as R)[name] as number, golden[name] as number, name);
}

const STUDENT = ['standardError', 'degrees', 'p', 'low', 'high'] as const;
const jointOf = (pairs: readonly Pair[]): JointMoments =>
  pairs.reduce((moments, [y, x]) => addPair(moments, y, x), NO_JOINT_MOMENTS);

function effectOf(input: Omit<Parameters<typeof measureEffect>[0], 'tunedFor'>): MetricEffect {
  const effect = measureEffect({ ...input, tunedFor: 1_000 });
  if (effect.kind === 'insufficient') throw new Error(effect.reason);
  return effect;
}

describe(`tails are those of ${SOURCE}, confirmed by mpmath with 60 digits`, () => {
  test.each(GOLDEN.tails.student)('Student’s t beyond %d, %d degrees', (t, degrees, tail) => {
    expectSame(studentTail(t, degrees), tail, 'tail');
    expect(studentTail(-t, degrees)).toBe(studentTail(t, degrees));
  });
  test.each(GOLDEN.tails.studentLimit)(
    'what Student’s t exceeds with a chance of %d, %d degrees',
    (tail, degrees, limit) => expectSame(studentLimit(tail, degrees), limit, 'limit'),
  );
  test.each(GOLDEN.tails.normal)('normal beyond %d', (z, tail) => expectSame(normalTail(z), tail, 'tail'));
  test.each(GOLDEN.tails.chiSquare)('chi-square beyond %d, %d degrees', (value, degrees, tail) =>
    expectSame(chiSquareTail(value, degrees), tail, 'tail'),
  );

  test('reach far below what 1 - cdf can say', () => {
    const smallest = (rows: readonly (readonly number[])[]): number => Math.min(...rows.map((row) => row.at(-1) ?? 1));
    const { student, normal, chiSquare } = GOLDEN.tails;
    expect(
      [smallest(student), smallest(normal), smallest(chiSquare)].map(Math.log10).every((digits) => digits < -195),
    ).toBe(true);
  });
});

describe('tails are those of published tables', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values of Student's t
  const T_TAILS = [0.1, 0.05, 0.025, 0.01, 0.005];
  test.each([
    [1, 3.078, 6.314, 12.706, 31.821, 63.657],
    [2, 1.886, 2.92, 4.303, 6.965, 9.925],
    [5, 1.476, 2.015, 2.571, 3.365, 4.032],
    [10, 1.372, 1.812, 2.228, 2.764, 3.169],
    [30, 1.31, 1.697, 2.042, 2.457, 2.75],
    [100, 1.29, 1.66, 1.984, 2.364, 2.626],
  ])('Student’s t, NIST, %d degrees', (degrees, ...limits) => {
    for (const [at, tail] of T_TAILS.entries()) expect(studentLimit(tail, degrees)).toBeCloseTo(limits[at], 3);
  });

  // the same, 1.3.6.7.4, upper critical values of chi-square
  const CHI_TAILS = [0.1, 0.05, 0.025, 0.01, 0.001];
  test.each([
    [1, 2.706, 3.841, 5.024, 6.635, 10.828],
    [2, 4.605, 5.991, 7.378, 9.21, 13.816],
    [10, 15.987, 18.307, 20.483, 23.209, 29.588],
  ])('chi-square, NIST, %d degrees', (degrees, ...values) => {
    for (const [at, value] of values.entries()) {
      // the table has three decimals
      expect(chiSquareTail(value - 0.0005, degrees)).toBeGreaterThan(CHI_TAILS[at]);
      expect(chiSquareTail(value + 0.0005, degrees)).toBeLessThan(CHI_TAILS[at]);
    }
  });
});

describe('effects', () => {
  test.each(GOLDEN.welch)(
    `$name at $alpha: Welch as ${SOURCE} ttest_ind has it, the lift as numpy’s delta method`,
    (row) => {
      const [control, treatment] = [row.control, row.treatment].map((arm) => jointOf(arm.map((y) => [y, 0])));
      const effect = effectOf({ control, treatment, kind: 'mean', alpha: row.alpha });
      expectAll(effect, row, ['difference', ...STUDENT]);
      expectAll(effect.relative, row.relative, ['lift', ...STUDENT]);
    },
  );

  test('Student 1908, sleep, as R’s documentation of t.test prints it: t = -1.8608, df = 17.776, p-value = 0.07939', () => {
    const [row] = GOLDEN.welch;
    const [control, treatment] = [row.control, row.treatment].map((arm) => jointOf(arm.map((y) => [y, 0])));
    // R subtracts the second group
    const effect = effectOf({ control: treatment, treatment: control, kind: 'mean', alpha: 0.05 });
    expect(effect.difference / effect.standardError).toBeCloseTo(-1.8608, 4);
    expect(effect.degrees).toBeCloseTo(17.776, 3);
    expect(effect.p).toBeCloseTo(0.07939, 5);
    expect([effect.low, effect.high]).toEqual([expect.closeTo(-3.3654832, 7), expect.closeTo(0.2054832, 7)]);
  });

  test.each(GOLDEN.ratio)('$name at $alpha: as numpy’s gradient on the covariance matrix has it', (row) => {
    const arms = { control: jointOf(row.control), treatment: jointOf(row.treatment) };
    const effect = effectOf({ ...arms, kind: 'ratio', alpha: row.alpha });
    expectAll(effect, row, ['difference', ...STUDENT]);
    expectAll(effect.relative, row.relative, ['lift', ...STUDENT]);
  });

  test.each(GOLDEN.cuped)(`$name at $alpha: CUPED as numpy’s least squares and ${SOURCE} ttest_ind have it`, (row) => {
    const arms = { control: jointOf(row.control), treatment: jointOf(row.treatment) };
    const { cuped } = effectOf({ ...arms, kind: 'mean', hasCovariate: true, alpha: row.alpha });
    expectAll(cuped ?? {}, row, ['theta', 'varianceRemoved', 'difference', 'degrees', 'p', 'low', 'high']);
    expect(adjustByCovariate(arms)).toMatchObject({ theta: expect.closeTo(row.theta, 9) as number });
  });

  test.each(GOLDEN.alwaysValid)(
    'always valid at $alpha, tuned for $tunedFor: as the paper’s formula in its own terms',
    (row) => {
      const [control, treatment] = row.n.map((n, arm) => ({
        n,
        mean: arm === 0 ? 7 : 7 + row.difference,
        squares: row.variances[arm] * (n - 1),
      }));
      expectAll(alwaysValidInterval({ control, treatment }, row), row, ['low', 'high', 'p']);
    },
  );
});

test.each(GOLDEN.sampleRatio)(
  `sample ratio of $counts: chi-square and p of ${SOURCE} chisquare`,
  ({ counts, shares, ...row }) => expectAll(checkSampleRatio({ counts, shares }), row, ['chiSquare', 'p']),
);

test.each(GOLDEN.discoveries)(`false discoveries: ${SOURCE} false_discovery_control`, ({ given, adjusted }) => {
  const found = adjustForFalseDiscoveries(given);
  expect(found).toHaveLength(adjusted.length);
  for (const [at, p] of found.entries()) expectSame(p, adjusted[at], String(at));
});
