import { type FeedbackEvent, isOfLevel } from '../core/event.ts';
import type { EgressLevel } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import type { Storage, Transaction } from './storage.ts';
import { getVisit } from './visit.ts';

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
}

/** The oldest unsent events with the client id they were numbered under. */
export const readOutbox = (storage: Storage, { environment, level, limit }: OutboxQuestion): Promise<OutboxPage> =>
  storage.transact({
    tables: ['state', 'outbox'],
    mode: 'readwrite',
    run: async (transaction) => {
      if (level !== 'training') await lower(transaction, environment, level);
      const { clientId } = await getVisit(transaction, environment);
      return { clientId, events: await transaction.all('outbox', undefined, limit) };
    },
  });

/** Deletes what the collector has answered for. */
export const removeSent = (storage: Storage, sent: readonly FeedbackEvent[]): Promise<void> =>
  storage.transact({
    tables: ['outbox'],
    mode: 'readwrite',
    run: async (transaction) => {
      for (const { clientSeq, id } of sent) {
        // a stream that began anew while the answer was under way counts from 1 again
        const row = await transaction.get('outbox', clientSeq);
        if (row?.id === id) await transaction.delete('outbox', clientSeq);
      }
    },
  });

export const countUnsent = (storage: Storage): Promise<number> =>
  storage.transact({
    tables: ['outbox'],
    mode: 'readonly',
    run: async (transaction) => (await transaction.keys('outbox')).length,
  });

/** Deletes the unsent events above a level, and begins a new stream so that their numbers do not count as lost. */
async function lower(transaction: Transaction, environment: Environment, level: EgressLevel): Promise<void> {
  const unsent = await transaction.all('outbox');
  const kept = unsent.filter((event) => isOfLevel(event, level));
  if (kept.length === unsent.length) return;
  await transaction.clear('outbox');
  for (const [at, event] of kept.entries()) await transaction.put('outbox', { ...event, clientSeq: at + 1 });
  const visit = await getVisit(transaction, environment);
  await transaction.put('state', { ...visit, clientId: createUuid(environment), clientSeq: kept.length });
}
