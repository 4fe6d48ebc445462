import { decodeBase64 } from './base64.ts';
import { MAX_CANDIDATES } from './candidate.ts';
import { VECTOR_DIM } from './contract.ts';
import { SCORES_POLICY, parsePolicy } from './policy.ts';
import { isProblem } from './problem.ts';
import type { SlateLog } from './slate-log.ts';
import { isNumber, isRecord, isText, isWellFormed } from './guards.ts';

const MAX_HEADS = 16;

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const listOf = (check: (value: unknown) => boolean, length?: number) => (value: unknown) =>
  Array.isArray(value) && (length === undefined || value.length === length) && value.every(check);
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const isBelow = (end: number) => (value: unknown) => isIndex(value) && value < end;

const isHead = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value['name']) &&
  (value['windowDays'] === undefined || isNumber(value['windowDays'])) &&
  (value['calibration'] === undefined ||
    (isRecord(value['calibration']) &&
      ['slope', 'offset'].every((key) => isNumber((value['calibration'] as Record<string, unknown>)[key]))));

/** With every field: what is left out would be read as what is the default by then. */
function isWholePolicy(value: unknown): boolean {
  const policy = parsePolicy(value);
  const names = Object.keys(SCORES_POLICY);
  const inner = Object.keys(SCORES_POLICY.exploration);
  if (isProblem(policy) || !isRecord(value)) return false;
  const { exploration } = value;
  return (
    names.every((name) => Object.hasOwn(value, name)) &&
    inner.every((name) => Object.hasOwn(exploration as object, name))
  );
}

const isRules = (value: unknown, size: number): boolean =>
  isRecord(value) &&
  listOf((pin) => isRecord(pin) && isText(pin['ruleId']) && isBelow(size)(pin['row']) && isIndex(pin['position']))(
    value['pins'],
  ) &&
  listOf(isQuota)(value['quotas']) &&
  listOf((one) => isRecord(one) && isText(one['ruleId']) && isIndex(one['column']) && isIndex(one['gap']))(
    value['spacing'],
  ) &&
  listOf(listOf(isIndex, size))(value['columns']) &&
  (value['boost'] === undefined || listOf(isNumber, size)(value['boost']));

const isQuota = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value['ruleId']) &&
  isIndex(value['column']) &&
  ['value', 'max', 'min', 'within'].every((key) => orNull(isIndex)(value[key]));

const isSlot = (size: number) => (value: unknown) =>
  Array.isArray(value) &&
  value.length === 5 &&
  [value[0], value[4]].every(isBelow(size)) &&
  isNumber(value[1]) &&
  isIndex(value[2]) &&
  ['ranked', 'pinned', 'drawn'].includes(value[3] as string);

/** Names, and fields that nobody reads, are stored too. */
const hasCleanTexts = (value: unknown): boolean =>
  typeof value === 'string'
    ? isWellFormed(value)
    : typeof value !== 'object' ||
      value === null ||
      Object.entries(value).every(([name, inner]) => isWellFormed(name) && hasCleanTexts(inner));

/** Reads a logged slate from outside; undefined where a field is missing, unknown, or not of the shape above. */
export function parseSlateLog(value: unknown): SlateLog | undefined {
  if (!isRecord(value) || !listOf(isText)(value['candidates']) || !listOf(isHead)(value['heads'])) return undefined;
  const [size, heads] = [(value['candidates'] as unknown[]).length, (value['heads'] as unknown[]).length];
  const checks: Record<keyof SlateLog, (field: unknown) => boolean> = {
    rulesVersion: isText,
    policy: isWholePolicy,
    rules: (rules) => isRules(rules, size) && hasCleanTexts(rules),
    heads: (list) => hasCleanTexts(list) && heads <= MAX_HEADS && (heads > 0 || value['scores'] === null),
    candidates: () => size <= MAX_CANDIDATES,
    dropped: (dropped) =>
      isRecord(dropped) && Object.values(dropped).every(listOf(isBelow(size))) && hasCleanTexts(dropped),
    scores: orNull(listOf(orNull(isNumber), size * heads)),
    impressions: orNull(listOf(isNumber, size)),
    popularity: orNull(listOf(orNull(isNumber), size)),
    bias: orNull(listOf(isNumber, size)),
    vectors: orNull((text) => typeof text === 'string' && decodeBase64(text)?.length === size * VECTOR_DIM),
    slots: listOf(isSlot(size)),
    checksum: isIndex,
  };
  const names = Object.keys(checks) as (keyof SlateLog)[];
  if (!names.every((name) => checks[name](value[name])) || Object.keys(value).length !== names.length) return undefined;
  return value as unknown as SlateLog;
}
