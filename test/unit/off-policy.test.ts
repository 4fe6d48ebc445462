import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { jackknife } from '../../training/jackknife.ts';
import { type OffPolicySlate, type OffPolicySlot, evaluateOffPolicy } from '../../training/off-policy.ts';
import { modelRewards } from '../../training/off-policy-reward.ts';
import { describeClipping, effectiveSize, supportShare, weighSlate } from '../../training/off-policy-weights.ts';

const slot = (more: Partial<OffPolicySlot> = {}): OffPolicySlot => ({
  ...{ logged: 0.5, target: 0.5, supported: 1, reward: 0, score: 0 },
  ...more,
});
const slate = (slots: readonly OffPolicySlot[], unitId = 'u'): OffPolicySlate => ({ unitId, slots, target: [] });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Units of two slates with two slots each. */
function randomLog(units: number, make: (random: () => number) => Partial<OffPolicySlot>): OffPolicySlate[] {
  const random = createRandom(7);
  return Array.from({ length: 2 * units }, (_, i) => {
    const slots = [slot(make(random)), slot(make(random))];
    const target = slots.map(({ score }, k) => ({ slot: k, score, share: 1 }));
    return { unitId: String(i >> 1), slots, target };
  });
}
const click = (random: () => number): 0 | 1 => (random() < 0.4 ? 1 : 0);

describe('weights', () => {
  test('multiply down the slots; past the end of a slate the last one stays and earns nothing', () => {
    const slots = [slot({ logged: 0.5, target: 0.25, reward: 1 }), slot({ logged: 0.1, target: 0.4 })];
    const { raw, rewards } = weighSlate(slate(slots), 4, Infinity);
    expect([...raw]).toEqual([0.5, 2, 2, 2]);
    expect([...rewards]).toEqual([1, 0, 0, 0]);
  });

  test('effective size is that of the worst slot', () => {
    const weights = [1, 1, 4].map((target) =>
      weighSlate(slate([slot({ logged: 1, target: 1 }), slot({ logged: 1, target })]), 2, Infinity),
    );
    expect(effectiveSize(weights, 1)).toBe(3);
    expect(effectiveSize(weights, 2)).toBe(2);
    expect(effectiveSize([], 2)).toBe(0);
  });

  test('support loses what leaves it at a slot, weighed by how often the target comes there', () => {
    const slots = [slot({ logged: 0.5, target: 0.25 }), slot({ target: 0.3, supported: 0.6 })];
    expect(supportShare([weighSlate(slate(slots), 2, Infinity)])).toBeCloseTo(1 - 0.5 * 0.4, 12);
    expect(supportShare([weighSlate(slate(slots), 1, Infinity)])).toBe(1);
  });

  test('clipping tells what it cut off', () => {
    const weights = [1, 1, 6].map((target) => weighSlate(slate([slot({ logged: 1, target })]), 1, 2));
    expect(weights.map((one) => one.weights[0])).toEqual([1, 1, 2]);
    expect(describeClipping(weights, 1, 2)).toEqual({ at: 2, share: 1 / 3, lost: 1 - 4 / 8 });
    expect(describeClipping(weights, 1, Infinity).at).toBeNull();
  });

  test.each([0, -0.1, 1.1, Number.NaN])('a logged propensity of %d is refused', (logged) => {
    expect(() => weighSlate(slate([slot({ logged })]), 1, Infinity)).toThrow(TypeError);
  });
});

