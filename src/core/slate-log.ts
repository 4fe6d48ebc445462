import { decodeBase64, encodeBase64 } from './base64.ts';
import type { DecidedSlot, Decision } from './decide.ts';
import { hashText } from './hash.ts';
import type { SlatePolicy } from './policy.ts';
import type { DecisionInput } from './slot-loop.ts';
import type { SlotRules } from './slot-rules.ts';
import type { Head } from './utility.ts';

/**
 * A slate as it is logged at level `training`: everything that `decide` read and what it answered, so that the slate can
 * be made again from this row alone. M candidates, H heads, K slots.
 */
export interface SlateLog {
  readonly rulesVersion: string;
  readonly policy: SlatePolicy;
  readonly rules: SlotRules;
  readonly heads: readonly Head[];
  /** [M] item ids in the server's order. */
  readonly candidates: readonly string[];
  /** Rows that a rule dropped, by its id. */
  readonly dropped: Readonly<Record<string, readonly number[]>>;
  /** [M, H] logits, each float32 in 9 digits, null where not finite; null: the server's order. */
  readonly scores: readonly (number | null)[] | null;
  /** [M] */
  readonly impressions: readonly number[] | null;
  /** [M], null unknown; only where the policy weighs novelty. */
  readonly popularity: readonly (number | null)[] | null;
  /** [M] of on-device adaptation. */
  readonly bias: readonly number[] | null;
  /** base64 of [M, 32] int8 "out" vectors; only where the policy weighs diversity. */
  readonly vectors: string | null;
  /** [K] */
  readonly slots: readonly LoggedSlot[];
  /** FNV-1a of the JSON of all other fields: what was changed on the way or in store is found. */
  readonly checksum: number;
}

export type LoggedSlot = readonly [
  row: number,
  propensity: number,
  feasible: number,
  by: DecidedSlot['by'],
  best: number,
];

export interface LoggedDecision {
  readonly input: DecisionInput;
  readonly decision: Decision;
  readonly itemIds: readonly string[];
  readonly rulesVersion: string;
}

export function createSlateLog({ input, decision, itemIds, rulesVersion }: LoggedDecision): SlateLog {
  const { policy, rules, heads, logits } = input;
  // null: what the policy does not read
  const read = <T>(value: T | null, isRead: boolean): T | null => (logits !== null && isRead ? value : null);
  const impressions = read(input.impressions, policy.fatigue > 0);
  const popularity = read(input.popularity, policy.novelty !== 0);
  const bias = read(input.bias, true);
  const vectors = read(input.vectors, policy.diversity > 0);
  const dropped: Record<string, number[]> = Object.create(null) as Record<string, number[]>;
  input.dropped.forEach((ruleId, row) => {
    if (ruleId !== null) (dropped[ruleId] ??= []).push(row);
  });
  const log = {
    ...{ rulesVersion, policy, rules, heads, candidates: itemIds, dropped },
    scores: logits && Array.from(logits, shortFloat),
    impressions: impressions && Array.from(impressions),
    popularity: popularity && Array.from(popularity, finiteOrNull),
    bias: bias && Array.from(bias),
    vectors: vectors && encodeBase64(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength)),
    slots: loggedSlots(decision),
  };
  return { ...log, checksum: checksumOf(log) };
}

/** Two engines' `exp` may differ in the last bits, and a propensity follows from it. */
const PROPENSITY_TOLERANCE = 1e-9;

/** Whether two propensities of one draw, made by two engines, are the same. */
export const isSamePropensity = (one: number, other: number): boolean => Math.abs(one - other) <= PROPENSITY_TOLERANCE;

/** A decision's slots as the log has them. */
export const loggedSlots = ({ slots }: Decision): LoggedSlot[] =>
  slots.map(({ row, propensity, feasible, by, best }) => [row, propensity, feasible, by, best]);

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
/** Nine digits tell all float32 numbers apart (IEEE 754-2019, section 5.12.2). */
const shortFloat = (value: number): number | null =>
  Number.isFinite(value) ? Number(Math.fround(value).toPrecision(9)) : null;

const checksumOf = (log: Omit<SlateLog, 'checksum'>): number => hashText(JSON.stringify(log));

/** The input of `decide` as it was. */
export function decisionInputOf(slateId: string, log: SlateLog): DecisionInput {
  const dropped = log.candidates.map((): string | null => null);
  for (const [ruleId, rows] of Object.entries(log.dropped)) rows.forEach((row) => (dropped[row] = ruleId));
  const bytes = log.vectors === null ? undefined : decodeBase64(log.vectors);
  const orNaN = (value: number | null): number => value ?? Number.NaN;
  return {
    ...{ slateId, dropped, policy: log.policy, rules: log.rules, heads: log.heads },
    logits: log.scores && Float32Array.from(log.scores, orNaN),
    impressions: log.impressions,
    popularity: log.popularity && log.popularity.map(orNaN),
    bias: log.bias,
    vectors: bytes ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : null,
  };
}

/** Whether every field is as it was when the slate was logged. */
export function isUnchanged({ checksum, ...log }: SlateLog): boolean {
  return checksumOf(log) === checksum;
}
