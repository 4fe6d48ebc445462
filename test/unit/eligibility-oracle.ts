import { evalCondition } from '@growthbook/growthbook';
import type { CandidateFacts } from '../../src/core/candidate-facts.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { RULES_NOW as NOW, type RawRule, WINDOWS_MS } from './rule-set-maker.ts';

export interface EligibilityQuestion {
  readonly item: Candidate;
  readonly row: number;
  /** As the site wrote them, without a fault. */
  readonly rules: readonly RawRule[];
  readonly placement: string;
  readonly context: Record<string, unknown>;
  readonly facts: CandidateFacts;
  /** Epoch ms. */
  readonly issuedAt: number;
}

const BUILT_IN: readonly RawRule[] = [
  { id: 'eligible', kind: 'eligible', require: { 'item.eligible': { $ne: false } } },
  ...['stock', 'region', 'age', 'dismissed'].map((kind) => ({ id: kind, kind })),
];

const holds = evalCondition as unknown as (subject: unknown, condition: unknown) => boolean;
const list = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
const overlap = (one: unknown, other: unknown): boolean => list(one).some((value) => list(other).includes(value));
const within = (at: number, { withinMs = Infinity }: RawRule): boolean => at > 0 && NOW - at <= (withinMs as number);

/** What docs/rules.md says, from the raw rules alone: nothing of `parseRules` or `applyRules` is used. */
export function isEligible(question: EligibilityQuestion): boolean {
  const { rules, placement, context } = question;
  const { customer, ...rest } = context;
  const own = new Set(rules.map(({ id }) => id));
  const inEffect = [...BUILT_IN.filter(({ id }) => !own.has(id)), ...rules].filter((rule) => {
    const ends = [rule['until'], rule['expiresAt']].flatMap((end) =>
      end === undefined ? [] : Date.parse(end as string),
    );
    return (
      rule['enabled'] !== false &&
      (rule['placements'] === undefined || list(rule['placements']).includes(placement)) &&
      (rule['from'] === undefined || Date.parse(rule['from'] as string) <= NOW) &&
      ends.every((end) => NOW < end) &&
      (rule['when'] === undefined || holds({ context: { ...rest, placement }, customer }, rule['when']))
    );
  });
  const item = withoutOldPrice(question, inEffect);
  return !inEffect.some((rule) => drops(rule, { ...question, item }));
}

const isFresh = (at: unknown, ttlMs: unknown, issuedAt: number): boolean =>
  NOW - (typeof at === 'number' ? at : issuedAt) <= (ttlMs as number);

function withoutOldPrice({ item, issuedAt }: EligibilityQuestion, rules: readonly RawRule[]): Candidate {
  const old = rules.some(({ kind, ttlMs }) => kind === 'price' && !isFresh(item['priceAt'], ttlMs, issuedAt));
  return old ? (Object.fromEntries(Object.entries(item).filter(([field]) => field !== 'price')) as Candidate) : item;
}

function drops(rule: RawRule, { item, row, context, facts, issuedAt, placement }: EligibilityQuestion): boolean {
  const { customer, ...rest } = context;
  const subject = { item, context: { ...rest, placement }, customer };
  switch (rule['kind']) {
    case 'eligible':
      return !holds(subject, rule['require']);
    case 'hide':
      return list(rule['items']).includes(item.id) || (rule['match'] !== undefined && holds(subject, rule['match']));
    case 'stock': {
      const isKnown = item.stock !== undefined && isFresh(item['stockAt'], rule['ttlMs'] ?? Infinity, issuedAt);
      return isKnown ? Number(item.stock) < Number(rule['min'] ?? 1) : rule['unknown'] === 'drop';
    }
    case 'region':
      if (item['region'] === undefined) return false;
      return context['region'] === undefined ? rule['unknown'] !== 'keep' : !overlap(item['region'], context['region']);
    case 'age':
      return Number(item['minAge'] ?? 0) > Number((customer as Record<string, unknown>)['age'] ?? 0);
    case 'blocklist': {
      const { items, categories, brands, safety } = rule;
      const { id, category, brand } = item;
      return (
        overlap(items, id) || overlap(categories, category) || overlap(brands, brand) || overlap(safety, item['safety'])
      );
    }
    case 'margin':
      return item.margin !== undefined && item.margin < Number(rule['floor'] ?? -Infinity);
    case 'frequency':
      return facts.shown[row * 2 + WINDOWS_MS.indexOf(rule['windowMs'] as number)] >= Number(rule['max']);
    case 'purchased':
      if (rule['categories'] !== undefined && !overlap(rule['categories'], item.category)) return false;
      return within(facts.purchasedAt[row], rule);
    case 'dismissed':
      return within(facts.dismissedAt[row], rule);
    default:
      return false;
  }
}
