import { hashText } from './hash.ts';
import type { SlatePolicy } from './policy.ts';
import { VECTOR_DIM } from './contract.ts';
import { NORM_EPSILON } from './gram.ts';
import { type Head, utilitiesOf } from './utility.ts';
import { SlotConstraints } from './slot-constraints.ts';
import type { SlotRules } from './slot-rules.ts';

/** Everything that a slate is decided by; rows are candidates in the server's order. Plain, so that it can be logged. */
export interface DecisionInput {
  /** Seed of the draws. */
  readonly slateId: string;
  readonly policy: SlatePolicy;
  readonly rules: SlotRules;
  /** [M]: the rule that drops the row, or null. */
  readonly dropped: readonly (string | null)[];
  /** [M, H]; null: the server's order stands, without diversity or draws. */
  readonly logits: ArrayLike<number> | null;
  readonly heads: readonly Head[];
  /** [M] impressions of the item by this visitor; null: not known. */
  readonly impressions: ArrayLike<number> | null;
  /** [M] events of the item in the site's log, NaN unknown; null: novelty does not count. */
  readonly popularity: ArrayLike<number> | null;
  /** [M] added to ln(utility), from on-device adaptation; null: none. */
  readonly bias: ArrayLike<number> | null;
  /** [M, 32] "out" vectors; only their direction counts; null: diversity does not count. */
  readonly vectors: Int8Array | null;
}

/** The chances of one slot, given the slots before it. */
export interface SlotChances {
  /** The feasible set, ascending. */
  readonly rows: readonly number[];
  /** Sum to 1, in the order of `rows`. */
  readonly propensities: readonly number[];
  readonly by: 'ranked' | 'pinned' | 'drawn';
  /** The row of the highest value. */
  readonly best: number;
  /** The pin, or the quota that had to be filled. */
  readonly ruleId?: string;
  /** Spacing rules that nothing feasible could keep. */
  readonly relaxed: readonly string[];
}

/** Below it ln(utility) goes on as a line: a utility of 0 or less is worse than any other and still in order. */
const MIN_UTILITY = 1e-12;
/** Likeness to what was chosen is followed up to here; nobody sees more at once, and it keeps 500 candidates cheap. */
const DIVERSE_POSITIONS = 50;

/** Fills a slate slot by slot (DESIGN section 6): every stage acts before the draw, so propensities are exact. */
export class SlotLoop {
  /** [M] utility with the margin's factor; NaN without a score. */
  readonly utilities: Float64Array;
  readonly chosen: number[] = [];
  readonly #input: DecisionInput;
  readonly #constraints: SlotConstraints;
  /** [M] ln(utility) and every term that does not change from slot to slot. */
  readonly #base: Float64Array;
  /** [M] highest cosine to a chosen row, >= 0. */
  readonly #likeness: Float64Array;
  /** [M] lengths of the vectors; null where diversity does not count. */
  readonly #lengths: Float64Array | null;
  readonly #slots: number;
  /** [M] from when the values no longer change. */
  #ranks: Int32Array | null = null;
  /** [M] the quotas that were full at the last position. */
  #lastQuotas: readonly (string | undefined)[] | null = null;

  constructor(input: DecisionInput) {
    this.#input = input;
    const { dropped, policy, rules, vectors, logits } = input;
    this.#lengths =
      vectors === null || logits === null || policy.diversity === 0
        ? null
        : Float64Array.from(dropped, (_, row) => lengthOf(vectors, row));
    this.#slots = Math.min(policy.slots ?? dropped.length, dropped.length);
    this.#constraints = new SlotConstraints(dropped, rules, policy.slots ?? Infinity);
    this.utilities = boostedUtilities(input);
    this.#base = baseValues(input, this.utilities);
    this.#likeness = new Float64Array(dropped.length);
  }

  /** [M] what the next slot compares: -Infinity without a score. */
  value(row: number): number {
    return this.#base[row] - this.#input.policy.diversity * this.#likeness[row];
  }

