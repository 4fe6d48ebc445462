import type { Condition } from './condition.ts';
import { createPathReader } from './path-reader.ts';

type Test = (value: unknown) => boolean;

/**
 * Whether a condition holds for a subject, as GrowthBook's `evalCondition` has it, with these differences: only own
 * properties are read, and a subject that cannot be compared (a getter that throws, a symbol, a cycle) does not match.
 * As there, an absent value counts as null, and null compares as 0: `{"age": {"$lt": 18}}` holds for an unknown age.
 */
export const matches = (condition: Condition, subject: unknown): boolean => compileCondition(condition)(subject);

/** `matches` for many subjects: the condition is walked once. */
export function compileCondition(condition: Condition): Test {
  const test = compile(condition);
  return (subject) => {
    try {
      return test(subject);
    } catch {
      return false;
    }
  };
}

const compile = (condition: Condition): Test =>
  all(
    Object.entries(condition).map(([key, value]) => {
      if (key.startsWith('$')) return combine(key, value);
      const read = createPathReader(key);
      const test = compileValue(value);
      return (subject) => test(read(subject));
    }),
  );

function all(tests: readonly Test[]): Test {
  const [only] = tests;
  return tests.length === 1 ? only : (value) => tests.every((test) => test(value));
}

const not =
  (test: Test): Test =>
  (value) =>
    !test(value);

function combine(operator: string, value: unknown): Test {
  if (operator === '$not') return not(compile(value as Condition));
  const tests = (value as readonly Condition[]).map(compile);
  if (operator === '$and') return all(tests);
  // as GrowthBook has it, an empty list of alternatives holds
  const isOneMet: Test = (subject) => tests.length === 0 || tests.some((test) => test(subject));
  return operator === '$or' ? isOneMet : not(isOneMet);
}

/** The right side of a path: what it leads to must equal a value, or pass every operator. */
function compileValue(expected: unknown): Test {
  if (typeof expected === 'string') return (actual) => (actual as string) + '' === expected;
  if (typeof expected === 'number') return (actual) => (actual as number) * 1 === expected;
  if (typeof expected === 'boolean') return (actual) => actual !== null && !!actual === expected;
  if (expected === null) return (actual) => actual === null;
  if (isOperators(expected)) {
    return all(Object.entries(expected).map(([operator, operand]) => OPERATORS[operator](operand)));
  }
  const text = JSON.stringify(expected);
  return (actual) => JSON.stringify(actual) === text;
}

function isOperators(value: unknown): value is Record<string, unknown> {
  if (Array.isArray(value)) return false;
  const keys = Object.keys(value as object);
  return keys.length > 0 && keys.every((key) => key.startsWith('$'));
}

const compare =
  (holds: (actual: number, expected: number) => boolean) =>
  (expected: unknown): Test =>
  (actual) =>
    // texts are compared as well
    holds(actual as number, expected as number);

/** Those that `parseCondition` knows. */
const OPERATORS: Readonly<Record<string, (expected: unknown) => Test>> = {
  $eq: (expected) => (actual) => actual === expected,
  $ne: (expected) => (actual) => actual !== expected,
  $lt: compare((actual, expected) => actual < expected),
  $lte: compare((actual, expected) => actual <= expected),
  $gt: compare((actual, expected) => actual > expected),
  $gte: compare((actual, expected) => actual >= expected),
  $in: isIn,
  $nin: (expected) => not(isIn(expected)),
  $all: isAll,
  $exists: (expected) => (actual) => expected === (actual !== null && actual !== undefined),
  $type: (expected) => (actual) => typeName(actual) === expected,
  $size: hasSize,
  $elemMatch: hasElement,
  $not: (expected) => not(compileValue(expected)),
};

function isIn(expected: unknown): Test {
  const set = new Set(expected as readonly unknown[]);
  return (actual) => (Array.isArray(actual) ? actual.some((entry) => set.has(entry)) : set.has(actual));
}

function isAll(expected: unknown): Test {
  const tests = (expected as readonly unknown[]).map(compileValue);
  return (actual) => Array.isArray(actual) && tests.every((test) => actual.some(test));
}

function hasSize(expected: unknown): Test {
  const test = compileValue(expected);
  return (actual) => Array.isArray(actual) && test(actual.length);
}

/** Operators alone apply to the entry itself, all else to its fields. */
function hasElement(expected: unknown): Test {
  const test = isOperators(expected) ? compileValue(expected) : compile(expected as Condition);
  return (actual) =>
    Array.isArray(actual) && actual.some((entry) => entry !== null && entry !== undefined && test(entry));
}

const typeName = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
