import { describe, expect, test } from 'vitest';
import { windowsOf } from '../../src/core/apply-rules.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { Conduct } from '../../src/core/conduct.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { parseRules } from '../../src/core/parse-rules.ts';
import type { RuleInput } from '../../src/core/rule-input.ts';
import { DEFAULT_RULES } from '../../src/core/rule-set.ts';
import { OVERRIDE, apply, droppedBy, items, ruleSet } from './rule-fixture.ts';
import { RULES_NOW as NOW } from './rule-set-maker.ts';

const HOUR = 3_600_000;

describe('what each kind drops', () => {
  test('eligible', () => {
    const candidates = items({ margin: 1 }, { margin: 3 }, {}, { margin: 'x' });
    expect(droppedBy({ kind: 'eligible', require: { 'item.margin': { $gt: 2 } } }, candidates)).toBe('acd');
    const require = { $or: [{ 'context.device': 'phone' }, { 'customer.loyalty': 'gold' }] };
    expect(droppedBy({ kind: 'eligible', require }, candidates)).toBe('abcd');
    expect(droppedBy({ kind: 'eligible', require }, candidates, { context: { device: 'phone' } })).toBe('');
    expect(droppedBy({ kind: 'eligible', require }, candidates, { customer: { loyalty: 'gold' } })).toBe('');
  });

  test('hide', () => {
    const candidates = items({}, { brand: 'acme' }, { brand: 'nova' });
    expect(droppedBy({ kind: 'hide', items: ['a', 'x'], ...OVERRIDE }, candidates)).toBe('a');
    expect(droppedBy({ kind: 'hide', match: { 'item.brand': 'nova' }, ...OVERRIDE }, candidates)).toBe('c');
    const both = { kind: 'hide', items: ['a'], match: { 'item.brand': 'acme' }, ...OVERRIDE };
    expect(droppedBy(both, candidates)).toBe('ab');
    expect(droppedBy(both, candidates, { now: Date.parse(OVERRIDE.expiresAt) - 1 })).toBe('ab');
    expect(droppedBy(both, candidates, { now: Date.parse(OVERRIDE.expiresAt) })).toBe('');
  });

  test('stock, and how old it may be', () => {
    const old = { stock: 0, stockAt: NOW - 3 * HOUR };
    const candidates = items({ stock: 0 }, { stock: 1 }, {}, { stock: Number.NaN }, old, { stock: 5 });
    expect(droppedBy({ kind: 'stock' }, candidates)).toBe('ae');
    expect(droppedBy({ kind: 'stock', min: 2 }, candidates)).toBe('abe');
    expect(droppedBy({ kind: 'stock', unknown: 'drop' }, candidates)).toBe('acde');
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR }, candidates)).toBe('a');
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR, unknown: 'drop' }, candidates)).toBe('acde');
    const stale = { issuedAt: NOW - HOUR - 1 };
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR }, candidates, stale)).toBe('');
    // the item's own time wins over the list's
    const fresh = items({ stock: 0, stockAt: NOW });
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR }, fresh, stale)).toBe('a');
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR, unknown: 'drop' }, fresh, { issuedAt: Number.NaN })).toBe('a');
    expect(droppedBy({ kind: 'stock', ttlMs: HOUR, unknown: 'drop' }, items({ stock: 9 }), { issuedAt: Number.NaN })).toBe('a'); // prettier-ignore
  });

  test('region', () => {
    const candidates = items(
      {},
      { region: 'GB' },
      { region: ['FR', 'GB'] },
      { region: 'FR' },
      { region: [] },
      { region: 7 },
    );
    expect(droppedBy({ kind: 'region' }, candidates, { context: { region: 'GB' } })).toBe('def');
    expect(droppedBy({ kind: 'region' }, candidates)).toBe('bcdef');
    expect(droppedBy({ kind: 'region' }, candidates, { context: { region: '' } })).toBe('bcdef');
    expect(droppedBy({ kind: 'region', unknown: 'keep' }, candidates)).toBe('');
    expect(droppedBy({ kind: 'region', unknown: 'keep' }, candidates, { context: { region: '' } })).toBe('');
    expect(droppedBy({ kind: 'region', unknown: 'keep' }, candidates, { context: { region: 'GB' } })).toBe('def');
  });

  test('age', () => {
    const candidates = items(
      {},
      { minAge: 18 },
      { minAge: 0 },
      { minAge: '18' },
      { minAge: null },
      { minAge: Number.NaN },
    );
    expect(droppedBy({ kind: 'age' }, candidates)).toBe('bdf');
    expect(droppedBy({ kind: 'age' }, candidates, { customer: { age: 17.9 } })).toBe('bdf');
    expect(droppedBy({ kind: 'age' }, candidates, { customer: { age: 18 } })).toBe('df');
    expect(droppedBy({ kind: 'age' }, candidates, { customer: { age: Infinity } })).toBe('bdf');
    expect(droppedBy({ kind: 'age' }, candidates, { customer: { age: '40' } })).toBe('bdf');
  });

  test('blocklist', () => {
    const candidates = items(
      { category: 'x' },
      { brand: 'x' },
      { safety: 'x' },
      { safety: ['y', 'x'] },
      { title: 'x' },
    );
    expect(droppedBy({ kind: 'blocklist', items: ['e'] }, candidates)).toBe('e');
    expect(droppedBy({ kind: 'blocklist', categories: ['x'] }, candidates)).toBe('a');
    expect(droppedBy({ kind: 'blocklist', brands: ['x'] }, candidates)).toBe('b');
    expect(droppedBy({ kind: 'blocklist', safety: ['x'] }, candidates)).toBe('cd');
    expect(droppedBy({ kind: 'blocklist', brands: ['x'], safety: ['y'] }, candidates)).toBe('bd');
  });

  test('margin', () => {
    const candidates = items({ margin: 0.1 }, { margin: 0.2 }, {}, { margin: Number.NaN }, { margin: -1 });
    expect(droppedBy({ kind: 'margin', floor: 0.2 }, candidates)).toBe('ae');
    expect(droppedBy({ kind: 'margin', boost: 1 }, candidates)).toBe('');
  });

  const conductOf = (
    ...signals: readonly (readonly [kind: 'dismiss' | 'purchase' | 'impression', id: string, age: number])[]
  ) => {
    const conduct = new Conduct();
    for (const [kind, id, age] of signals) conduct.add({ kind, item: itemHash(id), at: NOW - age });
    return (candidates: readonly Candidate[], windowsMs: readonly number[] = []) => ({
      facts: conduct.facts(candidates.map(({ id }) => itemHash(id)), NOW, windowsMs), // prettier-ignore
    });
  };

  test('dismissed and purchased', () => {
    const candidates = items({ category: 'x' }, { category: 'y' }, { category: 'y' });
    const facts = conductOf(['dismiss', 'a', HOUR], ['purchase', 'b', HOUR], ['purchase', 'a', 2 * HOUR])(candidates);
    expect(droppedBy({ kind: 'dismissed' }, candidates, facts)).toBe('a');
    expect(droppedBy({ kind: 'dismissed', withinMs: HOUR }, candidates, facts)).toBe('a');
    expect(droppedBy({ kind: 'dismissed', withinMs: HOUR - 1 }, candidates, facts)).toBe('');
    expect(droppedBy({ kind: 'purchased' }, candidates, facts)).toBe('ab');
    expect(droppedBy({ kind: 'purchased', withinMs: HOUR }, candidates, facts)).toBe('b');
    expect(droppedBy({ kind: 'purchased', categories: ['x'] }, candidates, facts)).toBe('a');
    // bought items are kept unless a rule says otherwise
    expect(apply(DEFAULT_RULES, candidates, facts).dropped).toEqual(['dismissed', null, null]);
  });

  test('frequency', () => {
    const candidates = items({}, {}, {});
    const shown = [HOUR, 2 * HOUR, 30 * HOUR].map((age) => ['impression', 'a', age] as const);
    const conduct = conductOf(...shown, ['impression', 'b', 1]);
    const facts = conduct(candidates, [24 * HOUR, 48 * HOUR]);
    expect(droppedBy({ kind: 'frequency', max: 1, windowMs: 24 * HOUR }, candidates, facts)).toBe('ab');
    expect(droppedBy({ kind: 'frequency', max: 2, windowMs: 24 * HOUR }, candidates, facts)).toBe('a');
    expect(droppedBy({ kind: 'frequency', max: 3, windowMs: 24 * HOUR }, candidates, facts)).toBe('');
    expect(droppedBy({ kind: 'frequency', max: 3, windowMs: 48 * HOUR }, candidates, facts)).toBe('a');
  });
});

