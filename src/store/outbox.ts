import { type FeedbackEvent, isOfLevel } from '../core/event.ts';
import type { EgressLevel } from '../core/signal.ts';
import { type Environment, createUuid, timeOfUuid } from '../core/uuid.ts';
import { addLosses, outboxOf, queueEvents, sizeOf, withoutRow } from './outbox-state.ts';
import type { OutboxState, Visit } from './schema.ts';
import type { Storage, Transaction } from './storage.ts';
import { getVisit } from './visit.ts';

/** An event that has waited so long is given up: reports have closed their windows by then. */
export const MAX_AGE_MS = 7 * 24 * 60 * 60_000;

export interface OutboxPage {
  readonly clientId: string;
  /** Oldest first. */
  readonly events: readonly FeedbackEvent[];
}

export interface OutboxQuestion {
  readonly environment: Environment;
  /** What is above it is deleted in the same transaction: another page may be queueing at a level of before. */
  readonly level: EgressLevel;
  readonly limit: number;
  /** Stands in events for the stored random id. */
  readonly unitId?: string | undefined;
}

const write = <T>(storage: Storage, run: (transaction: Transaction) => Promise<T>): Promise<T> =>
  storage.transact({ tables: ['state', 'outbox'], mode: 'readwrite', run });

/**
 * The oldest unsent events with the client id they were numbered under; after a batch without an answer only that
 * batch. What is too old is given up here, and what was lost since the last time is told in an event `health`.
 */
export const readOutbox = (storage: Storage, question: OutboxQuestion): Promise<OutboxPage> =>
  write(storage, async (transaction) => {
    const { environment, level, limit } = question;
    const stored = await getVisit(transaction, environment);
    let visit = stored;
    if (level !== 'training') visit = await lower(transaction, visit, question);
    visit = await giveUpOld(transaction, visit, environment.clock() - MAX_AGE_MS);
    if (level !== 'none') visit = await tellLosses(transaction, visit, question);
    if (visit !== stored) await transaction.put('state', visit);
    const events = await transaction.all('outbox', undefined, limit);
    const { probeTo } = outboxOf(visit);
    const inDoubt = probeTo === null ? [] : events.filter(({ clientSeq }) => clientSeq <= probeTo);
    // all that was in doubt may have been given up since: nothing is left to wait for
    return { clientId: visit.clientId, events: inDoubt.length > 0 ? inDoubt : events };
  });

/** Deletes what the collector has answered for, or with a reason what is given up. */
export const removeSent = (storage: Storage, sent: readonly FeedbackEvent[], reason?: 'refused'): Promise<void> =>
  write(storage, async (transaction) => {
    const visit = await transaction.get('state', 'visit');
    if (visit === undefined) return;
    let outbox = outboxOf(visit);
    for (const { clientSeq, id } of sent) {
      // a stream that began anew while the answer was under way counts from 1 again
      const row = await transaction.get('outbox', clientSeq);
      if (row?.id !== id) continue;
      await transaction.delete('outbox', clientSeq);
      outbox = withoutRow(outbox, row, reason);
    }
    // an answer came: nothing is in doubt, and nothing to wait for
    const answered = reason === undefined ? { probeTo: null, failures: 0, retryAt: 0, isTold: false } : {};
    await transaction.put('state', { ...visit, outbox: { ...outbox, ...answered } });
  });

/** Reads and changes what is known of the outbox; `change` answers with null to leave it. */
export const changeOutboxState = (
  storage: Storage,
  environment: Environment,
  change: (state: OutboxState) => Partial<OutboxState> | null,
): Promise<OutboxState> =>
  write(storage, async (transaction) => {
    const visit = await getVisit(transaction, environment);
    const before = outboxOf(visit);
    const changed = change(before);
    if (changed === null) return before;
    const outbox = { ...before, ...changed };
    await transaction.put('state', { ...visit, outbox });
    return outbox;
  });

/** Deletes the unsent events above a level, and begins a new stream so that their numbers do not count as lost. */
async function lower(transaction: Transaction, visit: Visit, { environment, level }: OutboxQuestion): Promise<Visit> {
  const unsent = await transaction.all('outbox');
  const kept = unsent.filter((event) => isOfLevel(event, level));
  // events of a later consent must not go on in the stream of an earlier one
  const isOver = level === 'none' && visit.clientSeq > 0;
  if (kept.length === unsent.length && !isOver) return visit;
  await transaction.clear('outbox');
  const renumbered = kept.map((event, at) => ({ ...event, clientSeq: at + 1 }));
  for (const event of renumbered) await transaction.put('outbox', event);
  const outbox = {
    ...outboxOf(visit),
    // an unanswered batch is no longer what it was
    ...{ rows: kept.length, sizeBytes: renumbered.reduce((sum, event) => sum + sizeOf(event), 0), probeTo: null },
    lost: level === 'none' ? {} : outboxOf(visit).lost,
  };
  return { ...visit, clientId: createUuid(environment), clientSeq: kept.length, outbox };
}

/** Numbers are in the order of storing, so the old ones come first. */
async function giveUpOld(transaction: Transaction, visit: Visit, before: number): Promise<Visit> {
  const [oldest] = await transaction.all('outbox', undefined, 1);
  if (oldest === undefined || timeOfUuid(oldest.id) >= before) return visit;
  let outbox = outboxOf(visit);
  for (const row of await transaction.all('outbox')) {
    if (timeOfUuid(row.id) >= before) break;
    await transaction.delete('outbox', row.clientSeq);
    outbox = withoutRow(outbox, row, 'too_old');
  }
  return { ...visit, outbox };
}

async function tellLosses(
  transaction: Transaction,
  visit: Visit,
  { environment, unitId }: OutboxQuestion,
): Promise<Visit> {
  const { lost } = outboxOf(visit);
  if (Object.keys(lost).length === 0) return visit;
  const draft = { kind: 'health' as const, at: environment.clock(), consent: 'events' as const, lost };
  const queued = await queueEvents(transaction, visit, { drafts: [draft], unitId, environment });
  // making room for it may have lost more
  const { lost: after } = outboxOf(queued.visit);
  const left = addLosses(after, Object.fromEntries(Object.entries(lost).map(([reason, count]) => [reason, -count])));
  const more = Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
  return { ...queued.visit, outbox: { ...outboxOf(queued.visit), lost: more } };
}
