import { expect, test } from 'vitest';
import type { CandidateFacts } from '../../src/core/candidate-facts.ts';
import { type Candidate, parseCandidates } from '../../src/core/candidate.ts';
import { Conduct } from '../../src/core/conduct.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { parseRules } from '../../src/core/parse-rules.ts';
import { createRandom } from '../../src/core/random.ts';
import { TIERS, type Tier } from '../../src/core/slate.ts';
import { SlotLoop } from '../../src/core/slot-loop.ts';
import { finish } from '../../src/core/steps.ts';
import { type ComposedSlate, composeSlate } from '../../src/kit/compose-slate.ts';
import { readContext } from '../../src/kit/read-context.ts';
import { type Random, pick } from './condition-maker.ts';
import { isEligible } from './eligibility-oracle.ts';
import { randomPolicy } from './random-decision.ts';
import { BRANDS, CATEGORIES, PLACEMENTS, RULES_NOW, WINDOWS_MS, type RawRule, makeRuleSet } from './rule-set-maker.ts';

const ROUNDS = 10_000;
const SEED = 20261124;
const ODD_SCORES = [Number.NaN, Infinity, -Infinity, 0, -0, 3e38, -3e38];
const HEADS = [{ name: 'next_item' }, { name: 'purchase', calibration: { slope: 1, offset: -2 } }];

interface Round {
  readonly tier: Tier;
  readonly given: readonly Candidate[];
  readonly raw: { readonly rules: readonly RawRule[] };
  readonly placement: string;
  readonly context: Record<string, unknown>;
  readonly facts: CandidateFacts;
  readonly issuedAt: number;
  readonly compose: () => ComposedSlate;
}

const maybe = (random: Random, fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(() => random() < 0.4));

const makeItem = (random: Random): Candidate => ({
  // repeats of an id among them
  id: `item ${String(Math.floor(random() * 25))}`,
  ...maybe(random, { category: pick(random, CATEGORIES), brand: pick(random, BRANDS) }),
  ...maybe(random, {
    stock: pick(random, [0, 1, 2, 9]),
    margin: random() - 0.2,
    region: pick(random, ['GB', ['DE', 'GB'], 'FR']),
  }),
  ...maybe(random, { minAge: pick(random, [0, 18]), safety: pick(random, ['alcohol', ['alcohol', 'sharp'], 'sharp']) }),
  ...maybe(random, {
    eligible: random() < 0.7,
    price: { amount: 5, currency: 'GBP' },
    tags: ['a'],
    popularity: random() * 90,
  }),
  ...maybe(random, { stockAt: RULES_NOW - random() * 1e5, priceAt: RULES_NOW - random() * 1e9 }),
});

function makeConduct(random: Random): Conduct {
  const conduct = new Conduct();
  for (let n = 0; n < 15; n++) {
    const kind = pick(random, ['dismiss', 'purchase', 'impression', 'impression', 'view'] as const);
    conduct.add({
      kind,
      item: itemHash(`item ${String(Math.floor(random() * 25))}`),
      at: RULES_NOW - random() * 1.5e8,
    });
  }
  return conduct;
}

/** Scores that are not finite, and where the engine broke off too few of them. */
function makeScores(random: Random, size: number, heads: number): Float32Array {
  const scores = Float32Array.from({ length: size * heads }, () =>
    random() < 0.1 ? pick(random, ODD_SCORES) : random() * 8 - 4,
  );
  return random() < 0.05 ? scores.fill(Number.NaN, Math.floor(scores.length / 2)) : scores;
}

