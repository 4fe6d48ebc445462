import type { Candidate } from './candidate.ts';
import { compileSlotRules } from './compile-slot-rules.ts';
import { matches } from './compile-condition.ts';
import { createDropTest, isFresh } from './rule-drops.ts';
import type { RuleInput } from './rule-input.ts';
import type { HideRule, PinRule, Rule } from './rule-set.ts';
import type { SlotRules } from './slot-rules.ts';

/** A merchandiser's rule in effect. */
export interface Override {
  readonly ruleId: string;
  readonly kind: 'pin' | 'hide';
  readonly author: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** What it pins or drops here: not what another rule has dropped or pinned before it. */
  readonly itemIds: readonly string[];
}

export interface AppliedRules {
  readonly version: string;
  /** [M] id of the first rule that drops the candidate, or null. */
  readonly dropped: readonly (string | null)[];
  readonly slotRules: SlotRules;
  /** [M] the same, without prices past their time. */
  readonly candidates: readonly Candidate[];
  readonly overrides: readonly Override[];
}

/**
 * Applies a rule set to a candidate list: prices past their time go first, so that no rule reads them; then each rule
 * in its order drops what it must; what is left to decide slot by slot is in `slotRules`. Never throws.
 */
export function applyRules(input: RuleInput): AppliedRules {
  const rules = input.rules.rules.filter((rule) => isInEffect(rule, input));
  const scene = { ...input, candidates: withoutOldPrices(rules, input) };
  const dropped: (string | null)[] = scene.candidates.map(() => null);
  for (const rule of rules) {
    const test = createDropTest(rule, scene);
    // seen often enough: that does not take it from under the visitor's eyes
    const stays = (row: number): boolean =>
      rule.kind === 'frequency' && (scene.kept?.includes(scene.candidates[row].id) ?? false);
    if (test !== null)
      dropped.forEach((id, row) => id === null && test(row) && !stays(row) && (dropped[row] = rule.id));
  }
  const slotRules = compileSlotRules(rules, { ...scene, dropped });
  const overrides = rules.filter(isOverride).map((rule) => describeOverride(rule, { ...scene, dropped, slotRules }));
  return {
    version: input.rules.version,
    dropped,
    slotRules,
    candidates: scene.candidates,
    overrides,
  };
}

/** The distinct windows that the frequency rules of a placement ask for, in ms. */
export const windowsOf = (rules: readonly Rule[], placement: string): readonly number[] => [
  ...new Set(
    rules.flatMap((rule) => (rule.kind === 'frequency' && isPlacedAt(rule, placement) ? [rule.windowMs] : [])),
  ),
];

const isPlacedAt = ({ placements }: Rule, placement: string): boolean => placements?.includes(placement) ?? true;

const isOverride = (rule: Rule): rule is PinRule | HideRule => rule.kind === 'pin' || rule.kind === 'hide';

function isInEffect(rule: Rule, { placement, now, context, customer }: RuleInput): boolean {
  const { when, from = -Infinity, until = Infinity } = rule;
  const end = isOverride(rule) ? Math.min(until, rule.expiresAt) : until;
  // a clock that gives no time must not switch a gate off
  const isTime = !(now < from) && !(now >= end);
  return isPlacedAt(rule, placement) && isTime && (when === undefined || matches(when, { context, customer }));
}

function withoutOldPrices(rules: readonly Rule[], input: RuleInput): readonly Candidate[] {
  const ttls = rules.flatMap((rule) => (rule.kind === 'price' ? [rule.ttlMs] : []));
  if (ttls.length === 0) return input.candidates;
  const ttlMs = Math.min(...ttls);
  return input.candidates.map((candidate) => {
    if (candidate.price === undefined || isFresh(candidate['priceAt'], ttlMs, input)) return candidate;
    return Object.fromEntries(Object.entries(candidate).filter(([field]) => field !== 'price')) as Candidate;
  });
}

type Outcome = Pick<AppliedRules, 'candidates' | 'dropped' | 'slotRules'>;

function describeOverride(rule: PinRule | HideRule, { candidates, dropped, slotRules }: Outcome): Override {
  const { id: ruleId, kind, author, expiresAt } = rule;
  const pinned = slotRules.pins.find((pin) => pin.ruleId === ruleId);
  const isDone = (_: Candidate, row: number): boolean =>
    kind === 'pin' ? row === pinned?.row : dropped[row] === ruleId;
  return { ruleId, kind, author, expiresAt, itemIds: candidates.filter(isDone).map(({ id }) => id) };
}
