import type { FeedbackEvent } from '../core/event.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import type { Storage } from './storage.ts';
import { getVisit } from './visit.ts';

export interface OutboxPage {
  readonly clientId: string;
  /** Oldest first. */
  readonly events: readonly FeedbackEvent[];
}

/** The oldest unsent events with the client id they were numbered under. */
export const readOutbox = (storage: Storage, environment: Environment, limit: number): Promise<OutboxPage> =>
  storage.transact({
    tables: ['state', 'outbox'],
    mode: 'readonly',
    run: async (transaction) => ({
      clientId: (await getVisit(transaction, environment)).clientId,
      events: await transaction.all('outbox', undefined, limit),
    }),
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

/** Deletes the unsent events that `keeps` refuses, and begins a new stream so that their numbers do not count as lost. */
export const dropUnsent = (
  storage: Storage,
  environment: Environment,
  keeps: (event: FeedbackEvent) => boolean,
): Promise<void> =>
  storage.transact({
    tables: ['state', 'outbox'],
    mode: 'readwrite',
    run: async (transaction) => {
      const unsent = await transaction.all('outbox');
      const kept = unsent.filter(keeps);
      if (kept.length === unsent.length) return;
      await transaction.clear('outbox');
      for (const [at, event] of kept.entries()) await transaction.put('outbox', { ...event, clientSeq: at + 1 });
      const visit = await getVisit(transaction, environment);
      await transaction.put('state', { ...visit, clientId: createUuid(environment), clientSeq: kept.length });
    },
  });
