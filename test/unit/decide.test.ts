import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { DEFAULT_POLICY, SCORES_POLICY, type SlatePolicy, parsePolicy } from '../../src/core/policy.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { type DecisionInput, SlotLoop, slotDraw } from '../../src/core/slot-loop.ts';
import type { SlotRules } from '../../src/core/slot-rules.ts';

const NO_RULES: SlotRules = { pins: [], quotas: [], spacing: [], columns: [] };

function inputOf(logits: readonly number[] | null, more: Partial<DecisionInput> = {}): DecisionInput {
  const size = logits?.length ?? more.dropped?.length ?? 0;
  return {
    ...{ slateId: 's', policy: SCORES_POLICY, rules: NO_RULES, dropped: Array<null>(size).fill(null), logits },
    ...{ heads: [{ name: 'next' }], impressions: null, popularity: null, bias: null, vectors: null },
    ...more,
  };
}
const rowsOf = (input: DecisionInput): number[] => decide(input).slots.map(({ row }) => row);
const explore = (positions: number[], epsilon = 0.2): SlatePolicy => ({
  ...SCORES_POLICY,
  exploration: { positions, epsilon, temperature: 1 },
});

test('by score, ties by the server’s order, scores that are not finite last', () => {
  expect(rowsOf(inputOf([1, Number.NaN, 3, 3, Infinity, -2]))).toEqual([2, 3, 0, 5, 1, 4]);
});

test('far below the best, where utilities are floored, scores still order', () => {
  expect(rowsOf(inputOf([-90, -80, 0, -100]))).toEqual([2, 1, 0, 3]);
});

test('without scores the server’s order stands, rules applied, nothing drawn', () => {
  const policy = { ...DEFAULT_POLICY, exploration: { ...DEFAULT_POLICY.exploration, positions: [0, 1, 2] } };
  const decision = decide(inputOf(null, { dropped: [null, 'stock', null, null], policy }));
  expect(decision.slots.map(({ row, by, propensity }) => [row, by, propensity])).toEqual([
    [0, 'ranked', 1],
    [2, 'ranked', 1],
    [3, 'ranked', 1],
  ]);
});

test('utility adds heads by weight, a cost lowers it, a calibrated head is a sigmoid', () => {
  const heads = [
    { name: 'click', calibration: { slope: 2, offset: -1 } },
    { name: 'dismiss', calibration: { slope: 1, offset: 0 } },
  ];
  const policy = { ...SCORES_POLICY, weights: { click: 1, dismiss: -0.5 } };
  const { utilities } = decide(inputOf([0, 0, 1, 4], { heads, policy, dropped: [null, null] }));
  expect(utilities[0]).toBeCloseTo(1 / (1 + Math.E) - 0.25, 12);
  expect(utilities[1]).toBeCloseTo(1 / (1 + Math.exp(-1)) - 0.5 / (1 + Math.exp(-4)), 12);
});

test('a head without calibration is the chance among the candidates', () => {
  const { utilities } = decide(inputOf([0, Math.log(2), Number.NaN]));
  expect([...utilities]).toEqual([expect.closeTo(1 / 3, 12), expect.closeTo(2 / 3, 12), Number.NaN]);
});

test('likeness to the chosen costs: a near-equal but different item comes between two of a kind', () => {
  const vectors = new Int8Array(3 * 32);
  vectors[0] = 100;
  vectors[32] = 100;
  vectors[64 + 1] = 100;
  const logits = [2, 1.9, 1.8];
  expect(rowsOf(inputOf(logits, { vectors }))).toEqual([0, 1, 2]);
  expect(rowsOf(inputOf(logits, { vectors, policy: { ...SCORES_POLICY, diversity: 0.5 } }))).toEqual([0, 2, 1]);
});

test('fatigue, novelty and bias move an item', () => {
  const logits = [1, 0.9];
  const fatigue = { policy: { ...SCORES_POLICY, fatigue: 0.2 }, impressions: [5, 0] };
  expect(rowsOf(inputOf(logits, fatigue))).toEqual([1, 0]);
  const novelty = { policy: { ...SCORES_POLICY, novelty: 0.1 }, popularity: [1000, 1] };
  expect(rowsOf(inputOf(logits, novelty))).toEqual([1, 0]);
  expect(rowsOf(inputOf(logits, { bias: [0, 0.2] }))).toEqual([1, 0]);
  expect(rowsOf(inputOf(logits, { rules: { ...NO_RULES, boost: [1, 2] } }))).toEqual([1, 0]);
});

