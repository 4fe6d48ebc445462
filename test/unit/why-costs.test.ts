import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { valueSlate } from '../../src/core/expected-utility.ts';
import { SCORES_POLICY, type SlatePolicy } from '../../src/core/policy.ts';
import { createSlateLog, decisionInputOf } from '../../src/core/slate-log.ts';
import { type DecisionInput, SlotLoop } from '../../src/core/slot-loop.ts';
import { utilitiesOf } from '../../src/core/utility.ts';
import { randomDecision } from './random-decision.ts';
import { NO_RULES, inputOf, newId, slateEvent, whyOf } from './why-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearside-why-costs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = whyOf.bind(null, folder);
const explore = (positions: number[], epsilon = 1, slots: number | null = null): SlatePolicy => ({
  ...SCORES_POLICY,
  slots,
  exploration: { positions, epsilon, temperature: 1 },
});
const weight = (position: number): number => 1 / Math.log2(position + 2);
const FOUR = [4, 3, 2, 1];
/** Item d of `FOUR` first instead of last. */
const D_FIRST = 0.3 - 0.1 * (weight(1) + weight(2) + weight(3));

describe('costs', { timeout: 60_000 }, () => {
  const pinned = { ...NO_RULES, pins: [{ ruleId: 'promo', row: 3, position: 0 }] };

  test('a pin costs what the items behind it lose and it gains, over the slates in which it is in effect', async () => {
    const { costs, expectedUtility } = await run([
      slateEvent(inputOf(FOUR, { rules: pinned })),
      slateEvent(inputOf(FOUR)),
      // already first
      slateEvent(inputOf([1, 1, 1, 7], { rules: pinned })),
    ]);
    const without = 0.4 + 0.3 * weight(1) + 0.2 * weight(2) + 0.1 * weight(3);
    const first = 0.7 + 0.1 * (weight(1) + weight(2) + weight(3));
    expect(D_FIRST).toBeCloseTo(0.1438, 4);
    expect(costs).toEqual([
      {
        ...{ kind: 'pin', ruleId: 'promo', slates: 2, changed: 1, scored: 2 },
        cost: expect.closeTo(D_FIRST / 2, 4) as number,
        relative: expect.closeTo(D_FIRST / (without + first), 4) as number,
      },
    ]);
    expect(expectedUtility).toEqual({
      ...{ slates: 3, positions: 10 },
      mean: expect.closeTo((2 * without - D_FIRST + first) / 3, 4) as number,
    });
  });

  test('a rule without effect costs nothing, to the last digit', async () => {
    const rules = {
      pins: [{ ruleId: 'p', row: 0, position: 0 }],
      quotas: [{ ruleId: 'q', column: 0, value: null, max: 9, min: null, within: null }],
      spacing: [{ ruleId: 's', column: 1, gap: 2 }],
      columns: [[1, 1, 2, 2], FOUR],
      boost: [1, 1, 1, 1],
    };
    const { costs } = await run(
      Array.from({ length: 20 }, () => slateEvent(inputOf(FOUR, { rules, policy: explore([1]) }))),
    );
    const rows = costs.filter(({ kind }) => kind !== 'exploration');
    expect(rows.map(({ kind, ruleId }) => [kind, ruleId]).sort()).toEqual([
      ...[
        ['boost', null],
        ['pin', 'p'],
        ['quota', 'q'],
        ['spacing', 's'],
      ],
    ]);
    for (const row of rows) expect(row).toMatchObject({ slates: 20, changed: 0, scored: 20, cost: 0, relative: 0 });
  });

  test('boosts, quotas, exploration and diversity, by hand', async () => {
    const costOf = async (more: Partial<DecisionInput>, parts = FOUR) =>
      (await run([slateEvent(inputOf(parts, more))])).costs[0];
    // d is boosted to the top
    const boost = { ...NO_RULES, boost: [1, 1, 1, 10] };
    expect(await costOf({ rules: boost })).toMatchObject({ kind: 'boost', cost: expect.closeTo(D_FIRST, 4) as number });
    // a, c instead of a, b in the first two; then b, d
    const quota = { ruleId: 'q', column: 0, value: 1, max: 1, min: null, within: 2 };
    expect(await costOf({ rules: { ...NO_RULES, quotas: [quota], columns: [[1, 1, 2, 2]] } })).toMatchObject({
      ...{ kind: 'quota', ruleId: 'q', cost: expect.closeTo(0.1 * (weight(1) - weight(2)), 4) as number },
    });
    // one slot, drawn evenly
    expect(await costOf({ policy: explore([0], 1, 1) })).toEqual({
      ...{ kind: 'exploration', ruleId: null, slates: 1, scored: 1, cost: 0.15, relative: 0.375 },
      changed: expect.any(Number) as number,
    });
    // b is like a, so c goes before it
    const vectors = new Int8Array(3 * 32);
    [vectors[0], vectors[32], vectors[65]] = [100, 100, 100];
    const diverse = await costOf({ vectors, policy: { ...SCORES_POLICY, diversity: 2 } }, [5, 3, 2]);
    expect(diverse).toMatchObject({
      kind: 'diversity',
      cost: expect.closeTo(0.1 * (weight(1) - weight(2)), 4) as number,
    });
  });

  test('in the server’s order there is no utility, and a pin still changes it', async () => {
    const { costs, notes } = await run([
      slateEvent(inputOf(FOUR, { logits: null, rules: pinned }), { tier: 'server' }),
    ]);
    expect(costs).toEqual([
      { kind: 'pin', ruleId: 'promo', slates: 1, changed: 1, scored: 0, cost: null, relative: null },
    ]);
    expect(notes.join()).toContain('not observable: costs');
  });

  test('of 200 random slates (seeds 1 to 200) they equal decisions made again without the rule', async () => {
    const events = Array.from({ length: 200 }, (_, n) => slateEvent({ ...randomDecision(n + 1), slateId: newId() }));
    const sums = new Map<string, { slates: number; cost: number; scored: number; without: number }>();
    const note = (name: string, input: DecisionInput, without: DecisionInput): void => {
      const entry = sums.get(name) ?? { slates: 0, cost: 0, scored: 0, without: 0 };
      sums.set(name, entry);
      entry.slates++;
      if (input.logits === null) return;
      entry.scored++;
      entry.cost += bruteValue(without) - bruteValue(input);
      entry.without += bruteValue(without);
    };
    for (const { slateId = '', slate } of events) {
      if (slate === undefined) continue;
      const input = decisionInputOf(slateId, slate);
      const { rules, policy } = input;
      for (const [kind, list] of [
        ['pin', 'pins'],
        ['quota', 'quotas'],
        ['spacing', 'spacing'],
      ] as const) {
        for (const { ruleId } of rules[list]) {
          const left = (rules[list] as readonly { readonly ruleId: string }[]).filter((rule) => rule.ruleId !== ruleId);
          note(`${kind} ${ruleId}`, input, { ...input, rules: { ...rules, [list]: left } });
        }
      }
      if (input.logits === null) continue;
      if (rules.boost) note('boost', input, { ...input, rules: { ...rules, boost: rules.boost.map(() => 1) } });
      const greedy = { ...policy, exploration: { ...policy.exploration, positions: [] } };
      if (policy.exploration.positions.length > 0) note('exploration', input, { ...input, policy: greedy });
      if (input.vectors) note('diversity', input, { ...input, policy: { ...policy, diversity: 0 } });
      if (input.popularity) note('novelty', input, { ...input, policy: { ...policy, novelty: 0 } });
      if (input.impressions) note('fatigue', input, { ...input, policy: { ...policy, fatigue: 0 } });
    }
    const { costs } = await run(events);
    expect(costs.length).toBeGreaterThanOrEqual(10);
    const found = costs.map((row) => [row.ruleId === null ? row.kind : `${row.kind} ${row.ruleId}`, row] as const);
    expect(found.map(([name]) => name).sort()).toEqual([...sums.keys()].sort());
    for (const [name, { slates, scored, cost, relative }] of found) {
      const want = sums.get(name) ?? { slates: 0, cost: 0, scored: 0, without: 0 };
      expect([slates, scored], name).toEqual([want.slates, want.scored]);
      expect(cost, name).toBeCloseTo(want.cost / want.scored, 4);
      expect(relative, name).toBeCloseTo(want.cost / want.without, 3);
      expect(Math.abs(cost ?? 0), `${name} is not put to the test`).toBeGreaterThan(0);
    }
  });

  /** From the finished decision: what it shows, and at drawn slots what it would show on average. */
  function bruteValue(input: DecisionInput): number {
    const { logits, heads, policy } = input;
    const utilities = utilitiesOf({ logits: logits ?? [], heads, weights: policy.weights });
    const utility = (row: number): number => (Number.isNaN(utilities[row]) ? 0 : utilities[row]);
    const loop = new SlotLoop(input);
    let value = 0;
    decide(input)
      .slots.slice(0, 10)
      .forEach(({ row, by }, position) => {
        const chances = by === 'drawn' ? loop.next() : null;
        const expected = chances?.rows.reduce((sum, one, at) => sum + chances.propensities[at] * utility(one), 0);
        value += weight(position) * (expected ?? utility(row));
        loop.choose(row);
      });
    return value;
  }

  test('the mean over slate ids is the expectation over all draws', () => {
    const rules = { ...pinned, quotas: [{ ruleId: 'q', column: 0, value: null, max: 1, min: null, within: 4 }] };
    const input = inputOf([5, 4, 3, 2, 1], {
      rules: { ...rules, columns: [[1, 1, 2, 0, 2]] },
      policy: { ...explore([1, 2], 0.4), fatigue: 0.5 },
      impressions: [0, 3, 0, 1, 9],
    });
    const exact = expectedOf(input, []);
    const values = Array.from(
      { length: 4000 },
      (_, n) => valueSlate({ ...input, slateId: `slate ${String(n)}` }).value ?? 0,
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    expect(variance).toBeGreaterThan(0);
    expect(Math.abs(mean - exact)).toBeLessThan(3 * Math.sqrt(variance / values.length));
  });

  /** By going through every draw. */
  function expectedOf(input: DecisionInput, chosen: readonly number[]): number {
    const loop = new SlotLoop(input);
    for (const row of chosen) loop.choose(row);
    const chances = loop.next();
    if (chances === null) return 0;
    const utilities = utilitiesOf({ logits: input.logits ?? [], heads: input.heads, weights: null });
    return chances.rows.reduce((sum, row, at) => {
      const propensity = chances.propensities[at];
      if (propensity === 0) return sum;
      return sum + propensity * (weight(chosen.length) * utilities[row] + expectedOf(input, [...chosen, row]));
    }, 0);
  }
});

test('a slate is valued as it was decided', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const input = randomDecision(seed);
    const log = createSlateLog({
      input,
      decision: decide(input),
      itemIds: input.dropped.map(String),
      rulesVersion: '',
    });
    expect(valueSlate(input).top).toEqual(log.slots.slice(0, 10).map(([row]) => row));
  }
});
