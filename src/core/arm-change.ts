import { type Experiment, type ParsedExperiments, parseExperiments } from './experiment.ts';
import { GROUP_NAMES, type GroupName } from './feature-groups.ts';
import { isRecord } from './guards.ts';
import { type ParsedRules, parseRules } from './parse-rules.ts';
import { SCORES_POLICY, type SlatePolicy, parsePolicy } from './policy.ts';
import { type Problem, createProblem, isProblem } from './problem.ts';
import { isVia } from './signal.ts';

/** What an arm changes about the slates of a page; what it leaves out stays as the kit has it. */
export interface ArmChange {
  /** Over the kit's policy, field by field; false: the order of the scores. */
  readonly policy?: Partial<SlatePolicy> | false;
  /** In place of the kit's rules; a list that brings its own goes by those. */
  readonly rules?: ParsedRules;
  /** `server` leaves the server's order, with the rules applied to it. */
  readonly order?: 'server';
  /** URL of the folder of the bundle that the page loads in place of the kit's own. */
  readonly bundle?: string;
  /** URL of the folder of a second bundle: slates are drafted from its list and from that of the page's bundle. */
  readonly interleave?: string;
  /** URL of the candidates that `<rec-carousel>` loads in place of its `src`. */
  readonly source?: string;
  /** What `<rec-carousel>` has as attribute `layout`. */
  readonly layout?: string;
  /** Sources (`via`) whose signals do not rank. */
  readonly signals?: { readonly without: readonly string[] };
  /** Groups of features that ranking takes for missing. */
  readonly features?: { readonly without: readonly GroupName[] };
}

/** `http:`, `https:` or relative; URL parsers drop blanks and control characters, before or within a scheme. */
const URL_TEXT = /^(?!(?!https?:)[a-z][a-z0-9+.-]*:)[^\s\p{Cc}]{1,2048}$/iu;
const LAYOUT = /^[a-z][a-z0-9-]{0,31}$/;
/** More sources or groups than any site has. */
const MAX_LEFT_OUT = 20;

/** A name before the host, and a password: `fetch` takes no such URL. With a scheme, parsers want no slashes. */
const CREDENTIALS = /^(?:https?:[\\/]*|[\\/]{2,})[^\\/?#]*@/i;

const isUrl = (value: unknown): boolean =>
  typeof value === 'string' && URL_TEXT.test(value) && !CREDENTIALS.test(value);
/** The names of its files are put after it. */
const isFolder = (value: unknown): boolean => isUrl(value) && !/[?#]/.test(value as string);
const isWithout = (value: unknown, isName: (name: unknown) => boolean): boolean => {
  if (!isRecord(value) || Object.keys(value).join() !== 'without') return false;
  const { without } = value;
  return Array.isArray(without) && without.length > 0 && without.length <= MAX_LEFT_OUT && without.every(isName);
};

const FOLDER = 'an http(s) or relative URL of a folder, without credentials, "?" and "#"';

/** Every field with what is wrong with a value, or null. */
const FIELDS: Readonly<Record<keyof ArmChange, (value: unknown) => string | null>> = {
  policy: (value) => {
    const policy = value === false ? null : parsePolicy(value);
    return isProblem(policy) ? policy.message : null;
  },
  rules: (value) => parseRules(value).problems[0]?.message ?? null,
  order: mustBe('"server"', (value) => value === 'server'),
  bundle: mustBe(FOLDER, isFolder),
  interleave: mustBe(FOLDER, isFolder),
  source: mustBe('an http(s) or relative URL without credentials', isUrl),
  layout: mustBe('a name of 1 to 32 of a-z, 0-9 and "-"', (value) => typeof value === 'string' && LAYOUT.test(value)),
  signals: mustBe('{ without: [1 to 20 names of sources] }', (value) => isWithout(value, isVia)),
  features: mustBe(`{ without: [some of ${GROUP_NAMES.join(', ')}] }`, (value) =>
    isWithout(value, (name) => (GROUP_NAMES as readonly unknown[]).includes(name)),
  ),
};

function mustBe(what: string, holds: (value: unknown) => boolean) {
  return (value: unknown): string | null => (holds(value) ? null : `it must be ${what}`);
}

/** Reads the value of a variation; a text says what is wrong with it. */
export function parseArmChange(value: unknown): ArmChange | string {
  if (!isRecord(value)) return 'an arm must be an object of what it changes';
  for (const [name, given] of Object.entries(value)) {
    const check = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof ArmChange] : undefined;
    if (check === undefined)
      return `an arm cannot change "${name.slice(0, 100)}"; it can ${Object.keys(FIELDS).join(', ')}`;
    const wrong = given === undefined ? null : check(given);
    if (wrong !== null) return `an arm’s "${name}": ${wrong}`;
  }
  if (value['bundle'] !== undefined && value['interleave'] !== undefined)
    return 'an arm has "bundle" or "interleave", and not both';
  const { rules, ...rest } = value;
  return { ...(rest as ArmChange), ...(rules !== undefined && { rules: parseRules(rules) }) };
}

export interface ParsedArmSet extends ParsedExperiments {
  /** By the key of the experiment, one for each arm. */
  readonly changes: ReadonlyMap<string, readonly ArmChange[]>;
}

/** Reads experiments from outside with what their arms change; what cannot be read does not run. Never throws. */
export function parseArmSet(input: unknown): ParsedArmSet {
  const { set, problems } = parseExperiments(input);
  const changes = new Map<string, readonly ArmChange[]>();
  const refused: Problem[] = [];
  for (const experiment of set.experiments) {
    const { key } = experiment;
    const found = parseArmChanges(experiment);
    if (typeof found !== 'string') changes.set(key, found);
    else refused.push(createProblem('experiment_invalid', `experiment "${key}" does not run: ${found}`));
  }
  const experiments = set.experiments.filter(({ key }) => changes.has(key));
  return { set: { ...set, experiments }, problems: [...problems, ...refused], changes };
}

/** What the arms of an experiment change, in their order; a text says why it cannot run. */
function parseArmChanges({ variations, placements }: Experiment): readonly ArmChange[] | string {
  const changes: ArmChange[] = [];
  for (const variation of variations) {
    const change = parseArmChange(variation);
    if (typeof change === 'string') return change;
    changes.push(change);
  }
  const isPartial = placements !== undefined && changes.some(({ bundle }) => bundle !== undefined);
  return isPartial ? 'one bundle ranks all of a page, so an arm’s "bundle" goes without "placements"' : changes;
}

/** The policy of an arm over another; both have been read. */
export function changePolicy(policy: SlatePolicy, change: Partial<SlatePolicy> | false): SlatePolicy {
  if (change === false) return SCORES_POLICY;
  const changed = parsePolicy({ ...policy, ...change });
  return isProblem(changed) ? policy : changed;
}
