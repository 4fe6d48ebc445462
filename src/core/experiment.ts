import type { Range } from './bucketing.ts';
import { type Condition, parseCondition } from './condition.ts';
import { isNumber, isRecord } from './guards.ts';
import { type Problem, createProblem, isProblem } from './problem.ts';

/** Layers: a unit takes part where its bucket under `seed` lies in one of the ranges. */
export interface Filter {
  readonly seed: string;
  readonly ranges: readonly Range[];
  /** What is bucketed; default `id`. */
  readonly attribute?: string;
}

export interface ArmMeta {
  /** Names the arm in sticky buckets, exposures and reports. */
  readonly key: string;
  readonly name?: string;
}

export const EXPERIMENT_STATUSES = ['draft', 'running', 'stopped'] as const;

/**
 * One experiment in GrowthBook's terms (https://docs.growthbook.io/sdk/build-your-own#experiment); hash version 2 alone.
 * `Value` is what an arm changes.
 */
export interface Experiment<Value = unknown> {
  /** Unique, 1 to 64 of letters, digits, `-`, `_` and `.`. */
  readonly key: string;
  /** Two or more; the first is control. */
  readonly variations: readonly Value[];
  /** Absent: all. Not GrowthBook's. */
  readonly placements?: readonly string[];
  /** One for each variation. */
  readonly meta: readonly ArmMeta[];
  /** One for each variation, adding up to 1 within .01. */
  readonly weights: readonly number[];
  /** Share of the units that take part, in [0, 1]; default 1. */
  readonly coverage: number;
  /** In place of weights and coverage. */
  readonly ranges?: readonly Range[];
  /** What is bucketed; default `id`, the kit's unit id. */
  readonly hashAttribute: string;
  /** Default: the key. */
  readonly seed: string;
  readonly filters?: readonly Filter[];
  /** GrowthBook's older layers: id, from, to. */
  readonly namespace?: readonly [id: string, from: number, to: number];
  /** Over the attributes. */
  readonly condition?: Condition;
  /** Raised to forget sticky buckets of before; whole, from 0. */
  readonly bucketVersion: number;
  /** Units with a sticky bucket of a lower version no longer take part. */
  readonly minBucketVersion: number;
  readonly disableStickyBucketing: boolean;
  readonly status: (typeof EXPERIMENT_STATUSES)[number];
  /** Index of the arm that everybody gets who takes part: a decision that is rolled out, and no experiment any more. */
  readonly force?: number;
  /** Exposures of one phase are analysed together; whole, from 0. */
  readonly phase: number;
}

/** Units that see no experiment and no personalisation at all, for as long as it is kept. */
export interface Holdout {
  readonly key: string;
  readonly seed: string;
  /** In [0, 1]. */
  readonly share: number;
  readonly hashAttribute: string;
}

export interface ExperimentSet {
  /** The site's own name of this set; empty where it gives none. */
  readonly version: string;
  readonly holdout: Holdout | null;
  readonly experiments: readonly Experiment[];
}

export const NO_EXPERIMENTS: ExperimentSet = { version: '', holdout: null, experiments: [] };

/** A hostile or broken file should not cost the page its time. */
const MAX_EXPERIMENTS = 200;
const MAX_ARMS = 20;
const MAX_RANGES = 100;

type Check = (value: unknown) => boolean;

const KEY = /^[A-Za-z0-9._-]{1,64}$/;
const isKey: Check = (value) => typeof value === 'string' && KEY.test(value);
const isText: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 256;
const isShare: Check = (value) => isNumber(value) && value >= 0 && value <= 1;
const isWhole: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isRange: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(isShare) && Number(value[0]) <= Number(value[1]);
const isRanges: Check = (value) => Array.isArray(value) && value.length <= MAX_RANGES && value.every(isRange);
const isNamespace: Check = (value) => Array.isArray(value) && isText(value[0]) && isRange(value.slice(1));
const isFilter: Check = (value) =>
  isRecord(value) &&
  isText(value['seed']) &&
  isRanges(value['ranges']) &&
  (value['attribute'] === undefined || isText(value['attribute'])) &&
  (value['hashVersion'] === undefined || value['hashVersion'] === 2);
const isFilters: Check = (value) => Array.isArray(value) && value.length <= MAX_RANGES && value.every(isFilter);
const isCondition: Check = (value) => !isProblem(parseCondition(value));
const isMeta: Check = (value) => isRecord(value) && isKey(value['key']);
const isOneOf =
  (...known: readonly unknown[]): Check =>
  (value) =>
    known.includes(value);
const isAny: Check = () => true;

/** Every field of an experiment with what it must be. */
const FIELDS: Readonly<Record<string, readonly [must: string, holds: Check]>> = {
  key: ['1 to 64 letters, digits, "-", "_" or "."', isKey],
  variations: [
    `a list of 2 to ${String(MAX_ARMS)} arms`,
    (value) => Array.isArray(value) && value.length >= 2 && value.length <= MAX_ARMS,
  ],
  placements: ['a list of names', (value) => Array.isArray(value) && value.every(isText)],
  meta: ['a list of objects with a "key"', (value) => Array.isArray(value) && value.every(isMeta)],
  weights: ['a list of shares', (value) => Array.isArray(value) && value.every(isShare)],
  coverage: ['a number from 0 to 1', isShare],
  ranges: ['a list of pairs from 0 to 1', isRanges],
  hashAttribute: ['a text of 1 to 256 characters', isText],
  hashVersion: ['2: no other hash is used', isOneOf(2)],
  seed: ['a text of 1 to 256 characters', isText],
  filters: ['a list of { seed, ranges, attribute? } with hashVersion 2', isFilters],
  namespace: ['[id, from, to]', isNamespace],
  condition: ['a condition (docs/rules.md)', isCondition],
  bucketVersion: ['a whole number from 0', isWhole],
  minBucketVersion: ['a whole number from 0', isWhole],
  disableStickyBucketing: ['true or false', isOneOf(true, false)],
  status: [EXPERIMENT_STATUSES.join(', '), isOneOf(...EXPERIMENT_STATUSES)],
  force: ['the index of an arm', isWhole],
  phase: ['a whole number from 0', isWhole],
  // the report's own
  analysis: ['an object', isRecord],
  // for people
  name: ['', isAny],
  description: ['', isAny],
};

