import type { Candidate } from '../src/core/candidate.ts';
import type { Slate } from '../src/core/slate.ts';
import { pageCaps } from './page-caps.ts';
import type { Timers } from './impression-tracker.ts';
import { type CandidateData, replaceItems, usableItems } from './candidate-source.ts';

/** A carousel with a `priority`. */
export interface Prioritized extends HTMLElement {
  /** The smaller, the earlier it chooses; of two alike the one that comes first in the page. */
  readonly priority: number | null;
  /** Of its slate so many items count: those that are seen without scrolling. */
  readonly count: number;
  readonly slate: Slate | null;
  /** Settles with the ranking that is under way. */
  readonly ranked: Promise<void>;
}

/** How long carousels of a higher priority are waited for. */
const OTHERS_MS = 1000;

/**
 * The candidates that are left to a carousel when those with a higher priority have chosen: not what they show, and nothing
 * of a value whose cap they have used up. Waits for theirs, a second at the longest; `isFixed` items stay, and where nothing
 * would be left all of them do.
 */
export async function leaveOthers(
  carousel: Prioritized,
  data: CandidateData,
  { timers, isFixed }: { readonly timers: Timers; readonly isFixed: (id: string) => boolean },
): Promise<CandidateData> {
  const others = [...document.querySelectorAll<Prioritized>('rec-carousel[priority]')].filter(
    (other) => other !== carousel && isBefore(other, carousel),
  );
  let timer: unknown;
  const within = new Promise((resolve) => (timer = timers.set(() => resolve(undefined), OTHERS_MS)));
  await Promise.race([within, Promise.all(others.map(({ ranked }) => ranked))]);
  timers.clear(timer);
  const shown = others.flatMap(({ slate, count }) => slate?.items.slice(0, count) ?? []).map((item) => item.candidate);
  const taken = new Set(shown.map(({ id }) => id));
  const full = Object.entries(pageCaps()).map(([field, most]) => [field, valuesAt(shown, field, most)] as const);
  const isLeft = (item: Candidate): boolean =>
    isFixed(item.id) || (!taken.has(item.id) && full.every(([field, values]) => !values.has(item[field])));
  const left = usableItems(data).filter(isLeft);
  return left.length === 0 ? data : replaceItems(data, left);
}

const isBefore = (one: Prioritized, other: Prioritized): boolean => {
  const [first, second] = [one.priority ?? Infinity, other.priority ?? Infinity];
  const follows = (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return first < second || (first === second && follows);
};

/** Values of a field that at least `most` items have. */
function valuesAt(items: readonly Candidate[], field: string, most: number): Set<unknown> {
  const counts = new Map<unknown, number>();
  for (const item of items) counts.set(item[field], (counts.get(item[field]) ?? 0) + 1);
  counts.delete(undefined);
  return new Set([...counts].flatMap(([value, count]) => (count >= most ? [value] : [])));
}