describe('estimators', () => {
  test('where the target is the logging policy, SNIPS and the naive mean are one', () => {
    const { snips, naive, ess, verdict } = evaluateOffPolicy(randomLog(60, (random) => ({ reward: click(random) })));
    expect([verdict, ess]).toEqual(['estimated', 120]);
    expect(snips?.mean).toBeCloseTo(naive.mean, 12);
    expect(snips?.low).toBeCloseTo(naive.low ?? NaN, 12);
    expect(naive.mean).toBeCloseTo(sum(naive.bySlot), 12);
  });

  test('SNIPS by hand: each slot weighs by what stands down to it', () => {
    // weights 2 and .5 in the first slot, 2 and 2 in the second
    const one = slate([slot({ logged: 0.25, target: 0.5, reward: 1 }), slot({ reward: 1 })]);
    const other = slate([slot({ logged: 0.5, target: 0.25 }), slot({ logged: 0.25, target: 1, reward: 0 })]);
    const log = Array.from({ length: 200 }, (_, i) => ({ ...(i % 2 === 0 ? one : other), unitId: String(i) }));
    const { snips } = evaluateOffPolicy(log);
    expect(snips?.bySlot).toEqual([expect.closeTo(2 / 2.5, 12), expect.closeTo(2 / 4, 12)]);
    expect(snips?.mean).toBeCloseTo(1.3, 12);
  });

  test('DR is what the model expects of the target, corrected by what it did not foresee, weighed', () => {
    const log = randomLog(80, (random) => ({ target: 0.3 + 0.3 * random(), reward: click(random), score: random() }));
    const modelled = modelRewards(log, 2);
    const terms = log.map(({ slots }, i) => {
      const { raw } = weighSlate(log[i], 2, Infinity);
      return sum(slots.map(({ reward }, k) => modelled[i].target[k] + raw[k] * (reward - modelled[i].shown[k])));
    });
    expect(evaluateOffPolicy(log).dr?.mean).toBeCloseTo(sum(terms) / log.length, 12);
  });

  test('a model that foresees every reward leaves DR no variance but that of what it expects', () => {
    const log = randomLog(200, (random) => {
      const reward = click(random);
      return { target: 0.1 + 0.8 * random(), reward, score: reward === 1 ? 50 : -50 };
    });
    // the target shows what has no reward, one in each slot
    const target = [0, 1].map((k) => ({ slot: k, score: -50, share: 1 }));
    const { dr, snips } = evaluateOffPolicy(log.map((one) => ({ ...one, target })));
    const width = (value: typeof dr): number => (value?.high ?? NaN) - (value?.low ?? NaN);
    expect(width(dr)).toBeLessThan(0.02 * width(snips));
  });

  test('the reward model of a unit has not seen its rewards', () => {
    const log = randomLog(50, (random) => ({ reward: click(random), score: random() }));
    const all = (one: OffPolicySlate): OffPolicySlate => ({
      ...one,
      slots: one.slots.map((s) => ({ ...s, reward: 1 })),
    });
    const flipped = log.map((one) => (one.unitId === '3' ? all(one) : one));
    expect(flipped).not.toEqual(log);
    const [before, after] = [modelRewards(log, 2), modelRewards(flipped, 2)];
    const same = log.map(({ unitId }, i) => ({ unitId, same: before[i].shown.join() === after[i].shown.join() }));
    expect(same.filter(({ unitId }) => unitId === '3').every((one) => one.same)).toBe(true);
    expect(same.filter((one) => one.same).length).toBeLessThan(log.length / 2);
  });

  test('a slate that comes twice for the same unit tells nothing new', () => {
    const log = randomLog(60, (random) => ({ target: 0.3 + 0.3 * random(), reward: click(random), score: random() }));
    const [once, twice] = [evaluateOffPolicy(log), evaluateOffPolicy([...log, ...log])];
    for (const name of ['snips', 'naive'] as const) {
      expect(twice[name]?.low).toBeCloseTo(once[name]?.low ?? NaN, 12);
      expect(twice[name]?.high).toBeCloseTo(once[name]?.high ?? NaN, 12);
    }
  });

  test('rewards below the asked slots do not count', () => {
    const log = randomLog(60, () => ({ reward: 1 }));
    expect(evaluateOffPolicy(log, { slots: 1 }).snips?.mean).toBeCloseTo(1, 12);
    expect(evaluateOffPolicy(log).snips?.mean).toBeCloseTo(2, 12);
  });
});

describe('verdict', () => {
  const log = (more: Partial<OffPolicySlot>): OffPolicySlate[] => randomLog(200, () => more);
  test.each([
    ['few units', randomLog(29, () => ({})), /29 units/],
    ['what the log cannot show', log({ supported: 0.98 }), /only 96\.0 %/],
    [
      'few effective slates',
      log({}).map((one, i) => (i < 99 ? one : slate([slot({ target: 0 })], one.unitId))),
      /99 slates/,
    ],
  ])('insufficient support, and no number: %s', (_, slates, reason) => {
    const result = evaluateOffPolicy(slates, { slots: 2 });
    expect(result).toMatchObject({ verdict: 'insufficient support', snips: null, dr: null });
    expect(result.reason).toMatch(reason);
  });

  test('a rest of support below one in a hundred is let through', () => {
    expect(evaluateOffPolicy(log({ supported: 0.996 })).verdict).toBe('estimated');
  });
});

test('the jackknife of a mean is its standard error, and one unit has none', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
  const units = values.map((value) => Float64Array.of(value, 1));
  const { mean, low, high } = jackknife(units, ([total, count]) => total / count);
  const deviations = values.map((value) => (value - mean) ** 2);
  const error = Math.sqrt(sum(deviations) / 9 / 10);
  // 97.5 % point of t with 9 degrees of freedom
  expect((high ?? NaN) - mean).toBeCloseTo(2.262157 * error, 3);
  expect(mean - (low ?? NaN)).toBeCloseTo(2.262157 * error, 3);
  expect(jackknife(units.slice(0, 1), ([total, count]) => total / count).low).toBeNull();
});