test('a pin stands on its position, above quotas; two of one position follow each other; a late one closes up', () => {
  const pins = [
    { ruleId: 'b', row: 3, position: 1 },
    { ruleId: 'a', row: 2, position: 1 },
    { ruleId: 'far', row: 4, position: 4 },
  ];
  const rules: SlotRules = {
    ...NO_RULES,
    pins,
    quotas: [{ ruleId: 'q', column: 0, value: null, max: 1, min: null, within: null }],
    columns: [[1, 1, 1, 1, 2]],
  };
  const decision = decide(inputOf([9, 8, 7, 6, 5], { rules }));
  expect(decision.slots.map(({ row, ruleId = '' }) => [row, ruleId])).toEqual([
    [0, ''],
    [3, 'b'],
    [2, 'a'],
    [4, 'far'],
  ]);
  expect([...decision.left]).toEqual([[1, 'q']]);
});

test('a pin of an item that a rule drops has no effect, and one beyond the slate reserves nothing', () => {
  const pins = [
    { ruleId: 'a', row: 0, position: 0 },
    { ruleId: 'b', row: 1, position: 7 },
  ];
  const policy = { ...SCORES_POLICY, slots: 2 };
  expect(rowsOf(inputOf([1, 5, 3], { rules: { ...NO_RULES, pins }, dropped: ['stock', null, null], policy }))).toEqual([
    1, 2,
  ]);
});

test('a minimum is filled by the last positions that can, a maximum holds within its positions only', () => {
  const columns = [[1, 1, 1, 2, 2]];
  const min = { ruleId: 'min', column: 0, value: 2, max: null, min: 2, within: 3 };
  const filled = decide(inputOf([9, 8, 7, 2, 1], { rules: { ...NO_RULES, quotas: [min], columns } }));
  expect(filled.slots.map(({ row, ruleId = '' }) => [row, ruleId])).toEqual([
    [0, ''],
    [3, 'min'],
    [4, 'min'],
    [1, ''],
    [2, ''],
  ]);
  const max = { ruleId: 'max', column: 0, value: 1, max: 1, min: null, within: 2 };
  expect(rowsOf(inputOf([9, 8, 7, 2, 1], { rules: { ...NO_RULES, quotas: [max], columns } }))).toEqual([0, 3, 1, 2, 4]);
});

test('a minimum holds in a slate that ends before the candidates do', () => {
  const min = { ruleId: 'min', column: 0, value: 2, max: null, min: 2, within: null };
  const rules = { ...NO_RULES, quotas: [min], columns: [[1, 1, 1, 1, 2, 2, 2]] };
  const policy = { ...SCORES_POLICY, slots: 3 };
  expect(rowsOf(inputOf([9, 8, 7, 6, 3, 2, 1], { rules, policy }))).toEqual([0, 4, 5]);
  const wide = { ...rules, quotas: [{ ...min, within: 6 }] };
  expect(rowsOf(inputOf([9, 8, 7, 6, 3, 2, 1], { rules: wide, policy }))).toEqual([0, 4, 5]);
});

test('two minimums over the same positions are both met', () => {
  const min = { column: 0, max: null, min: 1, within: 3 };
  const quotas = [
    { ...min, ruleId: 'two', value: 2 },
    { ...min, ruleId: 'three', value: 3 },
  ];
  const { slots } = decide(inputOf([9, 8, 7, 2, 1], { rules: { ...NO_RULES, quotas, columns: [[1, 1, 1, 2, 3]] } }));
  expect(slots.slice(0, 3).map(({ row, ruleId = '' }) => [row, ruleId])).toEqual([
    [0, ''],
    [3, 'two'],
    [4, 'three'],
  ]);
});

test('without a weighed head the first one orders; utilities of 0 and less keep their order', () => {
  const far = Array.from({ length: 20 }, (_, row) => 5 - row / 4);
  const weights = { purchase: 1 };
  expect(rowsOf(inputOf(far, { policy: { ...SCORES_POLICY, weights } }))).toEqual(far.map((_, row) => row));
  const heads = [{ name: 'next_item' }, { name: 'dismiss', calibration: { slope: 1, offset: 0 } }];
  const costs = inputOf([0, 3, 0, -2, 0, 1], { heads, dropped: [null, null, null] });
  expect(rowsOf({ ...costs, policy: { ...SCORES_POLICY, weights: { dismiss: -1 } } })).toEqual([1, 2, 0]);
});

test('in a long diverse list the row of the highest value is taken to the end, of two alike the first', () => {
  const random = createRandom(5);
  const logits = Array.from({ length: 120 }, (_, row) =>
    row % 30 === 7 ? Number.NaN : Math.round(random() * 40) / 10,
  );
  const vectors = Int8Array.from({ length: 120 * 32 }, () => Math.floor(random() * 255) - 127);
  const input = inputOf(logits, { policy: { ...SCORES_POLICY, diversity: 0.7 }, vectors });
  const loop = new SlotLoop(input);
  const left = new Set(logits.keys());
  for (const { row } of decide(input).slots) {
    const most = Math.max(...[...left].map((one) => loop.value(one)));
    expect(row).toBe([...left].find((one) => loop.value(one) === most));
    left.delete(row);
    loop.choose(row);
  }
  expect(left.size).toBe(0);
});

