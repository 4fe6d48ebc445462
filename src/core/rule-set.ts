import type { Condition } from './condition.ts';

/** What every rule has. Times are epoch ms. */
interface RuleBase {
  /** Unique in its set, 1 to 64 characters. */
  readonly id: string;
  /** Absent: all. */
  readonly placements?: readonly string[];
  /** Over `context.*` and `customer.*`: the rule is in effect where it holds. */
  readonly when?: Condition;
  /** In effect from this time on. */
  readonly from?: number;
  /** In effect before this time. */
  readonly until?: number;
}

/** A merchandiser's own decision: who made it, and when it ends by itself. */
interface OverrideBase extends RuleBase {
  readonly author: string;
  readonly expiresAt: number;
}

/** What to do where something cannot be known. */
type Unknown = 'keep' | 'drop';

export interface EligibleRule extends RuleBase {
  readonly kind: 'eligible';
  /** Over `item.*`, `context.*` and `customer.*`: items for which it does not hold are dropped. */
  readonly require: Condition;
}

/** Drops the items listed and those that match. */
export interface HideRule extends OverrideBase {
  readonly kind: 'hide';
  readonly items?: readonly string[];
  readonly match?: Condition;
}

export interface PinRule extends OverrideBase {
  readonly kind: 'pin';
  readonly item: string;
  /** From 0. */
  readonly position: number;
}

/** Drops items with less than `min` (1) in stock; a stock older than `ttlMs` is unknown, which is kept by default. */
export interface StockRule extends RuleBase {
  readonly kind: 'stock';
  readonly min?: number;
  readonly ttlMs?: number;
  readonly unknown?: Unknown;
}

/** Takes away prices older than `ttlMs`; drops nothing. */
export interface PriceRule extends RuleBase {
  readonly kind: 'price';
  readonly ttlMs: number;
}

/** Drops items with a region that is not `context.region`, which is dropped too where that is unknown, by default. */
export interface RegionRule extends RuleBase {
  readonly kind: 'region';
  readonly unknown?: Unknown;
}

/** Drops items with a `minAge` above `customer.age`, and where that is unknown. */
export interface AgeRule extends RuleBase {
  readonly kind: 'age';
}

export interface BlocklistRule extends RuleBase {
  readonly kind: 'blocklist';
  readonly items?: readonly string[];
  readonly categories?: readonly string[];
  readonly brands?: readonly string[];
  /** Values of the item's `safety`. */
  readonly safety?: readonly string[];
}

export interface MarginRule extends RuleBase {
  readonly kind: 'margin';
  /** Items with a lower margin are dropped; those without one are kept. */
  readonly floor?: number;
  /** g from 0 to 10 in utility x margin^g. */
  readonly boost?: number;
}

export type FieldValue = string | number | boolean;

export interface QuotaRule extends RuleBase {
  readonly kind: 'quota';
  /** Field of the item, dotted. */
  readonly by: string;
  /** Absent: each value of the field. */
  readonly value?: FieldValue;
  readonly max?: number;
  readonly min?: number;
  /** Counts the first so many positions; absent: the whole slate. */
  readonly within?: number;
}

export interface SpacingRule extends RuleBase {
  readonly kind: 'spacing';
  /** Field of the item, dotted. */
  readonly by: string;
  readonly gap: number;
}

/** Drops items shown at least `max` times in the last `windowMs`. */
export interface FrequencyRule extends RuleBase {
  readonly kind: 'frequency';
  readonly max: number;
  readonly windowMs: number;
}

/** Drops items already bought. */
export interface PurchasedRule extends RuleBase {
  readonly kind: 'purchased';
  readonly categories?: readonly string[];
  /** Absent: ever. */
  readonly withinMs?: number;
}

/** Drops items that the visitor has dismissed. */
export interface DismissedRule extends RuleBase {
  readonly kind: 'dismissed';
  /** Absent: ever. */
  readonly withinMs?: number;
}

export type Rule =
  | EligibleRule
  | HideRule
  | PinRule
  | StockRule
  | PriceRule
  | RegionRule
  | AgeRule
  | BlocklistRule
  | MarginRule
  | QuotaRule
  | SpacingRule
  | FrequencyRule
  | PurchasedRule
  | DismissedRule;

export type RuleKind = Rule['kind'];

/** Rules in their order, the built-in ones first. */
export interface RuleSet {
  /** As the set names itself; logged with every slate. */
  readonly version: string;
  readonly rules: readonly Rule[];
}

/** Ids are their kinds; a rule of a set with the same id stands in for one. */
export const BUILT_IN_RULES: readonly Rule[] = [
  { id: 'eligible', kind: 'eligible', require: { 'item.eligible': { $ne: false } } },
  { id: 'stock', kind: 'stock' },
  { id: 'region', kind: 'region' },
  { id: 'age', kind: 'age' },
  { id: 'dismissed', kind: 'dismissed' },
];

/** What applies where a site gives no rules. */
export const DEFAULT_RULES: RuleSet = { version: 'built-in', rules: BUILT_IN_RULES };
