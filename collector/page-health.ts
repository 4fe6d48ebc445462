import type { FeedbackEvent } from '../src/core/event.ts';
import type { StoredEvents } from './log.ts';
import { Tally } from './tally.ts';

/** Of `n` values in ascending order the smallest that so many are not above (nearest rank). */
export interface Quantiles {
  readonly n: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** What pages were like, over all events of the kinds `vitals` and `health`. Counts are most frequent first. */
export interface PageHealthReport {
  /** Page views that told the one and the other. */
  readonly pages: { readonly vitals: number; readonly health: number };
  /** Null where none was measured. */
  readonly lcpMs: Quantiles | null;
  readonly inpMs: Quantiles | null;
  readonly cls: Quantiles | null;
  /** Page views by how they began. */
  readonly navigation: Readonly<Record<string, number>>;
  /** Slates by engine. */
  readonly tiers: Readonly<Record<string, number>>;
  /** Over the medians of page views, and the longest of all. */
  readonly slateMs: (Quantiles & { readonly max: number }) | null;
  /** How often each problem was reported. */
  readonly problems: Readonly<Record<string, number>>;
  /** Page views by release and bundle, such as `7 canary`, where a registry says what ranks. */
  readonly releases: Readonly<Record<string, number>>;
  /** Events that were lost on devices, by reason, and on how many client ids. */
  readonly lost: { readonly events: Readonly<Record<string, number>>; readonly clients: number };
}

/** Reads a log or an archive. */
export async function readPageHealth(log: Pick<StoredEvents, 'read'>): Promise<PageHealthReport> {
  const notes = createNotes();
  for await (const { clientId, event } of log.read()) {
    addVitals(notes, event);
    addHealth(notes, event, clientId);
  }
  return {
    pages: { vitals: notes.vitals, health: notes.health },
    lcpMs: quantilesOf(notes.lcpMs),
    inpMs: quantilesOf(notes.inpMs),
    cls: quantilesOf(notes.cls),
    navigation: notes.navigation.toObject(),
    tiers: notes.tiers.toObject(),
    slateMs: withMax(quantilesOf(notes.slateMs), notes.maxMs),
    problems: notes.problems.toObject(),
    releases: notes.releases.toObject(),
    lost: { events: notes.lost.toObject(), clients: notes.losers.size },
  };
}

const createNotes = () => ({
  ...{ vitals: 0, health: 0, maxMs: 0 },
  ...{ lcpMs: [] as number[], inpMs: [] as number[], cls: [] as number[], slateMs: [] as number[] },
  ...{ navigation: new Tally(), tiers: new Tally(), problems: new Tally(), lost: new Tally() },
  releases: new Tally(),
  losers: new Set<string>(),
});
type Notes = ReturnType<typeof createNotes>;

function addVitals(notes: Notes, { vitals }: FeedbackEvent): void {
  if (vitals === undefined) return;
  notes.vitals++;
  for (const name of ['lcpMs', 'inpMs', 'cls'] as const) {
    const value = vitals[name];
    if (value !== undefined) notes[name].push(value);
  }
  if (vitals.navigation) notes.navigation.add(vitals.navigation);
}

function addHealth(notes: Notes, { health, lost }: FeedbackEvent, clientId: string): void {
  if (health !== undefined) {
    notes.health++;
    addCounts(notes.tiers, health.tiers);
    addCounts(notes.problems, health.problems);
    if (health.release !== undefined) notes.releases.add(`${String(health.release)} ${health.channel ?? ''}`);
    if (health.slateMs) notes.slateMs.push(health.slateMs.p50);
    notes.maxMs = Math.max(notes.maxMs, health.slateMs?.max ?? 0);
  }
  if (lost === undefined) return;
  addCounts(notes.lost, lost);
  notes.losers.add(clientId);
}

function addCounts(tally: Tally, counts: Readonly<Record<string, number>> = {}): void {
  for (const [name, count] of Object.entries(counts)) tally.add(name, count);
}

function quantilesOf(values: readonly number[]): Quantiles | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [p50, p75, p95] = [0.5, 0.75, 0.95].map((share) => sorted[Math.ceil(share * sorted.length) - 1]);
  if (p50 === undefined || p75 === undefined || p95 === undefined) return null;
  return { n: sorted.length, p50, p75, p95 };
}

const withMax = (quantiles: Quantiles | null, max: number): PageHealthReport['slateMs'] =>
  quantiles && { ...quantiles, max };
