import { describe, expect, test, vi } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { createRandom } from '../../src/core/random.ts';
import { benchOffPolicy } from '../../training/bench-off-policy.ts';
import { WORLD, TARGET_POLICY, clickChances, createWorld, valueContext } from '../../training/off-policy-world.ts';
import { compareSlots, drawShares } from '../../training/target-chances.ts';
import { FAR, binomialRange, estimate } from './statistics.ts';

vi.setConfig({ testTimeout: 240_000 });

const SEEDS = 30;
const { scores, verdicts, ...result } = (() => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);
  const { snips, dr, naive, noSupport, ...rest } = benchOffPolicy({
    seeds,
    progress: () => undefined,
    stopwatch: () => 0,
  });
  return { scores: { snips, dr, naive }, verdicts: noSupport.verdicts, ...rest };
})();

describe(`SNIPS and DR on ${String(SEEDS)} seeds of a world with a known truth`, () => {
  const [low] = binomialRange(SEEDS, 0.95, 0.001);

  test.each(['snips', 'dr'] as const)(
    '%s: no bias beyond chance, intervals that hold the truth, better than naive',
    (name) => {
      const { bias, rmse, coverage } = scores[name];
      expect(Math.abs(bias)).toBeLessThan((FAR * rmse) / Math.sqrt(SEEDS));
      expect(coverage * SEEDS).toBeGreaterThanOrEqual(low);
      expect(rmse).toBeLessThan(scores.naive.rmse);
    },
  );

  test('the mean of the log itself fails all of that', () => {
    const { bias, rmse, coverage } = scores.naive;
    expect(Math.abs(bias)).toBeGreaterThan((FAR * rmse) / Math.sqrt(SEEDS));
    expect(coverage * SEEDS).toBeLessThan(low);
  });

  test('policies without support get no number in any seed', () => {
    expect(verdicts).toEqual({ 'shows what a rule dropped': SEEDS, 'draws nothing': SEEDS });
    expect(result.ess.min).toBeGreaterThan(100);
  });
});

describe('the world', () => {
  const contexts = createWorld().flatMap((unit) => unit.contexts);

  test('its exact value is what the policy’s own slates earn', () => {
    const errors = contexts.map((context, i) => {
      const input = { ...context.input, policy: TARGET_POLICY, slateId: `own-${String(i)}` };
      const earned = clickChances(
        context,
        decide(input).slots.map(({ row }) => row),
      ).reduce((a, b) => a + b, 0);
      return earned - valueContext(context, input);
    });
    const { mean, standardError } = estimate(errors);
    expect(Math.abs(mean)).toBeLessThan(FAR * standardError);
  });

  test('chances of a slate’s slots are those that decide logs, and its target shares sum to 1', () => {
    for (const { input } of contexts) {
      const { slots } = decide(input);
      const order = slots.map(({ row }) => row);
      const compared = compareSlots({ logged: input, target: input, order });
      expect(compared).toEqual(
        slots.map(({ propensity }) => ({
          logged: propensity,
          target: propensity,
          supported: expect.closeTo(1, 9) as number,
        })),
      );
    }
    const shares = drawShares(contexts[0].input, { slots: WORLD.slots, draws: 20, random: createRandom(1) });
    for (let slot = 0; slot < WORLD.slots; slot++) {
      expect(shares.reduce((sum, one) => sum + (one.slot === slot ? one.share : 0), 0)).toBeCloseTo(1, 12);
    }
  });

  test('a target that goes on where the log has ended has no support there', () => {
    const [{ input }] = contexts;
    const longer = { ...input, policy: { ...input.policy, slots: WORLD.slots + 1 } };
    const order = decide(input).slots.map(({ row }) => row);
    expect(compareSlots({ logged: input, target: longer, order }).at(-1)).toEqual({
      logged: 1,
      target: 0,
      supported: 0,
    });
  });
});
