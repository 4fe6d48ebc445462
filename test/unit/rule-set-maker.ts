import { type Random, createConditionMaker, many, pick } from './condition-maker.ts';

/** Epoch ms that random rule sets lie about: some of their rules have begun and some have ended. */
export const RULES_NOW = Date.parse('2026-11-21T12:00:00Z');

export const CATEGORIES = ['shoes', 'hats', 'books'];
export const BRANDS = ['acme', 'zenith', 'orbit', 'nova'];
export const PLACEMENTS = ['home', 'cart'];
export const WINDOWS_MS = [3_600_000, 86_400_000];

const TIMES = ['2026-11-21T09:00:00Z', '2026-11-22T00:00:00.5+01:00', '2026-11-20T00:00-05:30', '2026-12-24T18:00:00Z'];
const ITEM_PATHS = [
  'item.category',
  'item.brand',
  'item.price.amount',
  'item.tags',
  'context.device',
  'customer.loyalty',
];
const VISIT_PATHS = ['context.device', 'context.region', 'customer.loyalty', 'customer.age'];

/** As JSON: what `parseRules` takes. */
export type RawRule = Record<string, unknown>;

const some = (random: Random, list: readonly string[]): string[] => [pick(random, list), pick(random, list)];

/** With about every second optional field. */
function makeFields(random: Random, optional: RawRule): RawRule {
  return Object.fromEntries(Object.entries(optional).filter(() => random() < 0.5));
}

/** By kind: what it needs, and what it may have. */
function fieldsOf(random: Random, kind: string): RawRule {
  const aboutItem = createConditionMaker(random, ITEM_PATHS);
  const item = `item ${String(Math.floor(random() * 20))}`;
  const override = { author: pick(random, ['Ann', 'Bo']), expiresAt: pick(random, TIMES) };
  const withinMs = pick(random, WINDOWS_MS);
  const lists = {
    items: [item],
    categories: some(random, CATEGORIES),
    brands: some(random, BRANDS),
    safety: ['alcohol'],
  };
  const by = pick(random, ['category', 'brand', 'price.currency', 'tags']);
  const makers: Record<string, () => RawRule> = {
    eligible: () => ({ require: aboutItem() }),
    hide: () => ({ ...override, items: [item], ...makeFields(random, { match: aboutItem() }) }),
    pin: () => ({ ...override, item, position: Math.floor(random() * 6) }),
    stock: () => makeFields(random, { min: pick(random, [0, 1, 2.5]), ttlMs: 60_000, unknown: 'drop' }),
    price: () => ({ ttlMs: pick(random, [60_000, 1e9]) }),
    region: () => makeFields(random, { unknown: 'keep' }),
    age: () => ({}),
    blocklist: () => ({ safety: lists.safety, ...makeFields(random, lists) }),
    margin: () => ({
      floor: pick(random, [-1, 0, 0.2]),
      ...makeFields(random, { boost: pick(random, [0, 0.5, 1, 10]) }),
    }),
    quota: () => makeQuota(random, by),
    spacing: () => ({ by, gap: pick(random, [1, 2, 5]) }),
    frequency: () => ({ max: pick(random, [1, 3, 100]), windowMs: withinMs }),
    purchased: () => makeFields(random, { categories: lists.categories, withinMs }),
    dismissed: () => makeFields(random, { withinMs }),
  };
  return makers[kind]();
}

function makeQuota(random: Random, by: string): RawRule {
  const value = pick<unknown>(random, [...CATEGORIES, ...BRANDS, 'GBP', 1, true]);
  const within = makeFields(random, { within: pick(random, [1, 3, 8]) });
  if (random() < 0.5) return { by, max: pick(random, [0, 1, 3]), ...within, ...makeFields(random, { value }) };
  return { by, value, min: pick(random, [1, 2]), ...within, ...makeFields(random, { max: pick(random, [2, 5]) }) };
}

export const KINDS =
  'eligible hide pin stock price region age blocklist margin quota spacing frequency purchased dismissed'.split(' ');

/** A random rule set without a fault. */
export function makeRuleSet(random: Random): RawRule & { readonly rules: RawRule[] } {
  const aboutVisit = createConditionMaker(random, VISIT_PATHS);
  const rules = [...many(random, () => 0), ...many(random, () => 0), 0].map((_, n) => {
    const kind = pick(random, KINDS);
    const when = random() < 0.2 ? { when: aboutVisit() } : {};
    const common = { placements: some(random, PLACEMENTS), from: pick(random, TIMES), until: pick(random, TIMES) };
    const [enabled, rare] = [random() < 0.9, random() < 0.2 ? makeFields(random, common) : {}];
    // now and then in the place of a built-in rule
    const id = n === 0 && random() < 0.3 ? kind : `rule ${String(n)}`;
    return { id, kind, ...when, ...rare, ...(enabled ? {} : { enabled }), ...fieldsOf(random, kind) };
  });
  return { schemaVersion: 1, version: '2026-11-21.1', customerFields: ['loyalty', 'age'], rules };
}
