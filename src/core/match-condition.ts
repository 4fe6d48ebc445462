import type { Condition } from './condition.ts';
import { readPath } from './read-path.ts';

/**
 * Whether a condition holds for a subject, as GrowthBook's `evalCondition` has it, with these differences: only own
 * properties are read, and a subject that cannot be compared (a getter that throws, a symbol, a cycle) does not match.
 * As there, an absent value counts as null, and null compares as 0: `{"age": {"$lt": 18}}` holds for an unknown age.
 */
export function matches(condition: Condition, subject: unknown): boolean {
  try {
    return holds(condition, subject);
  } catch {
    return false;
  }
}

function holds(condition: Condition, subject: unknown): boolean {
  for (const key of Object.keys(condition)) {
    const value = condition[key];
    if (!(key.startsWith('$') ? combine(key, value, subject) : fits(value, readPath(subject, key)))) return false;
  }
  return true;
}

function combine(operator: string, value: unknown, subject: unknown): boolean {
  if (operator === '$not') return !holds(value as Condition, subject);
  const conditions = value as readonly Condition[];
  if (operator === '$and') return conditions.every((condition) => holds(condition, subject));
  // as GrowthBook has it, an empty list of alternatives holds
  const any = conditions.length === 0 || conditions.some((condition) => holds(condition, subject));
  return operator === '$or' ? any : !any;
}

/** What a path leads to, against the right side of a condition. */
function fits(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string') return (actual as string) + '' === expected;
  if (typeof expected === 'number') return (actual as number) * 1 === expected;
  if (typeof expected === 'boolean') return actual !== null && !!actual === expected;
  if (expected === null) return actual === null;
  if (!isOperators(expected)) return JSON.stringify(actual) === JSON.stringify(expected);
  for (const operator of Object.keys(expected)) if (!test(operator, actual, expected[operator])) return false;
  return true;
}

function isOperators(value: unknown): value is Record<string, unknown> {
  if (Array.isArray(value)) return false;
  const keys = Object.keys(value as object);
  return keys.length > 0 && keys.every((key) => key.startsWith('$'));
}

function test(operator: string, actual: unknown, expected: unknown): boolean {
  const list = expected as readonly unknown[];
  switch (operator) {
    case '$eq':
      return actual === expected;
    case '$ne':
      return actual !== expected;
    case '$lt':
      return (actual as number) < (expected as number);
    case '$lte':
      return (actual as number) <= (expected as number);
    case '$gt':
      return (actual as number) > (expected as number);
    case '$gte':
      return (actual as number) >= (expected as number);
    case '$in':
      return isIn(actual, list);
    case '$nin':
      return !isIn(actual, list);
    case '$all':
      return Array.isArray(actual) && list.every((value) => actual.some((entry) => fits(value, entry)));
    case '$exists':
      return expected === (actual !== null && actual !== undefined);
    case '$type':
      return typeName(actual) === expected;
    case '$size':
      return Array.isArray(actual) && fits(expected, actual.length);
    case '$elemMatch':
      return Array.isArray(actual) && actual.some((entry) => fitsElement(expected as Condition, entry));
    default:
      return !fits(expected, actual); // $not
  }
}

const isIn = (actual: unknown, list: readonly unknown[]): boolean =>
  Array.isArray(actual) ? actual.some((entry) => list.includes(entry)) : list.includes(actual);

const typeName = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function fitsElement(expected: Condition, element: unknown): boolean {
  if (element === null || element === undefined) return false;
  return isOperators(expected) ? fits(expected, element) : holds(expected, element);
}
