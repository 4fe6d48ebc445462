import type { Team } from './event.ts';
import { SlotConstraints } from './slot-constraints.ts';
import { slotDraw } from './slot-loop.ts';
import type { SlotRules } from './slot-rules.ts';

export interface TeamDraftInput {
  /** Seed of the coins. */
  readonly slateId: string;
  /** Rows of the candidates in the order of each team's own slate. */
  readonly lists: Readonly<Record<Team, readonly number[]>>;
  readonly rules: SlotRules;
  /** [M]: the rule that drops the row, or null. */
  readonly dropped: readonly (string | null)[];
  /** The most positions; null: no limit. */
  readonly slots: number | null;
}

export interface DraftedSlot {
  readonly row: number;
  /** Who picked it; null where a rule pinned it. */
  readonly team: Team | null;
  /** Given the slots before it: 1/2 where a coin chose between two items. */
  readonly propensity: number;
  readonly isPinned: boolean;
  /** The pin, or the quota that had to be filled. */
  readonly ruleId?: string;
  /** Spacing rules that nothing could keep. */
  readonly relaxed: readonly string[];
}

/**
 * Team draft (Radlinski, Kurup, Joachims 2008, Algorithm 2, doi:10.1145/1458082.1458092): the team with fewer items picks
 * next, and a coin decides where both have as many; a pick is the first of the team's list that is not taken. Here a pick
 * is also one that the hard rules allow on this position, so that pins, quotas and spacing hold as in any slate; pins
 * are nobody's pick, and where a team has nothing that is allowed the other one picks. What is on neither list is no
 * candidate: it must not keep what is on one from a position. Coin r, at r items each, is
 * `own` where `slotDraw(slateId + ':team', r)` < 1/2: anybody can draft the slate again.
 */
export function draftTeams({ slateId, lists, rules, dropped, slots }: TeamDraftInput): DraftedSlot[] {
  const listed = new Set([...lists.own, ...lists.other]);
  const unlisted = dropped.map((ruleId, row) => (listed.has(row) ? ruleId : 'unlisted'));
  const constraints = new SlotConstraints(unlisted, rules, slots ?? Infinity);
  const length = Math.min(slots ?? dropped.length, dropped.length);
  const sizes: Record<Team, number> = { own: 0, other: 0 };
  const drafted: DraftedSlot[] = [];
  for (let position = 0; position < length; position++) {
    const { rows, pin: isPinned, ruleId, relaxed } = constraints.feasible(position);
    if (rows.length === 0) break;
    const picked = isPinned
      ? { row: rows[0], team: null, propensity: 1 }
      : pick({ lists, sizes, rows: new Set(rows), draw: slotDraw(`${slateId}:team`, sizes.own) });
    // both lists have ended
    if (picked === null) break;
    constraints.choose(picked.row);
    if (picked.team !== null) sizes[picked.team]++;
    drafted.push({ ...picked, isPinned, relaxed, ...(ruleId !== undefined && { ruleId }) });
  }
  return drafted;
}

interface Round extends Pick<TeamDraftInput, 'lists'> {
  readonly sizes: Readonly<Record<Team, number>>;
  /** What may stand here; not empty. */
  readonly rows: ReadonlySet<number>;
  /** Uniform in [0, 1). */
  readonly draw: number;
}

function pick({ lists, sizes, rows, draw }: Round): Pick<DraftedSlot, 'row' | 'team' | 'propensity'> | null {
  const isFeasible = (row: number): boolean => rows.has(row);
  const firsts = { own: lists.own.find(isFeasible), other: lists.other.find(isFeasible) };
  const isTie = sizes.own === sizes.other;
  const next: Team = (isTie ? draw < 0.5 : sizes.own < sizes.other) ? 'own' : 'other';
  const team = firsts[next] === undefined ? (next === 'own' ? 'other' : 'own') : next;
  const row = firsts[team];
  if (row === undefined) return null;
  const isOpen = isTie && firsts.own !== firsts.other && firsts.own !== undefined && firsts.other !== undefined;
  return { row, team, propensity: isOpen ? 0.5 : 1 };
}
