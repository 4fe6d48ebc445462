import { addSeen, NO_RUN, type ReleaseRun } from '../core/release-run.ts';
import type { StoredModel, StoredRegistry } from './schema.ts';
import type { Storage, Transaction } from './storage.ts';

const NOTHING: StoredRegistry = { text: '', faults: {}, runs: {}, open: [] };

export interface RegistryChange {
  /** Of the registry. */
  readonly url: string;
  /** Epoch ms. */
  readonly savedAt: number;
  /** They never fall. */
  readonly releases?: StoredModel['releases'];
  readonly change: (before: StoredRegistry) => StoredRegistry;
}

/** Changes what is kept of a registry, and answers it. Rejects where storage fails. */
export const changeRegistry = (storage: Storage, change: RegistryChange): Promise<StoredRegistry> =>
  storage.transact({ tables: ['models'], mode: 'readwrite', run: (transaction) => apply(transaction, change) });

async function apply(
  transaction: Transaction,
  { url, savedAt, releases = {}, change }: RegistryChange,
): Promise<StoredRegistry> {
  const row = await transaction.get('models', url);
  const registry = change(row?.registry ?? NOTHING);
  const raised = Object.entries(releases).map(([keyId, release]) => [
    keyId,
    Math.max(release, row?.releases[keyId] ?? 0),
  ]);
  const kept = { ...row?.releases, ...(Object.fromEntries(raised) as StoredModel['releases']) };
  await transaction.put('models', { url, savedAt, releases: kept, bundle: null, registry });
  return registry;
}

/** Counts what became of slates that earlier pages made. Rejects where storage fails. */
export const settleSlates = (
  storage: Storage,
  { url, savedAt }: Omit<RegistryChange, 'change'>,
): Promise<StoredRegistry> =>
  storage.transact({
    tables: ['models', 'slates'],
    mode: 'readwrite',
    run: async (transaction) => {
      const { open = [] } = (await transaction.get('models', url))?.registry ?? {};
      const rows = await Promise.all(open.map(({ slateId }) => transaction.get('slates', slateId)));
      const change = (before: StoredRegistry): StoredRegistry => {
        const runs: Record<string, ReleaseRun> = { ...before.runs };
        before.open.forEach(({ bundle, promised }, at) => {
          const row = rows[at];
          if (row === undefined) return;
          const isSeen = row.itemIds.map((id) => Object.hasOwn(row.shown, id) || Object.hasOwn(row.clicked, id));
          const sum = promised.reduce((total, p, position) => total + (isSeen[position] ? p : 0), 0);
          const isCalibrated = promised.length > 0;
          runs[bundle] = addSeen(runs[bundle] ?? NO_RUN, {
            ...{ seen: isSeen.filter(Boolean).length, clicks: Object.keys(row.clicked).length },
            promised: isCalibrated ? sum : null,
          });
        });
        return { ...before, runs, open: [] };
      };
      return apply(transaction, { url, savedAt, change });
    },
  });