describe('the built-in rules', () => {
  const candidates = items({ eligible: false }, { stock: 0 }, { region: 'FR' }, { minAge: 18 }, { eligible: true }, {});

  test('apply with no rule set', () => {
    const { version, dropped } = apply(DEFAULT_RULES, candidates);
    expect([version, dropped]).toEqual(['built-in', ['eligible', 'stock', 'region', 'age', null, null]]);
  });

  test('come before the set’s own, and the first rule that drops an item is named', () => {
    const both = { id: 'mine', kind: 'blocklist', items: ['b', 'f'] };
    const { rules } = parseRules({ schemaVersion: 1, version: 'v', rules: [both, { ...both, id: 'too late' }] });
    expect(apply(rules, candidates).dropped).toEqual(['eligible', 'stock', 'region', 'age', null, 'mine']);
  });
});

describe('when a rule is in effect', () => {
  const rule = { id: 'r', kind: 'blocklist', items: ['a'] };
  const [one] = [items({})];
  const acts = (fields: object, input: Partial<RuleInput> = {}) =>
    droppedBy({ ...rule, ...fields }, one, input) === 'a';

  test('placement, from, until and when', () => {
    expect(acts({ placements: ['cart'] })).toBe(false);
    expect(acts({ placements: ['cart', 'home'] })).toBe(true);
    expect(acts({ from: '2026-11-21T12:00:00Z' })).toBe(true);
    expect(acts({ from: '2026-11-21T12:00:00.001Z' })).toBe(false);
    expect(acts({ until: '2026-11-21T12:00:00Z' })).toBe(false);
    expect(acts({ until: '2026-11-21T12:00:00.001Z' })).toBe(true);
    expect(acts({ when: { 'context.device': 'phone' } })).toBe(false);
    expect(acts({ when: { 'context.device': 'phone' } }, { context: { device: 'phone' } })).toBe(true);
    expect(acts({ when: { 'customer.loyalty': 2 } }, { customer: { loyalty: 2 } })).toBe(true);
    // a clock that gives no time leaves rules in effect
    expect(acts({ from: '2026-11-21T12:00:00Z', until: '2026-11-22T12:00:00Z' }, { now: Number.NaN })).toBe(true);
  });

  test('windowsOf names the windows of a placement once', () => {
    const frequency = (id: string, windowMs: number, rest = {}) => ({
      id,
      kind: 'frequency',
      max: 1,
      windowMs,
      ...rest,
    });
    const rules = ruleSet([
      frequency('1', 5),
      frequency('2', 7, { placements: ['cart'] }),
      frequency('3', 5),
      frequency('4', 9),
    ]);
    expect(windowsOf(rules.rules, 'home')).toEqual([5, 9]);
    expect(windowsOf(rules.rules, 'cart')).toEqual([5, 7, 9]);
  });
});
