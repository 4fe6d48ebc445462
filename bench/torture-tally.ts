import type { Gate } from './torture-gate.ts';

/** What became of events. */
export interface Tally {
  readonly recorded: number;
  readonly stored: number;
  /** On the device at the end, whether stored or not: a page that has left does not hear that its events arrived. */
  readonly held: number;
  /** Neither stored nor held. */
  readonly lost: number;
  /** Stored more than once. */
  readonly duplicates: number;
  /** The most copies of one event on the wire, beyond its first. */
  readonly extraCopies: number;
}

/** What a visitor did is told apart by what the page planted in it, whatever ids it gets on the way. */
interface Happened {
  readonly recorded: readonly string[];
  readonly held: readonly string[];
  /** In storage order, each as often as it is stored. */
  readonly stored: readonly string[];
  readonly requests: Gate['requests'];
}

export function tally({ recorded, held, stored, requests }: Happened): Tally {
  const [distinct, kept] = [new Set(stored), new Set(held)];
  return {
    ...{ recorded: recorded.length, stored: distinct.size, held: kept.size },
    // act by act: what is both stored and held makes up for nothing else
    lost: recorded.filter((act) => !distinct.has(act) && !kept.has(act)).length,
    duplicates: stored.length - distinct.size,
    extraCopies: Math.max(1, ...countCopies(requests).values()) - 1,
  };
}

/** How often each event was on the wire; what was answered with 503 does not count. */
export function countCopies(requests: Gate['requests']): Map<string, number> {
  const copies = new Map<string, number>();
  for (const id of requests.filter(({ weather }) => weather !== 'busy').flatMap(({ ids }) => ids)) {
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  return copies;
}
