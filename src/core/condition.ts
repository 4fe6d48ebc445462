import { type Problem, createProblem } from './problem.ts';
import { isNumber } from './guards.ts';

/**
 * A condition that `parseCondition` has taken: plain JSON in the syntax of GrowthBook's targeting conditions
 * (https://docs.growthbook.io/sdk/build-your-own#conditions). Keys are dotted paths, or `$and`, `$or`, `$nor`, `$not`
 * over further conditions; all must hold.
 */
export type Condition = Readonly<Record<string, unknown>>;

/** What the operator `$type` can name. */
const TYPE_NAMES = ['null', 'undefined', 'boolean', 'number', 'string', 'array', 'object'];

/** Objects and lists within each other: far more than a person can read. */
const MAX_DEPTH = 10;
/** Keys, list entries and values in all: a hostile condition should not cost the page its time. */
const MAX_VALUES = 2000;

/** Where in the condition the reader stands; `budget` is shared by all places of one condition. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly budget: { left: number };
}

/** What is wrong, for a developer; undefined where nothing is. */
type Fault = string | undefined;
type Reader = (value: unknown, place: Place) => Fault;

/**
 * Checks a condition from outside. An unknown operator, a wrong shape, more than 10 levels or 2000 values make a
 * `condition_invalid` problem that names the path. Never throws.
 */
export function parseCondition(input: unknown): Condition | Problem {
  const fault = readCondition(input, { path: '', depth: 0, budget: { left: MAX_VALUES } });
  return fault === undefined ? (input as Condition) : createProblem('condition_invalid', fault);
}

/** Every path that a condition reads of its subject; paths within `$elemMatch` belong to the element and are not. */
export const pathsOf = (condition: Condition): readonly string[] =>
  Object.entries(condition).flatMap(([key, value]) =>
    isOperator(key) ? [value].flat().flatMap((inner) => pathsOf(inner as Condition)) : [key],
  );

const isOperator = (key: string): boolean => key.startsWith('$');
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const inside = ({ path, depth, budget }: Place, key: string | number): Place => ({
  path: path === '' ? String(key) : `${path}.${String(key)}`,
  depth: depth + 1,
  budget,
});

/** `path` may be as long as whoever wrote the condition liked. */
const at = ({ path }: Place): string => (path === '' ? 'the condition' : path.slice(0, 200));
const must =
  (want: string, holds: (value: unknown) => boolean): Reader =>
  (value, place) =>
    holds(value) ? undefined : `${at(place)} must be ${want}`;

/** The entries of an object or a list, each with its place; a fault where there are too many or too deep. */
function readEach(value: object, place: Place, read: (key: string, inner: unknown, place: Place) => Fault): Fault {
  if (place.depth >= MAX_DEPTH) return `${at(place)} nests deeper than ${String(MAX_DEPTH)} levels`;
  for (const key of Object.keys(value)) {
    if (place.budget.left-- <= 0) return `${at(place)} goes beyond ${String(MAX_VALUES)} values in one condition`;
    const fault = read(key, (value as Record<string, unknown>)[key], inside(place, key));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const listOf =
  (read: Reader): Reader =>
  (value, place) =>
    Array.isArray(value)
      ? readEach(value, place, (_, inner, where) => read(inner, where))
      : `${at(place)} must be a list`;

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value);

const readScalar = must('a text, a finite number, true, false or null', isScalar);
const readOrdered = must('a text or a finite number', (value) => typeof value === 'string' || isNumber(value));

/** Of a path or an element. */
const OPERATORS = new Map<string, Reader>([
  ['$eq', readScalar],
  ['$ne', readScalar],
  ['$lt', readOrdered],
  ['$lte', readOrdered],
  ['$gt', readOrdered],
  ['$gte', readOrdered],
  ['$in', listOf(readScalar)],
  ['$nin', listOf(readScalar)],
  ['$all', listOf(readValue)],
  ['$exists', must('true or false', (value) => typeof value === 'boolean')],
  ['$type', must(`one of ${TYPE_NAMES.join(', ')}`, (value) => TYPE_NAMES.includes(value as string))],
  ['$size', readSize],
  ['$elemMatch', readElement],
  ['$not', readValue],
]);

/** Of whole conditions. */
const COMBINERS = new Map<string, Reader>([
  ['$and', listOf(readCondition)],
  ['$or', listOf(readCondition)],
  ['$nor', listOf(readCondition)],
  ['$not', readCondition],
]);

function readCondition(value: unknown, place: Place): Fault {
  if (!isObject(value) || Array.isArray(value)) return `${at(place)} must be an object of paths and operators`;
  return readEach(value, place, (key, inner, where) => {
    const read = isOperator(key) ? COMBINERS.get(key) : readValue;
    return read === undefined ? unknownOperator(where, COMBINERS) : read(inner, where);
  });
}

/** What a path is compared with: operators, or a value that it must equal. */
function readValue(value: unknown, place: Place): Fault {
  if (!isObject(value)) return readScalar(value, place);
  const operators = Object.keys(value).filter(isOperator).length;
  if (operators === 0 || Array.isArray(value))
    return readEach(value, place, (_, inner, where) => readJson(inner, where));
  return operators === Object.keys(value).length
    ? readOperators(value, place)
    : `${at(place)} mixes operators and fields`;
}

const readOperators = (value: object, place: Place): Fault =>
  readEach(value, place, (key, inner, where) => {
    const read = OPERATORS.get(key);
    return read === undefined ? unknownOperator(where, OPERATORS) : read(inner, where);
  });

const readJson: Reader = (value, place) =>
  isObject(value) ? readEach(value, place, (_, inner, where) => readJson(inner, where)) : readScalar(value, place);

function readSize(value: unknown, place: Place): Fault {
  if (isNumber(value)) return undefined;
  const isTest = isObject(value) && !Array.isArray(value) && Object.keys(value).length > 0;
  return isTest ? readOperators(value, place) : `${at(place)} must be a finite number or operators`;
}

/** Operators alone apply to the element itself, all else to its fields. */
function readElement(value: unknown, place: Place): Fault {
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.length > 0 && keys.every(isOperator) ? readValue(value, place) : readCondition(value, place);
}

const unknownOperator = (place: Place, known: ReadonlyMap<string, Reader>): string =>
  `${at(place)} is no operator here; use ${[...known.keys()].join(', ')}`;
