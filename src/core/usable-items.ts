import type { Candidate } from './candidate.ts';

/** As many cards as a slate has candidates; a flood of data must not become a flood of elements. */
const MAX_ITEMS = 500;

/** The candidates that can be shown: with an id, each id once, and no more than a slate has. */
export function usableItems(entries: readonly unknown[]): Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const entry of entries) {
    if (byId.size >= MAX_ITEMS) break;
    if (typeof entry !== 'object' || entry === null) continue;
    const { id } = entry as { id?: unknown };
    if (typeof id === 'string' && id !== '' && !byId.has(id)) byId.set(id, entry as Candidate);
  }
  return [...byId.values()];
}
