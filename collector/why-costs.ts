import { type ValuedSlate, valueSlate } from '../src/core/expected-utility.ts';
import type { SlatePolicy } from '../src/core/policy.ts';
import type { DecisionInput } from '../src/core/slot-loop.ts';
import type { SlotRules } from '../src/core/slot-rules.ts';
import { Mean, round4 } from './mean.ts';

export type CostKind = 'pin' | 'quota' | 'spacing' | 'boost' | 'exploration' | 'diversity' | 'novelty' | 'fatigue';

/** What one rule, or one term of the policy, costs. */
export interface CostRow {
  readonly kind: CostKind;
  /** Null for terms of the policy and for `boost`: a slate logs the factor of all its boosts together. */
  readonly ruleId: string | null;
  /** In which it was in effect. */
  readonly slates: number;
  /** Of them, whose first ten positions would have been others without it. */
  readonly changed: number;
  /** Of them, with scores: the ones that `cost` is about. */
  readonly scored: number;
  /** Mean over scored slates of expected utility without it minus with it; below 0 it gains. Null without any. */
  readonly cost: number | null;
  /** Sum of these differences / sum of expected utility without it; null where that is not above 0. */
  readonly relative: number | null;
}

/** The decision of a slate with one thing taken away. */
interface Counterfactual {
  readonly kind: CostKind;
  readonly ruleId: string | null;
  readonly input: DecisionInput;
}

/** Decides each slate again without one rule or term at a time and adds up what the slate would have been worth. */
export class CostTally {
  readonly #entries = new Map<string, CostEntry>();
  readonly #values = new Mean();

  add(input: DecisionInput): void {
    const actual = valueSlate(input);
    if (actual.value !== null) this.#values.add(actual.value);
    for (const { kind, ruleId, input: without } of counterfactualsOf(input)) {
      const key = JSON.stringify([kind, ruleId]);
      const entry = this.#entries.get(key) ?? new CostEntry(kind, ruleId);
      this.#entries.set(key, entry);
      entry.add(actual, valueSlate(without));
    }
  }

  /** Expected utility of a slate, over those with scores. */
  get values(): Mean {
    return this.#values;
  }

  /** The dearest first. */
  rows(): CostRow[] {
    const rows = [...this.#entries.values()].map((entry) => entry.row());
    const nameOf = ({ kind, ruleId }: CostRow): string => `${kind} ${ruleId ?? ''}`;
    return rows.sort((a, b) => (b.cost ?? -Infinity) - (a.cost ?? -Infinity) || (nameOf(a) < nameOf(b) ? -1 : 1));
  }
}

class CostEntry {
  readonly #kind: CostKind;
  readonly #ruleId: string | null;
  readonly #differences = new Mean();
  #slates = 0;
  #changed = 0;
  #without = 0;

  constructor(kind: CostKind, ruleId: string | null) {
    this.#kind = kind;
    this.#ruleId = ruleId;
  }

  add(actual: ValuedSlate, without: ValuedSlate): void {
    this.#slates++;
    if (actual.top.join() !== without.top.join()) this.#changed++;
    if (actual.value === null || without.value === null) return;
    this.#differences.add(without.value - actual.value);
    this.#without += without.value;
  }

  row(): CostRow {
    const { sum, count: scored, mean: cost } = this.#differences;
    return {
      ...{ kind: this.#kind, ruleId: this.#ruleId, slates: this.#slates, changed: this.#changed, scored, cost },
      relative: this.#without > 0 ? round4(sum / this.#without) : null,
    };
  }
}

function counterfactualsOf(input: DecisionInput): Counterfactual[] {
  const { policy, logits } = input;
  const rules = ruleCounterfactuals(input.rules).map(({ kind, ruleId, rules: left }) => ({
    ...{ kind, ruleId, input: { ...input, rules: left } },
  }));
  if (logits === null) return rules.filter(({ kind }) => kind !== 'boost');
  const terms = Object.entries(POLICY_TERMS) as [CostKind, PolicyTerm][];
  const inEffect = terms.filter(([, { isInEffect }]) => isInEffect(input));
  return [
    ...rules,
    ...inEffect.map(([kind, { off }]) => ({ kind, ruleId: null, input: { ...input, policy: { ...policy, ...off } } })),
  ];
}

type RuleCounterfactual = Omit<Counterfactual, 'input'> & { readonly rules: SlotRules };

function ruleCounterfactuals(rules: SlotRules): RuleCounterfactual[] {
  const idsOf = (list: readonly { readonly ruleId: string }[]) => [...new Set(list.map(({ ruleId }) => ruleId))];
  const { boost, ...unboosted } = rules;
  const { pins, quotas, spacing } = rules;
  const without = <T extends { readonly ruleId: string }>(list: readonly T[], id: string): T[] =>
    list.filter(({ ruleId }) => ruleId !== id);
  return [
    ...idsOf(pins).map((ruleId) => ({
      ...{ kind: 'pin' as const, ruleId, rules: { ...rules, pins: without(pins, ruleId) } },
    })),
    ...idsOf(quotas).map((ruleId) => ({
      ...{ kind: 'quota' as const, ruleId, rules: { ...rules, quotas: without(quotas, ruleId) } },
    })),
    ...idsOf(spacing).map((ruleId) => ({
      ...{ kind: 'spacing' as const, ruleId, rules: { ...rules, spacing: without(spacing, ruleId) } },
    })),
    ...(boost === undefined ? [] : [{ kind: 'boost' as const, ruleId: null, rules: unboosted }]),
  ];
}

interface PolicyTerm {
  readonly isInEffect: (input: DecisionInput) => boolean;
  readonly off: Partial<SlatePolicy>;
}

const POLICY_TERMS: Partial<Record<CostKind, PolicyTerm>> = {
  exploration: {
    isInEffect: ({ policy }) => policy.exploration.positions.length > 0,
    off: { exploration: { positions: [], epsilon: 1, temperature: 1 } },
  },
  diversity: {
    isInEffect: ({ policy, vectors }) => policy.diversity > 0 && vectors !== null,
    off: { diversity: 0 },
  },
  novelty: {
    isInEffect: ({ policy, popularity }) => policy.novelty !== 0 && popularity !== null,
    off: { novelty: 0 },
  },
  fatigue: {
    isInEffect: ({ policy, impressions }) => policy.fatigue > 0 && impressions !== null,
    off: { fatigue: 0 },
  },
};