export interface ParsedExperiments {
  readonly set: ExperimentSet;
  /** `experiment_invalid`: that experiment is left out, or the holdout; the others stay. */
  readonly problems: readonly Problem[];
}

/** Reads `{ version?, holdout?, experiments }` from outside. Never throws. */
export function parseExperiments(input: unknown): ParsedExperiments {
  const problems: Problem[] = [];
  const refuse = (message: string): void => void problems.push(createProblem('experiment_invalid', message));
  if (!isRecord(input) || !Array.isArray(input['experiments'])) {
    refuse('experiments must be an object with a list "experiments"; none runs');
    return { set: NO_EXPERIMENTS, problems };
  }
  const given = input['experiments'] as readonly unknown[];
  if (given.length > MAX_EXPERIMENTS) refuse(`only the first ${String(MAX_EXPERIMENTS)} experiments are read`);
  const experiments: Experiment[] = [];
  for (const [at, one] of given.slice(0, MAX_EXPERIMENTS).entries()) {
    const parsed = parseExperiment(one);
    const isKnown = typeof parsed !== 'string' && experiments.some(({ key }) => key === parsed.key);
    if (typeof parsed === 'string') refuse(`experiment ${nameOf(one, at)} does not run: ${parsed}`);
    else if (isKnown) refuse(`experiment "${parsed.key}" does not run: its key is taken`);
    else experiments.push(parsed);
  }
  const holdout = parseHoldout(input['holdout']);
  if (typeof holdout === 'string') refuse(holdout);
  const { version } = input;
  return {
    set: {
      version: typeof version === 'string' ? version : '',
      holdout: typeof holdout === 'string' ? null : holdout,
      experiments,
    },
    problems,
  };
}

const nameOf = (one: unknown, at: number): string =>
  isRecord(one) && isKey(one['key']) ? `"${String(one['key'])}"` : `at ${String(at)}`;

/** What is wrong, as text. */
function parseExperiment(input: unknown): Experiment | string {
  if (!isRecord(input)) return 'it must be an object';
  if (input['key'] === undefined || input['variations'] === undefined) return 'it needs "key" and "variations"';
  for (const [field, value] of Object.entries(input)) {
    const rule = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (rule === undefined) return `it has no field "${field.slice(0, 100)}"`;
    if (!rule[1](value)) return `"${field}" must be ${rule[0]}`;
  }
  return complete(input as Partial<Experiment> & Pick<Experiment, 'key' | 'variations'>);
}

function complete(given: Partial<Experiment> & Pick<Experiment, 'key' | 'variations'>): Experiment | string {
  const { key, variations, ranges, force, namespace } = given;
  const count = variations.length;
  const { weights = variations.map(() => 1 / count), meta = variations.map((_, i) => ({ key: String(i) })) } = given;
  if (weights.length !== count || meta.length !== count) return '"weights" and "meta" need one entry for each arm';
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total < 0.99 || total > 1.01) return `"weights" add up to ${String(total)}, not to 1`;
  if (new Set(meta.map((arm) => arm.key)).size !== count) return 'two arms have the same key';
  if (ranges !== undefined && ranges.length !== count) return '"ranges" needs one pair for each arm';
  if (ranges !== undefined && areOverlapping(ranges)) return '"ranges" overlap: a unit would be in two arms';
  if (force !== undefined && force >= count) return '"force" names no arm';
  const { coverage = 1, hashAttribute = 'id', seed = key, bucketVersion = 0, minBucketVersion = 0 } = given;
  const { disableStickyBucketing = false, status = 'running', phase = 0, filters, condition, placements } = given;
  return {
    ...{ key, variations, meta, weights, coverage, hashAttribute, seed, bucketVersion, minBucketVersion },
    ...{ disableStickyBucketing, status, phase },
    ...(placements && { placements }),
    ...(ranges && { ranges }),
    ...(filters && { filters }),
    ...(namespace && { namespace }),
    ...(condition && { condition }),
    ...(force !== undefined && { force }),
  };
}

function areOverlapping(ranges: readonly Range[]): boolean {
  const sorted = ranges.filter(([from, to]) => from < to).sort(([a], [b]) => a - b);
  return sorted.some(([from], i) => i > 0 && from < sorted[i - 1][1]);
}

function parseHoldout(input: unknown): Holdout | null | string {
  if (input === undefined) return null;
  const { key, share, seed = key, hashAttribute = 'id' } = isRecord(input) ? input : {};
  if (!isKey(key) || !isShare(share) || !isText(seed) || !isText(hashAttribute))
    return 'the holdout is not kept: it must be { key, share (0 to 1), seed?, hashAttribute? }';
  return { key, share, seed, hashAttribute } as Holdout;
}
