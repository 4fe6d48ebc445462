import type { Signal } from '../core/signal.ts';
import type { Storage } from './storage.ts';

/** Stored signals, newest first. */
export const readSignals = (storage: Storage, limit: number): Promise<Signal[]> =>
  storage.transact({ tables: ['signals'], mode: 'readonly', run: (transaction) => transaction.newestSignals(limit) });
