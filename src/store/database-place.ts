import { hashText } from '../core/hash.ts';

/** https://wicg.github.io/storage-buckets/; not in TypeScript's DOM types yet. */
interface StorageBuckets {
  open(name: string): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

const findBuckets = (): StorageBuckets | undefined =>
  (navigator as { readonly storageBuckets?: StorageBuckets }).storageBuckets;

/** Names of buckets are short and of few letters. */
const bucketOf = (name: string): string => `nearside-${hashText(name).toString(16)}`;

/**
 * Where the database `name` lies: in a storage bucket of its own where the browser has them (Chromium), since only with
 * a bucket do the bytes leave the disk (docs/decisions/erase.md); else with everything else of the origin. Rejects where
 * a bucket cannot be opened: another place would hold what nobody finds again.
 */
export async function findDatabasePlace(name: string): Promise<IDBFactory> {
  return (await findBuckets()?.open(bucketOf(name)))?.indexedDB ?? indexedDB;
}

/**
 * Deletes the database `name`, wherever it lies. Other pages close theirs when they are told; where one does not, this
 * answers false, and the browser deletes when that page ends. Rejects where the browser fails to.
 */
export async function deleteDatabase(name: string): Promise<boolean> {
  const [isGone] = await Promise.all([deletePlain(name), findBuckets()?.delete(bucketOf(name))]);
  return isGone;
}

const deletePlain = (name: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.deleteDatabase(name);
    } catch {
      // a browser that refuses IndexedDB holds nothing
      resolve(true);
      return;
    }
    request.onsuccess = () => resolve(true);
    request.onblocked = () => resolve(false);
    request.onerror = () => reject(request.error ?? new Error(`"${name}" could not be deleted`));
  });