  /** The chances of the next slot, or null where the slate has ended. */
  next(): SlotChances | null {
    const position = this.chosen.length;
    if (position >= this.#slots) return null;
    const { rows, pin, ruleId, relaxed } = this.#constraints.feasible(position);
    if (rows.length === 0) return null;
    const best = this.#best(rows);
    const found = { rows, best, relaxed, ...(ruleId !== undefined && { ruleId }) };
    if (pin) return { ...found, by: 'pinned', propensities: [1] };
    const { positions } = this.#input.policy.exploration;
    if (this.#input.logits === null || !positions.includes(position))
      return {
        ...found,
        by: 'ranked',
        propensities: new Array<number>(rows.length).fill(0).with(rows.indexOf(best), 1),
      };
    return { ...found, by: 'drawn', propensities: this.#propensities(rows) };
  }

  /** Takes a row of the next slot's feasible set. */
  choose(row: number): void {
    // a full slate has no next position that a quota could be asked about
    if (this.chosen.length === this.#slots - 1)
      this.#lastQuotas = this.#input.dropped.map((_, at) => this.heldBackBy(at));
    this.chosen.push(row);
    this.#constraints.choose(row);
    this.#follow(row);
  }

  /** Why a row that is not chosen is not: the quota that is full, or undefined where others were better. */
  heldBackBy(row: number): string | undefined {
    return this.#lastQuotas ? this.#lastQuotas[row] : this.#constraints.fullQuota(row, this.chosen.length);
  }

  #best(rows: readonly number[]): number {
    const ranks = this.#ranks;
    let [best] = rows;
    for (const row of rows) if (ranks === null ? this.#isBetter(row, best) : ranks[row] < ranks[best]) best = row;
    return best;
  }

  /** [M] the place of each row by value. */
  #rank(): Int32Array {
    const rows = [...this.utilities.keys()];
    rows.sort((one, other) => Number(this.#isBetter(other, one)) - Number(this.#isBetter(one, other)));
    const ranks = new Int32Array(rows.length);
    for (const [rank, row] of rows.entries()) ranks[row] = rank;
    return ranks;
  }

  /** By value; floored and missing values by the first logit; then in the server's order. */
  #isBetter(row: number, best: number): boolean {
    const [one, other] = [this.value(row), this.value(best)];
    if (one !== other) return one > other;
    return this.#firstLogit(row) > this.#firstLogit(best);
  }

  #firstLogit(row: number): number {
    const { logits, heads } = this.#input;
    const logit = logits?.[row * heads.length] ?? Number.NaN;
    return Number.isFinite(logit) ? logit : -Infinity;
  }

  /** (1 - epsilon) softmax(value / temperature) + epsilon / |feasible|. */
  #propensities(rows: readonly number[]): number[] {
    const { epsilon, temperature } = this.#input.policy.exploration;
    const values = rows.map((row) => this.value(row));
    const most = values.reduce((max, value) => Math.max(max, value), -Infinity);
    const weights = values.map((value) => (most === -Infinity ? 1 : Math.exp((value - most) / temperature)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => ((1 - epsilon) * weight) / sum + epsilon / rows.length);
  }

  #follow(chosen: number): void {
    const { vectors } = this.#input;
    const lengths = this.#lengths;
    if (vectors === null || lengths === null || this.chosen.length > DIVERSE_POSITIONS) {
      this.#ranks ??= this.#rank();
      return;
    }
    for (let row = 0; row < lengths.length; row++) {
      // a cosine; a row without a vector is like no other
      const like = dotOf(vectors, row, chosen) / (lengths[row] * lengths[chosen]);
      if (like > this.#likeness[row]) this.#likeness[row] = like;
    }
  }
}

/** Uniform in [0, 1) from hash(slateId, position); the finaliser is murmur3's: FNV alone moves little with its last byte. */
export function slotDraw(slateId: string, position: number): number {
  let hash = hashText(`${slateId}:${String(position)}`);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function boostedUtilities({ logits, heads, policy, rules, dropped }: DecisionInput): Float64Array {
  if (logits === null) return new Float64Array(dropped.length).fill(Number.NaN);
  const utilities = utilitiesOf({ logits, heads, weights: policy.weights });
  return utilities.map((utility, row) => utility * (rules.boost?.[row] ?? 1));
}

/** ln(utility) + novelty - fatigue + bias; the server's order where nothing was scored. */
function baseValues(input: DecisionInput, utilities: Float64Array): Float64Array {
  const { logits, impressions, bias, policy } = input;
  if (logits === null) return utilities.map((_, row) => -row);
  const novelty = policy.novelty === 0 ? null : selfInformation(input);
  return utilities.map((utility, row) => {
    if (!Number.isFinite(utility)) return -Infinity;
    const shown = impressions?.[row] ?? 0;
    const value =
      Math.log(Math.max(utility, MIN_UTILITY)) +
      Math.min(0, utility - MIN_UTILITY) +
      (novelty === null ? 0 : policy.novelty * novelty[row]) -
      policy.fatigue * Math.log1p(shown) +
      (bias?.[row] ?? 0);
    return Number.isFinite(value) ? value : -Infinity;
  });
}

/** -ln of the item's share of the list's events less the list's mean, in nats (Vargas & Castells 2011); unknown: 0. */
function selfInformation({ popularity, dropped }: DecisionInput): Float64Array {
  const counts = Float64Array.from(dropped, (_, row) => popularity?.[row] ?? Number.NaN);
  const known = counts.filter((count) => count >= 0);
  const mean = known.reduce((sum, count) => sum + Math.log1p(count), 0) / Math.max(1, known.length);
  return counts.map((count) => (count >= 0 ? mean - Math.log1p(count) : 0));
}

/** Of two rows of [M, 32] vectors; 0 where either has none. */
export const cosine = (vectors: Int8Array, one: number, other: number): number =>
  dotOf(vectors, one, other) / (lengthOf(vectors, one) * lengthOf(vectors, other));

function dotOf(vectors: Int8Array, one: number, other: number): number {
  let dot = 0;
  for (let d = 0; d < VECTOR_DIM; d++) dot += vectors[one * VECTOR_DIM + d] * vectors[other * VECTOR_DIM + d];
  return dot;
}

/** Of a row of [M, 32] vectors; more than 0. */
const lengthOf = (vectors: Int8Array, row: number): number => Math.sqrt(dotOf(vectors, row, row) + NORM_EPSILON);
