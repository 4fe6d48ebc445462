import { type FeedbackEvent, type Losses, priorityOf } from '../core/event.ts';
import { type Environment, createUuid, timeOfUuid } from '../core/uuid.ts';
import type { EventDraft } from './feedback.ts';
import type { OutboxState, Visit } from './schema.ts';
import type { Storage, Transaction } from './storage.ts';
import { getVisit } from './visit.ts';

/** Rows and bytes that may wait; beyond them the least important and oldest go. */
export const MAX_ROWS = 5_000;
export const MAX_SIZE_BYTES = 5_000_000;
/** What is left after events had to go: not each new event must look for room. */
const ROOM_SHARE = 0.9;

const NO_STATE: OutboxState = {
  ...{ rows: 0, sizeBytes: 0, lost: {}, probeTo: null },
  ...{ failures: 0, retryAt: 0, isTold: false, lease: null },
};

export const outboxOf = (visit: Visit): OutboxState => visit.outbox ?? NO_STATE;

const encoder = new TextEncoder();
export const sizeOf = (event: FeedbackEvent): number => encoder.encode(JSON.stringify(event)).length;

/** Rows as they were written, and the stream that they are numbered in. */
export interface QueuedEvents {
  readonly clientId: string;
  readonly events: readonly FeedbackEvent[];
}

/**
 * Writes events under the visit's next numbers, within the caps; not those that wait there already. The visit that it answers with is the caller's to
 * write, in the same transaction.
 */
export async function queueEvents(
  transaction: Transaction,
  visit: Visit,
  {
    drafts,
    unitId,
    environment,
  }: { drafts: readonly EventDraft[]; unitId?: string | undefined; environment: Environment },
): Promise<{ readonly visit: Visit; readonly queued: QueuedEvents }> {
  let { clientSeq } = visit;
  const events = (await withoutQueued(transaction, drafts)).map((draft): FeedbackEvent => ({
    ...{ id: createUuid(environment), clientSeq: ++clientSeq, unitId: unitId ?? visit.unitId },
    ...draft,
  }));
  for (const event of events) await transaction.put('outbox', event);
  const before = outboxOf(visit);
  const outbox = {
    ...before,
    rows: before.rows + events.length,
    sizeBytes: before.sizeBytes + events.reduce((sum, event) => sum + sizeOf(event), 0),
  };
  const after = { ...visit, clientSeq, outbox: await makeRoom(transaction, outbox) };
  return { visit: after, queued: { clientId: visit.clientId, events } };
}

/** Two pages may find the same drafts, which then bring their ids. */
async function withoutQueued(transaction: Transaction, drafts: readonly EventDraft[]): Promise<readonly EventDraft[]> {
  if (drafts.every(({ id }) => id === undefined)) return drafts;
  const queued = new Set((await transaction.all('outbox')).map(({ id }) => id));
  return drafts.filter(({ id }) => id === undefined || !queued.has(id));
}

export interface DraftBatch {
  readonly drafts: readonly EventDraft[];
  /** Stands in events for the stored random id. */
  readonly unitId: string | undefined;
  /** Whether they lie where the caller found them; no longer where another page has queued them. */
  readonly areLeft?: () => boolean;
}

/** Queues events that come with no signal. */
export const queueDrafts = (
  storage: Storage,
  { drafts, unitId, areLeft }: DraftBatch,
  environment: Environment,
): Promise<QueuedEvents> =>
  storage.transact({
    tables: ['outbox', 'state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await getVisit(transaction, environment);
      if (areLeft?.() === false) return { clientId: visit.clientId, events: [] };
      const { visit: after, queued } = await queueEvents(transaction, visit, { drafts, unitId, environment });
      await transaction.put('state', after);
      return queued;
    },
  });

async function makeRoom(transaction: Transaction, outbox: OutboxState): Promise<OutboxState> {
  if (outbox.rows <= MAX_ROWS && outbox.sizeBytes <= MAX_SIZE_BYTES) return outbox;
  const rows = await transaction.all('outbox');
  // a stable sort: of equal importance the oldest goes first
  const going = [...rows].sort((a, b) => priorityOf(b) - priorityOf(a));
  let after = { ...outbox, rows: rows.length, sizeBytes: rows.reduce((sum, row) => sum + sizeOf(row), 0) };
  for (const row of going) {
    if (after.rows <= MAX_ROWS * ROOM_SHARE && after.sizeBytes <= MAX_SIZE_BYTES * ROOM_SHARE) break;
    await transaction.delete('outbox', row.clientSeq);
    after = withoutRow(after, row, 'no_room');
  }
  return after;
}

/** A row is gone; with a reason it is lost, and what it said of losses is to be said again. */
export function withoutRow(outbox: OutboxState, row: FeedbackEvent, reason?: keyof Losses): OutboxState {
  const left = {
    ...outbox,
    rows: Math.max(0, outbox.rows - 1),
    sizeBytes: Math.max(0, outbox.sizeBytes - sizeOf(row)),
  };
  if (reason === undefined) return left;
  // an event that tells losses is none itself: its number is missed, its counts are not
  const counts: Losses = row.lost ?? { [reason]: 1 };
  return { ...left, lost: addLosses(outbox.lost, counts) };
}

export function addLosses(one: Losses, other: Losses): Losses {
  const sum: Record<string, number> = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

export interface Pending {
  /** Events that wait. */
  readonly events: number;
  /** Bytes of them as JSON. */
  readonly sizeBytes: number;
  /** Epoch ms at which the oldest was queued; null where none waits. */
  readonly oldestAt: number | null;
  /** Epoch ms before which nothing is sent on its own; null where nothing keeps it. */
  readonly retryAt: number | null;
}

export const readPending = (storage: Storage): Promise<Pending> =>
  storage.transact({
    tables: ['state', 'outbox'],
    mode: 'readonly',
    run: async (transaction) => {
      const visit = await transaction.get('state', 'visit');
      const keys = await transaction.keys('outbox');
      const [oldest] = await transaction.all('outbox', undefined, 1);
      const { sizeBytes = 0, retryAt = 0 } = visit?.outbox ?? {};
      return {
        ...{ events: keys.length, sizeBytes },
        oldestAt: oldest === undefined ? null : timeOfUuid(oldest.id),
        retryAt: retryAt > 0 ? retryAt : null,
      };
    },
  });
