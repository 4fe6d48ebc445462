import { MAX_CANDIDATES } from './candidate.ts';
import { type Condition, parseCondition, pathsOf } from './condition.ts';
import { isProblem } from './problem.ts';
import type { RuleKind } from './rule-set.ts';
import { IMPRESSIONS_KEPT } from './conduct.ts';
import { isNumber } from './guards.ts';

/** Returns what a field must be, or undefined where it is. `listed` are the customer fields that conditions may read. */
type FieldCheck = (value: unknown, listed: ReadonlySet<string>) => string | undefined;

/** Entries of a list of texts: a hostile set should not cost the page its time. */
const MAX_LIST = 10_000;

const is =
  (want: string, holds: (value: unknown) => boolean): FieldCheck =>
  (value) =>
    holds(value) ? undefined : `must be ${want}`;

/** Counts characters, not UTF-16 units, as JSON Schema does. */
export const isText = (value: unknown, max = Infinity): value is string =>
  typeof value === 'string' && value !== '' && (value.length <= max || [...value.slice(0, 2 * max + 1)].length <= max);
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.length <= MAX_LIST && value.every((entry) => isText(entry));

const text = (max: number): FieldCheck => is(`a text of 1 to ${String(max)} characters`, (value) => isText(value, max));
const texts = is(`a list of 1 to ${String(MAX_LIST)} texts`, isTexts);
const integer = (min: number, max: number): FieldCheck =>
  is(
    `a whole number from ${String(min)} to ${String(max)}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
const atLeastZero = is('a number >= 0', (value) => isNumber(value) && value >= 0);
const duration = is('a number of milliseconds > 0', (value) => isNumber(value) && value > 0);
const keepOrDrop = is('"keep" or "drop"', (value) => value === 'keep' || value === 'drop');
const time: FieldCheck = (value) => {
  if (typeof value !== 'string' || !TIME.test(value)) return 'must be a time such as 2026-11-21T09:00:00Z';
  return Number.isNaN(timeOf(value)) ? 'names a day that does not exist' : undefined;
};

const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** Epoch ms of an ISO 8601 time with its offset from UTC; NaN for a day that does not exist. */
export function timeOf(time: string): number {
  const [, year, month, day] = TIME.exec(time) ?? [];
  // browsers differ in what they make of a day that does not exist
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= lastDay ? Date.parse(time) : Number.NaN;
}

/** A condition whose paths all begin with one of `roots`, and that reads only customer fields that are listed. */
const condition =
  (...roots: readonly string[]): FieldCheck =>
  (value, listed) => {
    const parsed = parseCondition(value);
    if (isProblem(parsed)) return `is not usable: ${parsed.message}`;
    return findForeignPath(parsed, roots, listed);
  };

function findForeignPath(parsed: Condition, roots: readonly string[], listed: ReadonlySet<string>): string | undefined {
  for (const path of pathsOf(parsed)) {
    const [root, field = ''] = path.split('.');
    const name = path.slice(0, 100);
    if (!roots.includes(root) || field === '') {
      return `reads "${name}"; paths must begin with ${roots.map((known) => `${known}.`).join(', ')}`;
    }
    if (root === 'customer' && !listed.has(field))
      return `reads "${name}"; add "${field.slice(0, 100)}" to customerFields`;
  }
  return undefined;
}

const aboutVisit = condition('context', 'customer');
const aboutItem = condition('item', 'context', 'customer');

type Fields = Readonly<Record<string, FieldCheck>>;

/** Of every rule. */
export const COMMON_FIELDS: Fields = {
  id: text(64),
  kind: () => undefined,
  placements: texts,
  when: aboutVisit,
  from: time,
  until: time,
  enabled: is('true or false', (value) => typeof value === 'boolean'),
};

interface KindFields {
  readonly required?: readonly string[];
  /** At least one of these. */
  readonly oneOf?: readonly string[];
  readonly fields: Fields;
}

const OVERRIDE: Fields = { author: text(200), expiresAt: time };
const BY = text(200);
const MAX_SLOTS = MAX_CANDIDATES;

/** Of each kind, beside the common ones. */
export const KIND_FIELDS: Readonly<Record<RuleKind, KindFields>> = {
  eligible: { required: ['require'], fields: { require: aboutItem } },
  hide: {
    required: ['author', 'expiresAt'],
    oneOf: ['items', 'match'],
    fields: { ...OVERRIDE, items: texts, match: aboutItem },
  },
  pin: {
    required: ['author', 'expiresAt', 'item', 'position'],
    fields: { ...OVERRIDE, item: text(1024), position: integer(0, MAX_SLOTS - 1) },
  },
  stock: { fields: { min: atLeastZero, ttlMs: duration, unknown: keepOrDrop } },
  price: { required: ['ttlMs'], fields: { ttlMs: duration } },
  region: { fields: { unknown: keepOrDrop } },
  age: { fields: {} },
  blocklist: {
    oneOf: ['items', 'categories', 'brands', 'safety'],
    fields: { items: texts, categories: texts, brands: texts, safety: texts },
  },
  margin: {
    oneOf: ['floor', 'boost'],
    fields: {
      floor: is('a number', isNumber),
      boost: is('a number from 0 to 10', (value) => isNumber(value) && value >= 0 && value <= 10),
    },
  },
  quota: {
    required: ['by'],
    oneOf: ['max', 'min'],
    fields: {
      by: BY,
      value: is(
        'a text, a number, true or false',
        (value) => isText(value) || isNumber(value) || typeof value === 'boolean',
      ),
      max: integer(0, MAX_SLOTS),
      min: integer(1, MAX_SLOTS),
      within: integer(1, MAX_SLOTS),
    },
  },
  spacing: { required: ['by', 'gap'], fields: { by: BY, gap: integer(1, MAX_SLOTS - 1) } },
  frequency: { required: ['max', 'windowMs'], fields: { max: integer(1, IMPRESSIONS_KEPT), windowMs: duration } },
  purchased: { fields: { categories: texts, withinMs: duration } },
  dismissed: { fields: { withinMs: duration } },
};
