import type { Signal } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import type { Visit } from './schema.ts';
import type { Storage } from './storage.ts';
import { getVisit, sessionAfter } from './visit.ts';

/**
 * Marks the signals that `isMeant`, so that ranking reads the visitor as if they had never been: every reader starts again,
 * and the session goes on from what is left of it. Returns how many were meant. Rejects where storage fails.
 */
export const ignoreSignals = (
  storage: Storage,
  isMeant: (signal: Signal, visit: Visit) => boolean,
  environment: Environment,
): Promise<number> =>
  storage.transact({
    tables: ['signals', 'state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await getVisit(transaction, environment);
      const stored = await transaction.all('signals');
      const meant = new Set(stored.filter((signal) => isMeant(signal, visit)));
      if (meant.size === 0) return 0;
      const signals = stored.map((signal): Signal => (meant.has(signal) ? { ...signal, ignored: true } : signal));
      for (const [i, signal] of signals.entries()) {
        if (signal.ignored && !stored[i]?.ignored) await transaction.put('signals', signal);
      }
      await transaction.put('state', { ...visit, epoch: createUuid(environment), session: sessionAfter(signals) });
      return meant.size;
    },
  });
