import type { CandidateFacts } from './candidate-facts.ts';
import type { Candidate } from './candidate.ts';
import type { RuleSet } from './rule-set.ts';

/** What rules read. Times are epoch ms. */
export interface RuleInput {
  readonly rules: RuleSet;
  readonly placement: string;
  /** M of them. */
  readonly candidates: readonly Candidate[];
  /** By position, ids of items that stay in view. */
  readonly kept?: readonly (string | null)[];
  /** Of the list: how old a price or stock is whose candidate brings no `priceAt` or `stockAt` of its own. */
  readonly issuedAt: number;
  readonly now: number;
  /** `context.*` of conditions. */
  readonly context: Readonly<Record<string, unknown>>;
  /** `customer.*` of conditions. */
  readonly customer: Readonly<Record<string, unknown>>;
  /** Counted in every window of `windowsOf(rules.rules, placement)`. */
  readonly facts: CandidateFacts;
}