test('a row that a log repeats takes no other one away', () => {
  const loop = new SlotLoop(inputOf([4, 3, 2, 1]));
  loop.choose(0);
  loop.choose(0);
  expect(loop.next()?.rows).toEqual([1, 2, 3]);
});

test('the coldest draw that is allowed still has propensities', () => {
  const policy: SlatePolicy = { ...SCORES_POLICY, weights: { next_item: 100 } };
  const exploration = { positions: [0], epsilon: 0.1, temperature: 1e-308 };
  const chances = new SlotLoop(inputOf([1, 2, 3], { policy: { ...policy, exploration } })).next();
  expect(chances?.propensities.map((p) => Number(p.toFixed(6)))).toEqual([0.033333, 0.033333, 0.933333]);
});

test('spacing keeps two of a value apart, and gives way by name where nothing else is left', () => {
  const rules = { ...NO_RULES, spacing: [{ ruleId: 'gap', column: 0, gap: 1 }], columns: [[1, 1, 1, 2]] };
  const { slots } = decide(inputOf([9, 8, 7, 1], { rules }));
  expect(slots.map(({ row, relaxed }) => [row, ...relaxed])).toEqual([[0], [3], [1], [2, 'gap']]);
});

test('draws follow the logged propensities, with a floor, and are the same for the same slate id', () => {
  const logits = [0, 1, 2, -Infinity, 60];
  const loop = new SlotLoop(inputOf(logits, { policy: explore([0]), dropped: [null, null, null, null, 'x'] }));
  const chances = loop.next();
  const propensities = chances?.propensities ?? [];
  expect(propensities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  expect(Math.min(...propensities)).toBeCloseTo(0.2 / 4, 12);
  const counts = [0, 0, 0, 0];
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const input = inputOf(logits, {
      slateId: `slate-${String(i)}`,
      policy: explore([0]),
      dropped: [null, null, null, null, 'x'],
    });
    counts[decide(input).slots[0].row]++;
  }
  // 4.5 standard errors
  counts.forEach((count, row) => {
    const p = propensities[row];
    expect(Math.abs(count / draws - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / draws));
  });
  const input = inputOf(logits, { policy: explore([0, 1, 2]) });
  expect(decide(input)).toEqual(decide(input));
});

test('draws of neighbouring positions are independent', () => {
  const pairs = Array.from({ length: 20_000 }, (_, i) => [slotDraw(`x${String(i)}`, 3), slotDraw(`x${String(i)}`, 4)]);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const correlation = mean(pairs.map(([a, b]) => (a - 0.5) * (b - 0.5))) * 12;
  expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(pairs.length));
  expect(mean(pairs.map(([a]) => a))).toBeCloseTo(0.5, 1);
});

test('a quota over exactly the slate’s positions is named for what it held back', () => {
  const quotas = [{ ruleId: 'q', column: 0, value: null, max: 1, min: null, within: 2 }];
  const rules = { ...NO_RULES, quotas, columns: [[1, 1, 2, 3]] };
  const { left } = decide(inputOf([9, 8, 7, 6], { rules, policy: { ...SCORES_POLICY, slots: 2 } }));
  expect([...left]).toEqual([
    [1, 'q'],
    [3, null],
  ]);
});

test('slots cut the slate; what is left out says so', () => {
  const { slots, left } = decide(inputOf([3, 2, 1], { policy: { ...SCORES_POLICY, slots: 1 } }));
  expect(slots).toHaveLength(1);
  expect([...left]).toEqual([
    [1, null],
    [2, null],
  ]);
});

test('a policy from outside: over the default, or a problem that names the field', () => {
  expect(parsePolicy({ diversity: 0, exploration: { positions: [2, 4] } })).toEqual({
    ...DEFAULT_POLICY,
    diversity: 0,
    exploration: { ...DEFAULT_POLICY.exploration, positions: [2, 4] },
  });
  const wrong: readonly [unknown, string][] = [
    [null, 'it must be'],
    [{ diversity: -1 }, 'diversity'],
    [{ weights: { a: Infinity } }, 'weights'],
    [{ exploration: { epsilon: 0 } }, 'exploration.epsilon'],
    [{ exploration: { positions: [3, 1] } }, 'exploration.positions'],
    [{ slots: 0 }, 'slots'],
    [{ diversty: 1 }, 'diversty'],
  ];
  for (const [given, name] of wrong) {
    const parsed = parsePolicy(given);
    expect(isProblem(parsed) && parsed.message, name).toContain(name);
  }
});
