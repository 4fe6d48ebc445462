import type { StoredModel } from './schema.ts';
import type { Storage } from './storage.ts';

/** Addresses whose bundle is kept; a site that puts a version into each address would otherwise fill the disk. */
export const MAX_MODELS = 3;

/** What is kept of the bundle at this address. Rejects where storage fails. */
export const readModel = (storage: Storage, url: string): Promise<StoredModel | undefined> =>
  storage.transact({ tables: ['models'], mode: 'readonly', run: (transaction) => transaction.get('models', url) });

/** Without a `bundle` the one kept before stays. */
export type ModelChange = Omit<StoredModel, 'bundle'> & Partial<Pick<StoredModel, 'bundle'>>;

/**
 * Writes a change; a release never falls. Beyond three addresses the one saved longest ago goes. Rejects where storage
 * fails.
 */
export const saveModel = (storage: Storage, change: ModelChange): Promise<void> =>
  storage.transact({
    tables: ['models'],
    mode: 'readwrite',
    run: async (transaction) => {
      const all = await transaction.all('models');
      const before = all.find(({ url }) => url === change.url);
      const others = all.filter(({ url }) => url !== change.url).sort((a, b) => b.savedAt - a.savedAt);
      for (const { url } of others.slice(MAX_MODELS - 1)) await transaction.delete('models', url);
      const release = Math.max(change.release, before?.release ?? 0);
      await transaction.put('models', { bundle: before?.bundle ?? null, ...change, release });
    },
  });
