import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../demo/actions.ts';
import { CATALOGUE } from '../../demo/catalogue.ts';
import set from '../../demo/rules.json' with { type: 'json' };
import { applyRules } from '../../src/core/apply-rules.ts';
import type { CandidateFacts } from '../../src/core/candidate-facts.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { decide } from '../../src/core/decide.ts';
import { parseRules } from '../../src/core/parse-rules.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const { rules, problems } = parseRules(set);

interface Visit {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly age?: number;
  readonly facts?: Partial<CandidateFacts>;
}

/** Ids that the demo's rules leave of these candidates, in the server's order, and why the others are left out. */
function slateOf(placement: string, candidates: readonly Candidate[], { context, age, facts }: Visit = {}) {
  const size = candidates.length;
  const applied = applyRules({
    ...{ rules, placement, candidates, issuedAt: NOW, now: NOW, context: { ...context, placement } },
    customer: age === undefined ? {} : { age },
    facts: {
      ...{ dismissedAt: new Float64Array(size), purchasedAt: new Float64Array(size), windowsMs: [DAY_MS] },
      ...{ shown: new Float64Array(size), impressions: new Float64Array(size) },
      ...facts,
    },
  });
  const { slots, left } = decide({
    ...{ slateId: '', policy: SCORES_POLICY, rules: applied.slotRules, dropped: applied.dropped, heads: [] },
    ...{ logits: null, impressions: null, popularity: null, bias: null, vectors: null },
  });
  const why = candidates.flatMap(({ id }, row) => {
    const ruleId = applied.dropped[row] ?? left.get(row);
    return ruleId === undefined || ruleId === null ? [] : [[id, ruleId]];
  });
  return { ids: slots.map(({ row }) => candidates[row].id), why: Object.fromEntries(why) as Record<string, string> };
}

/** What the shop proposes: what is sold out would be dropped by stock. */
const PRODUCTS: readonly Candidate[] = CATALOGUE.filter(({ stock }) => stock > 0).map((product) => ({ ...product }));
const GUIDES = ACTIONS.filter(({ type }) => type === 'article').map(({ id }) => id);

test('every rule of the demo can be read, and names what the shop has', () => {
  expect(problems).toEqual([]);
  const ids = [...CATALOGUE, ...ACTIONS].map(({ id }) => id);
  for (const rule of rules.rules) {
    if (rule.kind === 'pin') expect(ids).toContain(rule.item);
    for (const placement of rule.placements ?? [])
      expect(['home', 'category', 'similar', 'cart', 'next-action']).toContain(placement);
  }
});

describe('next actions', () => {
  test.each([
    ['a first visit', {}, []],
    ['something in the cart', { context: { cartValue: 49 } }, ['free-shipping']],
    ['enough in the cart', { context: { cartValue: 100 } }, []],
    ['an order', { context: { hasOrder: true } }, ['order-packed']],
    ['a grown-up in the north', { context: { region: 'north' }, age: 18 }, ['fireside-evening']],
    ['a minor in the north', { context: { region: 'north' }, age: 17 }, []],
    ['a grown-up elsewhere', { context: { region: 'south' }, age: 18 }, []],
    ['a grown-up somewhere', { age: 18 }, []],
  ])('%s', (_, visit: Visit, more) => {
    expect(slateOf('next-action', ACTIONS, visit).ids).toEqual([...more, ...GUIDES]);
  });

  test('one offer at a time, and the message before it', () => {
    const visit = { context: { region: 'north', cartValue: 49, hasOrder: true }, age: 30 };
    const { ids, why } = slateOf('next-action', ACTIONS.toReversed(), visit);
    expect(ids).toEqual(['order-packed', ...GUIDES.toReversed(), 'fireside-evening']);
    expect(why).toEqual({ 'free-shipping': 'one-offer' });
  });

  test('none that was seen twenty times within a day', () => {
    const shown = Float64Array.from(ACTIONS, ({ id }) => (id === 'tent-care' ? 20 : 19));
    const { ids, why } = slateOf('next-action', ACTIONS, { facts: { shown } });
    expect(ids).toEqual(GUIDES.filter((id) => id !== 'tent-care'));
    expect(why['tent-care']).toBe('seen-enough');
  });
});

describe('products', () => {
  const bought = (id: string): Partial<CandidateFacts> => ({
    purchasedAt: Float64Array.from(PRODUCTS, (product) => (product.id === id ? NOW - DAY_MS : 0)),
  });

  test.each([
    ['home', 'ridge-two-tent', { 'ridge-two-tent': 'tents-last' }],
    ['home', 'trail-kettle', {}],
    ['similar', 'ridge-two-tent', {}],
  ])('%s: %s was bought', (placement, id, why) => {
    expect(slateOf(placement, PRODUCTS, { facts: bought(id) }).why).toEqual(why);
  });

  test('the first six similar items are of the product’s kind, whatever comes first', () => {
    const marked = PRODUCTS.map((product) => ({ ...product, sameKind: product.category === 'lighting' }));
    expect(marked.slice(0, 6).some(({ sameKind }) => sameKind)).toBe(false);
    const own = marked.filter(({ sameKind }) => sameKind).slice(0, 6);
    const rest = marked.filter((candidate) => !own.includes(candidate));
    expect(slateOf('similar', marked).ids).toEqual([...own, ...rest].map(({ id }) => id));
  });

  test('what is in the cart is not offered in the cart, and stays elsewhere', () => {
    const marked = PRODUCTS.map((product) => ({ ...product, inCart: product.id === 'foam-mat' }));
    expect(slateOf('cart', marked).why).toEqual({ 'foam-mat': 'in-cart' });
    expect(slateOf('home', marked).why).toEqual({});
  });
});

test('docs/placements.md shows the very rules and candidates of the demo', () => {
  const text = readFileSync(new URL('../../docs/placements.md', import.meta.url), 'utf8');
  const shown = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json]) => JSON.parse(json) as unknown);
  const known = new Map<string, unknown>([...ACTIONS, ...set.rules].map((entry) => [entry.id, entry]));
  const entries = shown.flat() as { id: string }[];
  expect(entries.length).toBeGreaterThan(10);
  for (const entry of entries) expect(entry).toEqual(known.get(entry.id));
  expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(set.rules.map(({ id }) => id)));
});
