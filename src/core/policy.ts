import { createProblem, type Problem } from './problem.ts';
import { isNumber, isRecord } from './guards.ts';

/** Where and how a slate explores; no position: every slot takes the best. */
export interface Exploration {
  /** Zero-based positions that are drawn, ascending. */
  readonly positions: readonly number[];
  /** In (0, 1]: the share of a draw that is uniform, so no propensity falls under epsilon / feasible items. */
  readonly epsilon: number;
  /** > 0: 1 draws in proportion to exp(value), less prefers the best more. */
  readonly temperature: number;
}

/** How scores become a slate (DESIGN section 6). Policy, not model: a site changes it without training anything. */
export interface SlatePolicy {
  /** Weight of each head's probability by the head's name, negative for a cost; null: the first head alone. */
  readonly weights: Readonly<Record<string, number>> | null;
  /** >= 0: what a full likeness (cosine 1) to an item chosen before takes from ln(utility). */
  readonly diversity: number;
  /** What one nat of self-information above the list's mean adds to ln(utility). */
  readonly novelty: number;
  /** >= 0: exponent of 1 / (1 + impressions of the item by this visitor) on utility. */
  readonly fatigue: number;
  readonly exploration: Exploration;
  /** The most items of a slate; null: all that are eligible. */
  readonly slots: number | null;
}

const NO_EXPLORATION: Exploration = { positions: [], epsilon: 0.1, temperature: 1 };

/** The order of the scores: no diversity, no draws. */
export const SCORES_POLICY: SlatePolicy = {
  ...{ weights: null, diversity: 0, novelty: 0, fatigue: 0 },
  ...{ exploration: NO_EXPLORATION, slots: null },
};

/** What a kit uses unless the site says otherwise; what it costs and gains is measured in docs/slates.md. */
export const DEFAULT_POLICY: SlatePolicy = {
  ...SCORES_POLICY,
  diversity: 0.5,
  fatigue: 0.1,
  exploration: { ...NO_EXPLORATION, positions: [5] },
};

const atLeastZero = (value: unknown): boolean => isNumber(value) && value >= 0;
const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const EXPLORATION_FIELDS: Record<keyof Exploration, readonly [check: (value: unknown) => boolean, want: string]> = {
  positions: [
    (value) => Array.isArray(value) && value.every((at, i) => isPosition(at) && (i === 0 || at > value[i - 1])),
    'ascending positions from 0',
  ],
  epsilon: [(value) => isNumber(value) && value > 0 && value <= 1, 'a number above 0 and at most 1'],
  temperature: [(value) => isNumber(value) && value > 0, 'a number above 0'],
};

const FIELDS: Record<keyof SlatePolicy, readonly [check: (value: unknown) => boolean, want: string]> = {
  weights: [
    (value) => value === null || (isRecord(value) && Object.values(value).every(isNumber)),
    'null or a number by head name',
  ],
  diversity: [atLeastZero, 'a number >= 0'],
  novelty: [isNumber, 'a number'],
  fatigue: [atLeastZero, 'a number >= 0'],
  exploration: [isRecord, 'an object of positions, epsilon and temperature'],
  slots: [(value) => value === null || (isPosition(value) && value > 0), 'null or a whole number from 1'],
};

/** A policy from outside, over `DEFAULT_POLICY`; `policy_invalid` names the first field that is wrong or unknown. */
export function parsePolicy(given: unknown): SlatePolicy | Problem {
  if (!isRecord(given)) return invalid('it', 'an object');
  const wrong = firstWrong(given, FIELDS, '');
  if (wrong) return wrong;
  const exploration = (given['exploration'] ?? {}) as Record<string, unknown>;
  const inner = firstWrong(exploration, EXPLORATION_FIELDS, 'exploration.');
  if (inner) return inner;
  return {
    ...DEFAULT_POLICY,
    ...(given as Partial<SlatePolicy>),
    exploration: { ...DEFAULT_POLICY.exploration, ...(exploration as Partial<Exploration>) },
  };
}

const invalid = (field: string, want: string): Problem =>
  createProblem('policy_invalid', `policy not used: ${field} must be ${want}`);

function firstWrong(
  given: Record<string, unknown>,
  fields: Record<string, readonly [check: (value: unknown) => boolean, want: string]>,
  prefix: string,
): Problem | undefined {
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return invalid(prefix + name, `one of ${Object.keys(fields).join(', ')}`);
    if (!field[0](value)) return invalid(prefix + name, field[1]);
  }
  return undefined;
}