function makeRound(seed: number): Round {
  const random = createRandom(seed);
  const made = makeRuleSet(random);
  const pin = {
    id: 'pin',
    kind: 'pin',
    item: `item ${String(Math.floor(random() * 25))}`,
    position: Math.floor(random() * 6),
  };
  const override = { ...pin, author: 'Ann', expiresAt: '2026-12-24T18:00:00Z' };
  const raw = random() < 0.5 ? made : { ...made, rules: [...made.rules, override] };
  const items = Array.from({ length: Math.floor(random() * 30) }, () => makeItem(random));
  const issuedAt = RULES_NOW - random() * 1e5;
  const parsed = parseCandidates({ items, issuedAt }, RULES_NOW);
  const given = parsed.list.items;
  const [placement, tier, heads] = [
    pick(random, PLACEMENTS),
    pick(random, TIERS),
    HEADS.slice(0, random() < 0.5 ? 1 : 2),
  ];
  const done = makeConduct(random);
  const facts = done.facts(
    given.map(({ id }) => itemHash(id)),
    RULES_NOW,
    WINDOWS_MS,
  );
  const context = {
    ...maybe(random, { region: pick(random, ['GB', 'FR']), device: 'phone' }),
    customer: maybe(random, { age: pick(random, [17, 18, 40]), loyalty: 'gold' }),
  };
  const ranked = {
    ...{ tier, modelId: 'm', signalAgeMs: null, serverLag: null, beforeSeq: 1, problems: [] },
    ...(tier === 'server'
      ? { scores: new Float32Array(), heads: [] }
      : { scores: makeScores(random, given.length, heads.length), heads }),
    // a storage that cannot be read: the rules go by what was done on the page
    facts: random() < 0.8 ? facts : null,
    bias: random() < 0.3 ? Float64Array.from(given, () => random() - 0.5) : null,
  };
  const { rules } = parseRules(raw);
  const policy = randomPolicy(random);
  const read = readContext(context);
  const bias = random() < 0.3 ? Float64Array.from(given, () => random() - 0.5) : null;
  const parts = {
    slateId: `slate-${String(seed)}`,
    placement,
    now: RULES_NOW,
    parsed,
    ranked: { ...ranked, bias },
    rules,
    policy,
    arms: [],
    context: read,
    done,
    kept: [],
    isPersonal: true,
  };
  return { tier, given, raw, placement, context, facts, issuedAt, compose: () => finish(composeSlate(parts)) };
}

/** What a slate of each tier showed; the check is worth little where some tier hardly had items or rules. */
const seen = Object.fromEntries(TIERS.map((tier) => [tier, { shown: 0, dropped: 0, drawn: 0, pinned: 0 }]));

/** Ten thousand rounds of `expect` would take a minute. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join('|') === other.toSorted().join('|');

function check({ tier, given, raw, compose, ...about }: Round): void {
  const composed = compose();
  const { slate } = composed;
  const ids = slate.items.map(({ itemId }) => itemId);
  const eligible = given
    .filter((item, row) => isEligible({ ...about, item, row, rules: raw.rules }))
    .map(({ id }) => id);
  must(new Set(ids).size === ids.length, 'an item is there twice');
  must(
    ids.every((id) => eligible.includes(id)),
    'an item is not eligible',
  );
  const allIds = given.map(({ id }) => id);
  must(same([...ids, ...slate.left.map(({ itemId }) => itemId)], allIds), 'a candidate is not accounted for');
  const dropped = slate.left.filter(({ trail }) => trail.some(({ step }) => step === 'dropped'));
  const ineligible = allIds.filter((id) => !eligible.includes(id));
  must(
    same(
      dropped.map(({ itemId }) => itemId),
      ineligible,
    ),
    'an item was dropped that is eligible',
  );
  must(JSON.stringify(compose()) === JSON.stringify(composed), 'the same input gives another slate');
  checkSlots(tier, composed, new Set(eligible));
  seen[tier].dropped += dropped.length;
}

/** The chances of each slot, over exactly the items that were left to it. */
function checkSlots(tier: Tier, { slate, input, itemIds }: ComposedSlate, left: Set<string>): void {
  const loop = new SlotLoop(input);
  for (const { itemId, serverRank, propensity } of slate.items) {
    const chances = loop.next();
    if (chances === null) throw new Error('the slate is longer than its loop');
    const { rows, propensities, by } = chances;
    const sum = propensities.reduce((total, chance) => total + chance, 0);
    must(Math.abs(sum - 1) < 1e-9, `propensities sum to ${String(sum)}`);
    must(
      rows.every((row) => left.has(itemIds[row])),
      'a slot could have shown what was not left to it',
    );
    must(propensities[rows.indexOf(serverRank)] === propensity && propensity > 0, 'another propensity than logged');
    const floor = input.policy.exploration.epsilon / rows.length;
    must(by !== 'drawn' || Math.min(...propensities) >= floor * (1 - 1e-9), 'a draw below its floor');
    loop.choose(serverRank);
    left.delete(itemId);
    seen[tier].shown++;
    if (by !== 'ranked') seen[tier][by]++;
  }
  must(loop.next() === null, 'the slate ends before its loop');
}

test(
  `${String(ROUNDS)} random rule sets x candidates x scores: eligible, no repeats, exact propensities`,
  { timeout: 300_000 },
  () => {
    for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
      try {
        check(makeRound(seed));
      } catch (error) {
        throw new Error(`seed ${String(seed)}`, { cause: error });
      }
    }
    for (const tier of TIERS) {
      const { shown, dropped, drawn, pinned } = seen[tier];
      expect(Math.min(shown, dropped, pinned), tier).toBeGreaterThan(50);
      expect(drawn > 200, tier).toBe(tier !== 'server');
    }
  },
);
