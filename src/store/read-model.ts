import type { StoredModel } from './schema.ts';
import type { Storage } from './storage.ts';

/** What is kept of the bundle at this address. Rejects where storage fails. */
export const readModel = (storage: Storage, url: string): Promise<StoredModel | undefined> =>
  storage.transact({ tables: ['models'], mode: 'readonly', run: (transaction) => transaction.get('models', url) });
