import { TABLE_NAMES } from './schema.ts';
import type { Storage } from './storage.ts';

/** Removes everything, ids and counters included: the next signal begins a new visitor. */
export const eraseStorage = (storage: Storage): Promise<void> =>
  storage.transact({
    tables: TABLE_NAMES,
    mode: 'readwrite',
    run: async (transaction) => {
      for (const table of TABLE_NAMES) await transaction.clear(table);
    },
  });
