import type { DismissReason } from '../core/dismiss-reason.ts';
import type { EgressLevel, Signal } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import { draftEvent, findAbout } from './feedback.ts';
import { type QueuedEvents, queueEvents } from './outbox-state.ts';
import type { Storage, Transaction } from './storage.ts';
import { getVisit, sessionAfter } from './visit.ts';

export interface UndoOptions {
  /** What may leave now. */
  readonly level: EgressLevel;
  /** Stands in events for the stored random id. */
  readonly unitId: string | undefined;
  readonly environment: Environment;
}

/**
 * Deletes every dismissal of an item, so that rules and ranking read the visitor as if it had never been dismissed: every
 * reader starts again. What had been told of a slate is told to be undone. Rejects where storage fails.
 */
export const undoDismissals = (
  storage: Storage,
  itemId: string,
  { level, unitId, environment }: UndoOptions,
): Promise<QueuedEvents> =>
  storage.transact({
    tables: ['signals', 'outbox', 'slates', 'state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await getVisit(transaction, environment);
      const stored = await transaction.all('signals');
      const isMeant = (signal: Signal): boolean => signal.kind === 'dismiss' && signal.itemId === itemId;
      const meant = stored.filter(isMeant);
      if (meant.length === 0) return { clientId: visit.clientId, events: [] };
      const told = level === 'none' ? [] : await Promise.all(meant.map((signal) => eventOf(transaction, signal)));
      const at = environment.clock();
      const drafts = told.flatMap((event) => (event ? [{ ...event, at, kind: 'undo' as const }] : []));
      for (const { seq } of meant) await transaction.delete('signals', seq);
      const { visit: after, queued } = await queueEvents(transaction, visit, { drafts, unitId, environment });
      const session = sessionAfter(stored.filter((signal) => !isMeant(signal)));
      await transaction.put('state', { ...after, epoch: createUuid(environment), session });
      return queued;
    },
  });

/** Notes the reason with the newest dismissal of the item; nothing where there is none. Rejects where storage fails. */
export const reasonDismissal = (storage: Storage, itemId: string, reason: DismissReason): Promise<void> =>
  storage.transact({
    tables: ['signals'],
    mode: 'readwrite',
    run: async (transaction) => {
      const stored = await transaction.all('signals');
      const newest = stored.findLast((signal) => signal.kind === 'dismiss' && signal.itemId === itemId);
      if (newest) await transaction.put('signals', { ...newest, reason });
    },
  });

/** As it was told, if it was. */
const eventOf = async (transaction: Transaction, signal: Signal) =>
  draftEvent(signal, await findAbout(transaction, signal, { click: 0, impression: 0 }));
