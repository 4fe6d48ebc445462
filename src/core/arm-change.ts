import { isRecord } from './guards.ts';
import { type ParsedRules, parseRules } from './parse-rules.ts';
import { SCORES_POLICY, type SlatePolicy, parsePolicy } from './policy.ts';
import { isProblem } from './problem.ts';

/** What an arm changes about the slates of a page; what it leaves out stays as the kit has it. */
export interface ArmChange {
  /** Over the kit's policy, field by field; false: the order of the scores. */
  readonly policy?: Partial<SlatePolicy> | false;
  /** In place of the kit's rules; a list that brings its own goes by those. */
  readonly rules?: ParsedRules;
  /** `server` leaves the server's order, with the rules applied to it. */
  readonly order?: 'server';
}

const CHANGES = ['policy', 'rules', 'order'];

/** Reads the value of a variation; a text says what is wrong with it. */
export function parseArmChange(value: unknown): ArmChange | string {
  if (!isRecord(value)) return 'an arm must be an object of what it changes';
  const unknown = Object.keys(value).find((name) => !CHANGES.includes(name));
  if (unknown !== undefined) return `an arm cannot change "${unknown.slice(0, 100)}"; it can ${CHANGES.join(', ')}`;
  const { policy, rules, order } = value;
  if (order !== undefined && order !== 'server') return 'an arm’s "order" must be "server"';
  const parsedPolicy = policy === undefined || policy === false ? null : parsePolicy(policy);
  if (isProblem(parsedPolicy)) return parsedPolicy.message;
  const parsedRules = rules === undefined ? null : parseRules(rules);
  const [wrong] = parsedRules?.problems ?? [];
  if (wrong !== undefined) return wrong.message;
  return {
    ...(policy !== undefined && { policy: policy as Partial<SlatePolicy> | false }),
    ...(parsedRules && { rules: parsedRules }),
    ...(order === 'server' && { order }),
  };
}

/** The policy of an arm over another; both have been read. */
export function changePolicy(policy: SlatePolicy, change: Partial<SlatePolicy> | false): SlatePolicy {
  if (change === false) return SCORES_POLICY;
  const changed = parsePolicy({ ...policy, ...change });
  return isProblem(changed) ? policy : changed;
}
