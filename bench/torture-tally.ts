import type { Gate } from './torture-gate.ts';

/** What became of events. */
export interface Tally {
  readonly recorded: number;
  readonly stored: number;
  /** On the device at the end. */
  readonly held: number;
  /** Neither stored nor held. */
  readonly lost: number;
  /** Stored more than once. */
  readonly duplicates: number;
  /** The most copies of one event on the wire, beyond its first. */
  readonly extraCopies: number;
}

interface Happened {
  readonly recorded: number;
  readonly held: number;
  /** Ids in storage order, each as often as it is stored. */
  readonly stored: readonly string[];
  readonly requests: Gate['requests'];
}

export function tally({ recorded, held, stored, requests }: Happened): Tally {
  const distinct = new Set(stored).size;
  return {
    ...{ recorded, stored: distinct, held },
    lost: Math.max(0, recorded - distinct - held),
    duplicates: stored.length - distinct,
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
