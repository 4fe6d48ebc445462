import type { KnownItems } from './features.ts';
import type { PackedItems } from './packed-items.ts';
import type { SignalKind } from './signal.ts';
import type { VisitorSignal } from './visitor.ts';

/** An outcome counts half after 14 days; chosen, not fitted. */
export const HALF_LIFE_MS = 14 * 86_400_000;
/** The prior of a category or brand weighs as much as this many successes; docs/adaptation.md compares 5, 10 and 20. */
const PRIOR_SUCCESSES = 10;
/** A dismissal says more than passing by. */
const DISMISSAL_FAILURES = 3;
/** In ln(utility), either way: adaptation at most doubles or halves an item's utility. */
export const MAX_BIAS = Math.LN2;

/** The attributes that adapt, in the order of columns 1 and 2 of `PackedItems.ids`. */
const ATTRIBUTES = ['category', 'brand'] as const;
export type AdaptedAttribute = (typeof ATTRIBUTES)[number];

/** Exponentially decayed counts, >= 0. */
export interface DecayedCounts {
  readonly successes: number;
  readonly failures: number;
}

/** What was learnt, of all items or of those with one category or brand. */
export interface LearntRate extends DecayedCounts {
  /** Posterior mean of the chance that an item shown is taken, in (0, 1). */
  readonly rate: number;
}

export interface LearntKey extends LearntRate {
  readonly attribute: AdaptedAttribute;
  /** Signed 32-bit hash of the category or brand. */
  readonly hash: number;
  /** Added to ln(utility), within +-MAX_BIAS. */
  readonly bias: number;
}

export interface Learnt {
  readonly overall: LearntRate;
  /** Highest bias first. */
  readonly keys: readonly LearntKey[];
}

/** What `kit.adaptation()` answers, as plain JSON. */
export interface AdaptationTable {
  /** Epoch ms: counts are as of then. */
  readonly at: number;
  readonly overall: LearntRate;
  /** Highest bias first; `name` is null where the item store does not have it any more. */
  readonly keys: readonly (Omit<LearntKey, 'hash'> & { readonly name: string | null })[];
}

/** What happened with an item in a session, as bits. */
const [SHOWN, TAKEN, DISMISSED] = [1, 2, 4];
const MARKS: Partial<Record<SignalKind, number>> = {
  ...{ impression: SHOWN, click: TAKEN, add_to_cart: TAKEN, purchase: TAKEN, dismiss: DISMISSED },
};

interface Outcome {
  /** Epoch ms of the newest signal. */
  at: number;
  marks: number;
}

/**
 * Which categories and brands this visitor takes more often than others (docs/adaptation.md). One item in one session
 * is one outcome: a success if it was shown and clicked, put in the cart or bought, a failure if it was only shown, three
 * failures if it was dismissed. Nothing is summed until it is asked for, so the order of signals does not matter.
 */
export class Adaptation {
  /** By session, then by signed item hash. */
  readonly #outcomes = new Map<string, Map<number, Outcome>>();

  /** In any order. Signals without an item or a time, views and searches are passed over. */
  add({ at, sessionId, kind, item }: Pick<VisitorSignal, 'at' | 'sessionId' | 'kind' | 'item'>): void {
    const mark = MARKS[kind];
    if (mark === undefined || item === 0 || !Number.isFinite(at)) return;
    const session = this.#outcomes.get(sessionId) ?? new Map<number, Outcome>();
    this.#outcomes.set(sessionId, session);
    const outcome = session.get(item) ?? { at, marks: 0 };
    session.set(item, { at: Math.max(outcome.at, at), marks: outcome.marks | mark });
  }

  /** As of epoch ms `now`; categories and brands are those that `known` has of the items. */
  learn(now: number, known: KnownItems): Learnt {
    const overall = createCounts();
    const byAttribute = ATTRIBUTES.map(() => new Map<number, Counts>());
    for (const session of this.#outcomes.values()) {
      for (const [item, outcome] of session) {
        const counts = countsOf(outcome, now);
        if (counts === null) continue;
        addCounts(overall, counts);
        const row = known.rowOf(item);
        if (row < 0) continue;
        byAttribute.forEach((keys, at) => addTo(keys, known.items.ids[row * 3 + 1 + at], counts));
      }
    }
    // Jeffreys' prior: a visitor who took nothing, or everything, still has a rate within (0, 1)
    const rate = (overall.successes + 0.5) / (overall.successes + overall.failures + 1);
    const keys = ATTRIBUTES.flatMap((attribute, at) =>
      [...byAttribute[at]].map(([hash, counts]): LearntKey => ({ attribute, hash, ...learnKey(counts, rate) })),
    );
    return { overall: { ...overall, rate }, keys: keys.sort((a, b) => b.bias - a.bias) };
  }

  /** [M] what to add to ln(utility) of each candidate, finite and within +-MAX_BIAS; null where that is nothing. */
  bias(candidates: PackedItems, now: number, known: KnownItems): Float64Array | null {
    const { keys } = this.learn(now, known);
    const biases = ATTRIBUTES.map(
      (attribute) => new Map(keys.flatMap((key) => (key.attribute === attribute ? [[key.hash, key.bias]] : []))),
    );
    const bias = Float64Array.from({ length: candidates.size }, (_, row) =>
      clamp(biases.reduce((sum, of, at) => sum + (of.get(candidates.ids[row * 3 + 1 + at]) ?? 0), 0)),
    );
    return bias.every((value) => value === 0) ? null : bias;
  }
}

type Counts = { -readonly [Name in keyof DecayedCounts]: DecayedCounts[Name] };

const createCounts = (): Counts => ({ successes: 0, failures: 0 });

/** Null where the outcome is none, or too old to count. */
function countsOf({ at, marks }: Outcome, now: number): Counts | null {
  // the future counts as now: a device's clock may have been put back
  const weight = 2 ** (-Math.max(0, now - at) / HALF_LIFE_MS);
  if (!(weight > 0)) return null;
  if (marks & DISMISSED) return { successes: 0, failures: DISMISSAL_FAILURES * weight };
  if (!(marks & SHOWN)) return null;
  return marks & TAKEN ? { successes: weight, failures: 0 } : { successes: 0, failures: weight };
}

function addCounts(to: Counts, { successes, failures }: DecayedCounts): void {
  to.successes += successes;
  to.failures += failures;
}

function addTo(keys: Map<number, Counts>, key: number, counts: DecayedCounts): void {
  if (key === 0) return;
  const sum = keys.get(key) ?? createCounts();
  keys.set(key, sum);
  addCounts(sum, counts);
}

/**
 * Posterior mean of a Beta prior with mean `overall` and a = PRIOR_SUCCESSES, and its logarithm over the prior's mean:
 * utility is a chance that is multiplied. Decayed counts of a Beta posterior: Raj & Kalyani 2017, arXiv:1707.09727; the
 * visitor's own rate as the prior is empirical Bayes (Casella 1985, The American Statistician 39(2)).
 */
function learnKey(counts: DecayedCounts, overall: number): LearntRate & { readonly bias: number } {
  const { successes, failures } = counts;
  const rate = (PRIOR_SUCCESSES + successes) / (PRIOR_SUCCESSES / overall + successes + failures);
  return { successes, failures, rate, bias: clamp(Math.log(rate / overall)) };
}

const clamp = (bias: number): number => Math.min(MAX_BIAS, Math.max(-MAX_BIAS, bias));
