import { type Problem, createProblem } from './problem.ts';
import { COMMON_FIELDS, KIND_FIELDS, isText, timeOf } from './rule-fields.ts';
import { BUILT_IN_RULES, DEFAULT_RULES, type Rule, type RuleKind, type RuleSet } from './rule-set.ts';
import { isRecord } from './guards.ts';

const RULES_SCHEMA_VERSION = 1;

/** More rules than this are a slip, or cost a page its time. */
const MAX_RULES = 1000;

export interface ParsedRules {
  readonly rules: RuleSet;
  readonly problems: readonly Problem[];
}

/**
 * Reads a rule set (schema/rules.schema.json). A rule that is wrong in any field is left out with a `rule_invalid`
 * problem, and the rest applies; `rules_invalid` is about the set itself, where it cannot be read at all with the
 * built-in rules alone. Never throws.
 */
export function parseRules(input: unknown): ParsedRules {
  try {
    return readSet(input);
  } catch (error) {
    // a getter of the page's own
    return unreadable(`it could not be read (${String(error)})`);
  }
}

const unreadable = (why: string): ParsedRules => ({
  rules: DEFAULT_RULES,
  problems: [invalidSet(`${why}; only the built-in rules apply`)],
});

function readSet(input: unknown): ParsedRules {
  if (!isRecord(input)) return unreadable('it is not an object');
  const { schemaVersion, rules: entries } = input;
  if (schemaVersion !== RULES_SCHEMA_VERSION || !Array.isArray(entries)) {
    const want = `schemaVersion must be ${String(RULES_SCHEMA_VERSION)} and rules a list`;
    return unreadable(want);
  }
  const problems = findSetProblems(input, entries.length);
  const rules = readRules(entries.slice(0, MAX_RULES), listedFields(input['customerFields']), problems);
  const builtIn = BUILT_IN_RULES.filter(({ id }) => !rules.has(id));
  const version = isText(input['version'], 64) ? input['version'] : 'unnamed';
  const given = [...rules.values()].filter((rule) => rule !== null);
  return { rules: { version, rules: [...builtIn, ...given] }, problems };
}

const invalidSet = (why: string): Problem => createProblem('rules_invalid', `rules: ${why}`);

const SET_FIELDS = ['$schema', 'schemaVersion', 'version', 'customerFields', 'rules'];

function findSetProblems(set: Record<string, unknown>, size: number): Problem[] {
  const { version, customerFields } = set;
  const faults: string[] = [];
  if (!isText(version, 64)) faults.push('version must be a text of 1 to 64 characters; slates are logged as "unnamed"');
  if (customerFields !== undefined && !isFieldNames(customerFields)) {
    faults.push('customerFields must be a list of up to 100 names without a dot; no customer field is read');
  }
  const other = Object.keys(set).filter((field) => !SET_FIELDS.includes(field));
  if (other.length > 0) faults.push(`${quote(other[0])} is no field of a rule set and is not read`);
  if (size > MAX_RULES) faults.push(`only the first ${String(MAX_RULES)} of ${String(size)} rules apply`);
  return faults.map(invalidSet);
}

const isFieldNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= 100 && value.every((name) => isText(name, 100) && !name.includes('.'));

const listedFields = (value: unknown): ReadonlySet<string> => new Set(isFieldNames(value) ? value : []);

/** By id, in their order; null for one that is switched off, as it still stands in for a built-in one. */
function readRules(
  entries: readonly unknown[],
  listed: ReadonlySet<string>,
  problems: Problem[],
): ReadonlyMap<string, Rule | null> {
  const rules = new Map<string, Rule | null>();
  entries.forEach((entry, index) => {
    const { id } = isRecord(entry) ? entry : {};
    const name = isText(id, 64) ? `rule ${quote(id)}` : `rules[${String(index)}]`;
    const fault = isText(id) && rules.has(id) ? 'id was used before; give it another' : findFault(entry, listed);
    if (fault !== undefined) problems.push(createProblem('rule_invalid', `${name} is left out: ${fault}`));
    else rules.set(id as string, readRule(entry as Record<string, unknown>));
  });
  return rules;
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 100));

function findFault(rule: unknown, listed: ReadonlySet<string>): string | undefined {
  if (!isRecord(rule)) return 'it must be an object';
  const { kind } = rule;
  const kinds = Object.keys(KIND_FIELDS);
  if (!kinds.includes(kind as string)) return `kind must be one of ${kinds.join(', ')}`;
  const { id } = rule;
  if (id !== kind && BUILT_IN_RULES.some((builtIn) => builtIn.id === id))
    return 'its id is that of a built-in rule of another kind, which it would switch off; give it another';
  const { fields, required = [], oneOf = [] } = KIND_FIELDS[kind as RuleKind];
  const known = { ...COMMON_FIELDS, ...fields };
  const missing = ['id', ...required].find((field) => !Object.hasOwn(rule, field));
  if (missing !== undefined) return `${missing} is missing`;
  if (oneOf.length > 0 && !oneOf.some((field) => Object.hasOwn(rule, field))) return `it needs ${oneOf.join(' or ')}`;
  for (const field of Object.keys(rule)) {
    if (!Object.hasOwn(known, field)) return `${quote(field)} is no field of kind ${String(kind)}`;
    const fault = known[field](rule[field], listed);
    if (fault !== undefined) return `${field} ${fault}`;
  }
  return kind === 'quota' ? findQuotaFault(rule) : undefined;
}

function findQuotaFault({ min, max, value }: Record<string, unknown>): string | undefined {
  if (min === undefined) return undefined;
  if (value === undefined) return 'min needs a value';
  return max !== undefined && Number(min) > Number(max) ? 'min is above max' : undefined;
}

const TIMES = ['from', 'until', 'expiresAt'];

function readRule({ enabled, ...rule }: Record<string, unknown>): Rule | null {
  if (enabled === false) return null;
  const entries = Object.entries(rule).map(([field, value]) => [
    field,
    TIMES.includes(field) ? timeOf(value as string) : value,
  ]);
  return Object.fromEntries(entries) as Rule;
}
