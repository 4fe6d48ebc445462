import type { StoredBundle, StoredModel } from './schema.ts';
import type { Storage, Transaction } from './storage.ts';

/** Addresses whose bundle is kept; a site that puts a version into each address would otherwise fill the disk. */
export const MAX_BUNDLES = 3;
/** Addresses whose releases are kept: a few bytes each, and without them an old release could come back. */
export const MAX_MODELS = 100;

/** Without a `bundle` the one kept before stays. */
export type ModelChange = Omit<StoredModel, 'bundle'> & {
  readonly bundle?: StoredBundle;
  /** The manifest names files that this page did not want. */
  readonly isPart?: boolean;
};

/**
 * Writes a change. Releases never fall; an older bundle, or a part, does not take the place of a newer or fuller one.
 * Beyond so many addresses the bundle, then the releases of the one saved longest ago go. Rejects where storage fails.
 */
export const saveModel = (storage: Storage, change: ModelChange): Promise<void> =>
  storage.transact({
    tables: ['models'],
    mode: 'readwrite',
    run: async (transaction) => {
      const { url, savedAt, bundle } = change;
      const before = await makeRoom(transaction, url);
      const seen = Object.entries(change.releases);
      const releaseOf = (keyId: string): number => before?.releases[keyId] ?? 0;
      const isOld = seen.some(([keyId, release]) => release < releaseOf(keyId));
      const isLess = change.isPart && Object.keys(before?.bundle?.files ?? {}).some((name) => !bundle?.files[name]);
      const raised = seen.map(([keyId, release]) => [keyId, Math.max(release, releaseOf(keyId))] as const);
      const releases = { ...before?.releases, ...Object.fromEntries(raised) };
      const best = isOld || isLess ? undefined : bundle;
      await transaction.put('models', { url, savedAt, releases, bundle: best ?? before?.bundle ?? null });
    },
  });

/** The row of this address; of the others the newest stay. */
async function makeRoom(transaction: Transaction, own: string): Promise<StoredModel | undefined> {
  const all = await transaction.all('models');
  const others = all.filter(({ url }) => url !== own).sort((a, b) => b.savedAt - a.savedAt);
  for (const { url } of others.slice(MAX_MODELS - 1)) await transaction.delete('models', url);
  const full = others.slice(0, MAX_MODELS - 1).filter(({ bundle }) => bundle);
  for (const row of full.slice(MAX_BUNDLES - 1)) await transaction.put('models', { ...row, bundle: null });
  return all.find(({ url }) => url === own);
}

/** Gives up the bundle with this manifest, unless another has come in its place. Rejects where storage fails. */
export const dropBundle = (storage: Storage, url: string, manifest: string): Promise<void> =>
  storage.transact({
    tables: ['models'],
    mode: 'readwrite',
    run: async (transaction) => {
      const row = await transaction.get('models', url);
      if (row?.bundle?.manifest === manifest) await transaction.put('models', { ...row, bundle: null });
    },
  });
