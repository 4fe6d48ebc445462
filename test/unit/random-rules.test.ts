import { expect, test, vi } from 'vitest';
import { applyRules } from '../../src/core/apply-rules.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { Conduct } from '../../src/core/conduct.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { parseRules } from '../../src/core/parse-rules.ts';
import { createRandom } from '../../src/core/random.ts';
import type { RuleInput } from '../../src/core/rule-input.ts';
import { type Random, pick } from './condition-maker.ts';
import { BRANDS, CATEGORIES, PLACEMENTS, RULES_NOW, WINDOWS_MS, makeRuleSet } from './rule-set-maker.ts';

// thousands of cases, on a machine that may be busy with other tests
vi.setConfig({ testTimeout: 60_000 });

const SEED = 20261123;

const ODD: readonly unknown[] = [
  ...[null, undefined, Number.NaN, Infinity, -Infinity, -1, 0, 1, 1e308, '', 'x', true, false, [], ['x', null], {}],
  JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}') as unknown,
  ...[Object.create(null) as unknown, Symbol('odd'), 1n, () => 1],
];

function oddItem(random: Random, row: number): Candidate {
  const fields: Record<string, unknown> = { category: pick(random, CATEGORIES), brand: pick(random, BRANDS), stock: 3 };
  for (const field of 'stock stockAt margin region minAge safety eligible price priceAt category brand tags'.split(
    ' ',
  )) {
    if (random() < 0.3) fields[field] = pick(random, ODD);
  }
  return { ...fields, id: `item ${String(row)}` };
}

function randomInput(random: Random): RuleInput {
  const candidates = Array.from({ length: Math.floor(random() * 25) }, (_, row) => oddItem(random, row));
  const conduct = new Conduct();
  for (let n = 0; n < 20; n++) {
    const item = itemHash(`item ${String(Math.floor(random() * 25))}`);
    conduct.add({
      kind: pick(random, ['dismiss', 'purchase', 'impression', 'view']),
      item,
      at: RULES_NOW - random() * 1e8,
    });
  }
  const hashes = candidates.map(({ id }) => itemHash(id));
  const odd = (name: string) => (random() < 0.5 ? { [name]: pick(random, [...ODD, 'GB', 'phone', 30]) } : {});
  return {
    ...{ rules: parseRules(makeRuleSet(random)).rules, placement: pick(random, PLACEMENTS), candidates },
    ...{
      issuedAt: pick(random, [RULES_NOW, RULES_NOW - 3_600_000, Number.NaN]),
      now: random() < 0.9 ? RULES_NOW : Number.NaN,
    },
    ...{ context: { ...odd('region'), ...odd('device') }, customer: { ...odd('age'), ...odd('loyalty') } },
    facts: conduct.facts(hashes, RULES_NOW, WINDOWS_MS),
  };
}

test(`2,000 random rule sets on odd candidates (seed ${String(SEED)}): the first rule that drops an item alone is named`, () => {
  const random = createRandom(SEED);
  const seen = { kept: 0, dropped: 0, pins: 0, quotas: 0 };
  for (let n = 0; n < 2000; n++) {
    const input = randomInput(random);
    const { dropped, slotRules, candidates } = applyRules(input);
    expect(candidates.map(({ id }) => id)).toEqual(input.candidates.map(({ id }) => id));
    const prices = input.rules.rules.filter(({ kind }) => kind === 'price');
    const alone = input.rules.rules.map((rule) => {
      const rules = { version: 'one', rules: [rule, ...prices] };
      return applyRules({ ...input, rules }).dropped.map((id) => (id === null ? null : rule.id));
    });
    const expected = candidates.map((_, row) => alone.find((drops) => drops[row] !== null)?.[row] ?? null);
    expect([dropped, n]).toEqual([expected, n]);
    for (const { row } of slotRules.pins) expect(dropped[row]).toBeNull();
    for (const of of ['row', 'position'] as const) {
      expect(new Set(slotRules.pins.map((pin) => pin[of])).size).toBe(slotRules.pins.length);
    }
    for (const { column, value } of slotRules.quotas) {
      expect(value === null || slotRules.columns[column].includes(value)).toBe(true);
    }
    // it can be logged and read back as it is, and comes out the same again
    expect(JSON.parse(JSON.stringify(slotRules))).toEqual(slotRules);
    expect(applyRules(input)).toEqual(applyRules(input));
    seen.kept += dropped.filter((id) => id === null).length;
    seen.dropped += dropped.filter((id) => id !== null).length;
    seen.pins += slotRules.pins.length;
    seen.quotas += slotRules.quotas.length;
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(30);
});
