import { describe, expect, test } from 'vitest';
import { parseRules } from '../../src/core/parse-rules.ts';
import { BUILT_IN_RULES, DEFAULT_RULES } from '../../src/core/rule-set.ts';

const parse = (rules: readonly unknown[], set: object = {}) =>
  parseRules({ schemaVersion: 1, version: 'v1', rules, ...set });

/** The problem of a set with one rule, and that the rule is left out. */
function refusalOf(rule: unknown, set: object = {}): string {
  const { rules, problems } = parse([rule, { id: 'last', kind: 'spacing', by: 'brand', gap: 1 }], set);
  expect(rules.rules.slice(BUILT_IN_RULES.length).map(({ id }) => id)).toEqual(['last']);
  expect(problems.map(({ code }) => code)).toEqual(['rule_invalid']);
  return problems[0].message;
}

const OVERRIDE = { author: 'Ann', expiresAt: '2026-12-01T00:00:00Z' };

describe('parseRules', () => {
  test('gives typed rules after the built-in ones, times in epoch ms', () => {
    const { rules, problems } = parse([
      { id: 'gift', kind: 'pin', item: 'i1', position: 0, from: '2026-11-21T10:00:00+01:00', ...OVERRIDE },
      { id: 'fresh', kind: 'price', ttlMs: 1000, placements: ['home'] },
    ]);
    expect(problems).toEqual([]);
    expect(rules.version).toBe('v1');
    expect(rules.rules.slice(0, -2)).toEqual(BUILT_IN_RULES);
    expect(rules.rules.slice(-2)).toEqual([
      {
        ...{ id: 'gift', kind: 'pin', item: 'i1', position: 0, author: 'Ann' },
        ...{ from: Date.UTC(2026, 10, 21, 9), expiresAt: Date.UTC(2026, 11, 1) },
      },
      { id: 'fresh', kind: 'price', ttlMs: 1000, placements: ['home'] },
    ]);
  });

  test('a rule stands in for the built-in one of its id, or switches it off', () => {
    const { rules, problems } = parse([
      { id: 'stock', kind: 'stock', min: 3 },
      { id: 'dismissed', kind: 'dismissed', enabled: false },
    ]);
    expect(problems).toEqual([]);
    expect(rules.rules.map(({ id }) => id)).toEqual(['eligible', 'region', 'age', 'stock']);
    expect(rules.rules.at(-1)).toEqual({ id: 'stock', kind: 'stock', min: 3 });
  });

  test('a wrong rule does not take the place of a built-in one', () => {
    const { rules } = parse([{ id: 'age', kind: 'age', enabled: 'no' }]);
    expect(rules.rules).toEqual(BUILT_IN_RULES);
  });

  test.each<readonly [string, unknown]>([
    ['rule "a" is left out: kind must be one of eligible, hide, pin', { id: 'a', kind: 'boost' }],
    ['kind must be one of', { id: 'a', kind: 'constructor' }],
    ['rules[0] is left out: it must be an object', null],
    ['rules[0] is left out: it must be an object', [1]],
    ['rules[0] is left out: id is missing', { kind: 'age' }],
    ['rules[0] is left out: id must be a text of 1 to 64 characters', { kind: 'age', id: 'x'.repeat(65) }],
    ['"untill" is no field of kind age', { id: 'a', kind: 'age', untill: '2026-12-01T00:00:00Z' }],
    ['"__proto__" is no field', JSON.parse('{"id": "a", "kind": "age", "__proto__": {"enabled": false}}')],
    ['"toString" is no field', { id: 'a', kind: 'age', toString: 1 }],
    ['until must be a time such as', { id: 'a', kind: 'age', until: '2026-12-01' }],
    ['from names a day that does not exist', { id: 'a', kind: 'age', from: '2026-02-29T00:00:00Z' }],
    ['placements must be a list of 1', { id: 'a', kind: 'age', placements: [] }],
    ['enabled must be true or false', { id: 'a', kind: 'age', enabled: 0 }],
    ['require is missing', { id: 'a', kind: 'eligible' }],
    ['require is not usable: item.x.$regex is no operator', { id: 'a', kind: 'eligible', require: { 'item.x': { $regex: 'x' } } }], // prettier-ignore
    ['require reads "price"; paths must begin with item., context., customer.', { id: 'a', kind: 'eligible', require: { price: 1 } }], // prettier-ignore
    ['when reads "item.x"; paths must begin with context., customer.', { id: 'a', kind: 'age', when: { 'item.x': 1 } }],
    ['require reads "customer"', { id: 'a', kind: 'eligible', require: { $nor: [{ customer: { $exists: true } }] } }],
    ['add "email" to customerFields', { id: 'a', kind: 'age', when: { $or: [{ 'customer.email': 'x' }] } }],
    ['author is missing', { id: 'a', kind: 'hide', items: ['x'], expiresAt: OVERRIDE.expiresAt }],
    ['expiresAt is missing', { id: 'a', kind: 'pin', item: 'x', position: 0, author: 'Ann' }],
    ['it needs items or match', { id: 'a', kind: 'hide', ...OVERRIDE }],
    ['position must be a whole number from 0 to 499', { id: 'a', kind: 'pin', item: 'x', position: 500, ...OVERRIDE }],
    ['position must be a whole number', { id: 'a', kind: 'pin', item: 'x', position: Number.NaN, ...OVERRIDE }],
    ['ttlMs must be a number of milliseconds > 0', { id: 'a', kind: 'stock', ttlMs: Infinity }],
    ['unknown must be "keep" or "drop"', { id: 'a', kind: 'region', unknown: 'maybe' }],
    ['it needs items or categories or brands or safety', { id: 'a', kind: 'blocklist' }],
    ['boost must be a number from 0 to 10', { id: 'a', kind: 'margin', boost: -1 }],
    ['it needs max or min', { id: 'a', kind: 'quota', by: 'brand' }],
    ['min needs a value', { id: 'a', kind: 'quota', by: 'brand', min: 1 }],
    ['min is above max', { id: 'a', kind: 'quota', by: 'brand', value: 'x', min: 2, max: 1 }],
    ['max must be a whole number from 1 to 100', { id: 'a', kind: 'frequency', max: 101, windowMs: 1 }],
  ])('leaves out one rule: %s', (message, rule) => {
    expect(refusalOf(rule, { customerFields: ['loyalty'] })).toContain(message);
  });

  test('takes a customer field that is listed', () => {
    const rule = { id: 'a', kind: 'age', when: { 'customer.loyalty.level': 2 } };
    expect(parse([rule], { customerFields: ['loyalty'] }).problems).toEqual([]);
    expect(refusalOf(rule)).toContain('add "loyalty" to customerFields');
  });

  test('the second of two rules of one id is left out', () => {
    const { rules, problems } = parse([
      { id: 'a', kind: 'spacing', by: 'brand', gap: 1 },
      { id: 'a', kind: 'age' },
    ]);
    expect(rules.rules.map(({ kind }) => kind)).toEqual([...BUILT_IN_RULES.map(({ kind }) => kind), 'spacing']);
    expect(problems.map(({ message }) => message)).toEqual([
      'rule "a" is left out: id was used before; give it another',
    ]);
  });

  test.each<readonly [unknown]>([
    ...[[null], [undefined], ['x'], [[]], [5], [{}], [Number.NaN], [{ schemaVersion: 2, version: 'v', rules: [] }]],
    [{ schemaVersion: 1, version: 'v', rules: {} }],
    [JSON.parse('{"__proto__": {"schemaVersion": 1, "rules": []}}')],
  ] as const)('what is no rule set leaves the built-in rules: %j', (input) => {
    const { rules, problems } = parseRules(input);
    expect(rules).toBe(DEFAULT_RULES);
    expect(problems.map(({ code }) => code)).toEqual(['rules_invalid']);
  });

  test('a wrong field of the set is named and its rules apply', () => {
    const wrong = { version: 7, customerFields: 'loyalty', comment: 'x' };
    const { rules, problems } = parse([{ id: 'a', kind: 'spacing', by: 'brand', gap: 1 }], wrong);
    expect(rules.version).toBe('unnamed');
    expect(rules.rules.at(-1)?.id).toBe('a');
    expect(problems.map(({ code }) => code)).toEqual(['rules_invalid', 'rules_invalid', 'rules_invalid']);
    expect(problems.map(({ message }) => message).join()).toMatch(/version must.*customerFields must.*"comment" is no/);
  });

  test('takes a thousand rules of a flood, and names the rest once', () => {
    const flood = Array.from({ length: 100_000 }, (_, n) => ({
      id: `r${String(n)}`,
      kind: 'spacing',
      by: 'brand',
      gap: 1,
    }));
    const { rules, problems } = parse(flood);
    expect(rules.rules).toHaveLength(1000 + BUILT_IN_RULES.length);
    expect(problems.map(({ message }) => message)).toEqual(['rules: only the first 1000 of 100000 rules apply']);
  });

  test('messages stay short, whatever the set is made of', () => {
    const long = 'x'.repeat(1e6);
    const rules = [
      { id: 'a', kind: 'age', [long]: 1 },
      { id: 'b', kind: 'eligible', require: { [long]: 1 } },
      { id: 'c', kind: 'eligible', require: { [`customer.${long}`]: 1 } },
      { id: long, kind: long },
    ];
    const { problems } = parse(rules, { [long]: 1 });
    expect(problems).toHaveLength(5);
    for (const { message } of problems) expect(message.length).toBeLessThan(500);
  });
});
