import { decide } from '../src/core/decide.ts';
import {
  type LoggedSlot,
  type SlateLog,
  decisionInputOf,
  isSamePropensity,
  isUnchanged,
  loggedSlots,
} from '../src/core/slate-log.ts';
import type { StoredEvents } from './log.ts';

/** Slates that are named; all are counted. */
const MAX_NAMED = 100;

export interface RecomputedSlate {
  readonly slateId: string;
  /** What differs, in words: the log's content, or the first slot. */
  readonly what: string;
}

export interface RecomputeResult {
  /** Logged slates: a slate sent twice counts once. */
  readonly slates: number;
  readonly equal: number;
  /** The first hundred. */
  readonly different: readonly RecomputedSlate[];
  readonly differentCount: number;
  /** Set where the log has no slates: which level has them. */
  readonly note?: string;
}

/** Makes each logged slate again from its row and compares. */
export async function recompute(log: StoredEvents): Promise<RecomputeResult> {
  const different: RecomputedSlate[] = [];
  const seen = new Set<string>();
  let differentCount = 0;
  for await (const { event } of log.read()) {
    const { kind, slateId = '', slate } = event;
    if (kind !== 'slate' || slate === undefined || seen.has(slateId)) continue;
    seen.add(slateId);
    const what = findDifference(slateId, slate);
    if (what === undefined) continue;
    differentCount++;
    if (different.length < MAX_NAMED) different.push({ slateId, what });
  }
  const note = 'no slate events: slates are logged at level training only, so this log cannot be recomputed';
  return {
    ...{ slates: seen.size, equal: seen.size - differentCount, different, differentCount },
    ...(seen.size === 0 && { note }),
  };
}

/** What differs between a logged slate and the same one made again; undefined where nothing does. */
export function findDifference(slateId: string, log: SlateLog): string | undefined {
  if (!isUnchanged(log)) return 'the logged fields are not those that the device wrote: the checksum differs';
  const slots = loggedSlots(decide(decisionInputOf(slateId, log)));
  if (slots.length !== log.slots.length) return `${String(slots.length)} slots instead of ${String(log.slots.length)}`;
  for (const [position, logged] of log.slots.entries()) {
    const slot = slots[position];
    if (slot === undefined || isEqual(slot, logged)) continue;
    const words = `${slot.join(' ')} instead of ${logged.join(' ')} (row, propensity, feasible, by, best)`;
    return `position ${String(position)}: ${words}`;
  }
  return undefined;
}

function isEqual([row, propensity, ...rest]: LoggedSlot, [loggedRow, loggedPropensity, ...loggedRest]: LoggedSlot) {
  return (
    row === loggedRow &&
    isSamePropensity(propensity, loggedPropensity) &&
    rest.every((value, at) => value === loggedRest[at])
  );
}
