import type { Candidate } from './candidate.ts';
import type { Condition } from './condition.ts';
import { compileCondition } from './compile-condition.ts';
import type { RuleInput } from './rule-input.ts';
import type {
  BlocklistRule,
  DismissedRule,
  FrequencyRule,
  HideRule,
  PurchasedRule,
  RegionRule,
  Rule,
  StockRule,
} from './rule-set.ts';
import { isNumber } from './guards.ts';

/** Whether a rule drops the candidate of a row. */
type DropTest = (row: number) => boolean;

/** How a rule drops candidates; null for one that drops none. */
export function createDropTest(rule: Rule, input: RuleInput): DropTest | null {
  const each =
    (test: (candidate: Candidate) => boolean): DropTest =>
    (row) =>
      test(input.candidates[row]);
  switch (rule.kind) {
    case 'eligible':
      return each(not(createMatch(rule.require, input)));
    case 'hide':
      return each(createHideTest(rule, input));
    case 'stock':
      return each(createStockTest(rule, input));
    case 'region':
      return each(createRegionTest(rule, input));
    case 'age':
      return each(createAgeTest(input));
    case 'blocklist':
      return each(createBlocklistTest(rule));
    case 'margin':
      return each(({ margin }) => isNumber(margin) && margin < (rule.floor ?? -Infinity));
    case 'frequency':
      return createFrequencyTest(rule, input);
    case 'purchased':
      return createPurchasedTest(rule, input);
    case 'dismissed':
      return createSinceTest(rule, input.facts.dismissedAt, input.now);
    case 'pin':
    case 'price':
    case 'quota':
    case 'spacing':
      return null;
  }
}

type Test = (candidate: Candidate) => boolean;

const not =
  (test: Test): Test =>
  (candidate) =>
    !test(candidate);

/** Whether a value of that time (the list's, where it brings none of its own) has not passed its time to live. */
export const isFresh = (at: unknown, ttlMs: number, { now, issuedAt }: RuleInput): boolean =>
  now - (isNumber(at) ? at : issuedAt) <= ttlMs;

function createMatch(condition: Condition, { context, customer }: RuleInput): Test {
  const test = compileCondition(condition);
  return (item) => test({ item, context, customer });
}

function createHideTest({ items, match }: HideRule, input: RuleInput): Test {
  const hidden = new Set(items);
  const isMatch = match === undefined ? () => false : createMatch(match, input);
  return (candidate) => hidden.has(candidate.id) || isMatch(candidate);
}

function createStockTest({ min = 1, ttlMs = Infinity, unknown = 'keep' }: StockRule, input: RuleInput): Test {
  return ({ stock, stockAt }) => (isNumber(stock) && isFresh(stockAt, ttlMs, input) ? stock < min : unknown === 'drop');
}

function createRegionTest({ unknown = 'drop' }: RegionRule, { context }: RuleInput): Test {
  const { region: here } = context;
  const isKnown = typeof here === 'string' && here !== '';
  return ({ region }) => {
    if (region === undefined || region === null || region === '') return false;
    return isKnown ? !valuesOf(region).includes(here) : unknown === 'drop';
  };
}

function createAgeTest({ customer }: RuleInput): Test {
  const age = isNumber(customer['age']) ? customer['age'] : -Infinity;
  return ({ minAge }) => {
    if (minAge === undefined || minAge === null) return false;
    // a gate that cannot be read is not passed
    return !(typeof minAge === 'number' && (minAge <= 0 || age >= minAge));
  };
}

const valuesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function createBlocklistTest(rule: BlocklistRule): Test {
  const lists = [
    ['id', new Set<unknown>(rule.items)],
    ['category', new Set<unknown>(rule.categories)],
    ['brand', new Set<unknown>(rule.brands)],
    ['safety', new Set<unknown>(rule.safety)],
  ] as const;
  return (candidate) =>
    lists.some(
      ([field, blocked]) => blocked.size > 0 && valuesOf(candidate[field]).some((value) => blocked.has(value)),
    );
}

function createFrequencyTest({ max, windowMs }: FrequencyRule, { facts }: RuleInput): DropTest {
  const { windowsMs, shown } = facts;
  const window = windowsMs.indexOf(windowMs);
  return (row) => shown[row * windowsMs.length + window] >= max;
}

/** Drops what happened to (epoch ms, 0 for never), lately enough. */
function createSinceTest(
  { withinMs = Infinity }: PurchasedRule | DismissedRule,
  times: Float64Array,
  now: number,
): DropTest {
  return (row) => times[row] > 0 && now - times[row] <= withinMs;
}

function createPurchasedTest(rule: PurchasedRule, { candidates, facts, now }: RuleInput): DropTest {
  const wasBought = createSinceTest(rule, facts.purchasedAt, now);
  if (rule.categories === undefined) return wasBought;
  const categories = new Set<unknown>(rule.categories);
  return (row) => wasBought(row) && categories.has(candidates[row].category);
}
