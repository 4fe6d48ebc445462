import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test, vi } from 'vitest';
import { parseRules } from '../../src/core/parse-rules.ts';
import { createRandom } from '../../src/core/random.ts';
import { type Random, pick } from './condition-maker.ts';
import { KINDS, type RawRule, makeRuleSet } from './rule-set-maker.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/rules.schema.json', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>;
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
const validate = ajv.compile(schema);

// thousands of cases, on a machine that may be busy with other tests
vi.setConfig({ testTimeout: 60_000 });

const SEED = 20261122;

/** What the schema's own description says that it cannot say, by the message of the problem. */
const BEYOND_A_SCHEMA = [
  /id was used before/,
  /id is that of a built-in rule/,
  /add ".*" to customerFields/,
  /nests deeper than 10 levels/,
  /beyond 2000 values/,
  /names a day that does not exist/,
  /min is above max/,
];

const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => [inner], 1 as unknown);

/** Odd, wrong and right values for any place. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2.5, 11, 100, 101, 500, 501, 1e300, '', 'x', 'keep', 'category', '😀'.repeat(64)],
  ...['x'.repeat(65), 'x'.repeat(201), '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2028-02-29T23:59:59.999+14:00'],
  ...['2026-11-21', '2026-11-21T09:00:00', '2026-11-21T24:00:00Z', [], ['a'], ['a', ''], ['a', 1], {}],
  ...[
    { $regex: 'x' },
    { $gt: 1 },
    { $gt: null },
    { $gt: 1, x: 2 },
    { $in: 'x' },
    { $in: [1, null] },
    { x: 1 },
    { '': 1 },
  ],
  ...[{ 'customer.secret': 1 }, { 'customer.loyalty': { $not: { $size: { $gt: 1 } } } }, { 'item.x': 1 }, { item: 1 }],
  ...[
    { 'context.': 1 },
    { 'context..x': 1 },
    { 'context.x': {} },
    { 'context.x': { y: 1 } },
    { 'context.x': deep(12) },
  ],
  ...[{ 'context.x': { $elemMatch: {} } }, { 'context.x': { $elemMatch: { $and: [] } } }, { $nor: [{}] }, { $or: [1] }],
  ...[{ 'context.x': { $in: Array.from({ length: 2001 }, () => 1) } }, { 'context.x': { $size: 'x' } }, { $where: 1 }],
  ...[{ 'context.x': { $elemMatch: { y: { $all: [{ $type: 'null' }] } } } }, { 'context.x': { $type: 'date' } }],
];

type Json = Record<string, unknown>;

/** Every object and list of a JSON value. */
const containersOf = (value: unknown): Json[] =>
  typeof value === 'object' && value !== null ? [value as Json, ...Object.values(value).flatMap(containersOf)] : [];

/** One change anywhere: a value, a field more or less, another kind, a rule twice. */
function mutate(random: Random, set: Json & { readonly rules: RawRule[] }): void {
  const roll = random();
  const container = pick(random, random() < 0.5 ? [...set.rules, set] : containersOf(set));
  const key = pick(random, [...Object.keys(container), 'extra']);
  const field = pick(
    random,
    'min max value within floor boost placements when enabled until author extra $schema'.split(' '),
  );
  if (roll < 0.4) container[key] = structuredClone(pick(random, VALUES));
  else if (roll < 0.6) Reflect.deleteProperty(container, key);
  else if (roll < 0.8) container[field] = structuredClone(pick(random, VALUES));
  else if (roll < 0.95) pick(random, set.rules)['kind'] = pick(random, KINDS);
  else set.rules.push(structuredClone(pick(random, set.rules)));
}

describe('rules.schema.json', () => {
  test('is a valid schema of draft 2020-12', () => {
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  test('takes every example of docs/rules.md, one of each kind, as parseRules does', () => {
    const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
    const examples = [...page.matchAll(/^```json\n([^]*?)^```/gm)].map(([, text]) => JSON.parse(text) as RawRule);
    const kinds = new Set<unknown>();
    for (const example of examples) {
      const set = 'rules' in example ? example : { schemaVersion: 1, version: 'v', rules: [example] };
      expect([validate(set), parseRules(set).problems, example]).toEqual([true, [], example]);
      for (const { kind } of set['rules'] as RawRule[]) kinds.add(kind);
    }
    expect([...kinds].sort()).toEqual([...KINDS].sort());
  });

  test(`takes 2,000 random rule sets, as parseRules does (seed ${String(SEED)})`, () => {
    const random = createRandom(SEED);
    for (let n = 0; n < 2000; n++) {
      const set = makeRuleSet(random);
      expect(parseRules(set).problems, JSON.stringify(set)).toEqual([]);
      expect([validate(set), set]).toEqual([true, set]);
    }
  });

  test(`agrees with parseRules on 6,000 mutated rule sets (seed ${String(SEED + 1)})`, () => {
    const random = createRandom(SEED + 1);
    const told = { taken: 0, refused: 0 };
    const beyond = BEYOND_A_SCHEMA.map(() => 0);
    for (let n = 0; n < 6000; n++) {
      const draft = makeRuleSet(random);
      mutate(random, draft);
      const set: unknown = JSON.parse(JSON.stringify(draft));
      const { problems } = parseRules(set);
      const byShape = problems.filter(({ message }) => {
        const at = BEYOND_A_SCHEMA.findIndex((pattern) => pattern.test(message));
        if (at >= 0) beyond[at]++;
        return at < 0;
      });
      // a rule has one problem at most, and the first may be one that a schema cannot say
      if (problems.length > 0 && byShape.length === 0) continue;
      const taken = byShape.length === 0;
      expect([validate(set), set, problems]).toEqual([taken, set, problems]);
      if (taken) told.taken++;
      else told.refused++;
    }
    expect(told.taken).toBeGreaterThan(1000);
    expect(told.refused).toBeGreaterThan(1000);
    for (const [at, count] of beyond.entries()) expect(count, String(BEYOND_A_SCHEMA[at])).toBeGreaterThan(0);
  });
});
