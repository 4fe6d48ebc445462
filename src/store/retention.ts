import { type Environment, createUuid, timeOfUuid } from '../core/uuid.ts';
import { type Storage, VISIT_KEY } from './storage.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How often old rows are looked for. */
export const RETENTION_EVERY_MS = DAY_MS;

export interface RetentionRule {
  readonly environment: Environment;
  /** Above 0. */
  readonly days: number;
}

/**
 * Deletes signals, items and slates of more than `days` days ago, once a day by the clock; readers start again where a
 * signal goes. Rejects where storage fails.
 */
export const deleteOld = (storage: Storage, { environment, days }: RetentionRule): Promise<void> =>
  storage.transact({
    tables: ['signals', 'items', 'slates', 'state'],
    mode: 'readwrite',
    isUpkeep: true,
    run: async (transaction) => {
      const visit = await transaction.get('state', VISIT_KEY);
      const now = environment.clock();
      if (visit === undefined || Math.abs(now - (visit.retainedAt ?? 0)) < RETENTION_EVERY_MS) return;
      const before = now - days * DAY_MS;
      const signals = (await transaction.all('signals')).filter(({ at }) => at < before);
      for (const { seq } of signals) await transaction.delete('signals', seq);
      for (const { id, seenAt } of await transaction.all('items'))
        if (seenAt < before) await transaction.delete('items', id);
      for (const { slateId } of await transaction.all('slates'))
        if (timeOfUuid(slateId) < before) await transaction.delete('slates', slateId);
      const epoch = signals.length === 0 ? visit.epoch : createUuid(environment);
      await transaction.put('state', { ...visit, epoch, retainedAt: now });
    },
  });
