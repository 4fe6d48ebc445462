import type { EngineTrial } from '../core/engine-trial.ts';
import { findDatabasePlace } from './database-place.ts';
import { SCHEMA_VERSION, TABLE_NAMES, type TableName } from './schema.ts';
import { KEY_PATHS, type Storage, TRIALS_KEY, type Transaction, VISIT_KEY, type Work } from './storage.ts';

/** One database, reopened when the browser or another page has closed it. */
export class IndexedStorage implements Storage {
  readonly #name: string;
  #database: Promise<IDBDatabase> | null = null;
  #closed = false;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Rejects where IndexedDB is missing, refused, broken, or blocked by a page with an older version. */
  static async open(name: string): Promise<IndexedStorage> {
    const storage = new IndexedStorage(name);
    await storage.#open();
    return storage;
  }

  async transact<T>(work: Work<T>): Promise<T> {
    const database = await this.#open();
    let transaction: IDBTransaction;
    try {
      transaction = begin(database, work);
    } catch {
      // closed between two calls (forced close, or another page upgrades): one reopen
      this.#forget();
      transaction = begin(await this.#open(), work);
    }
    return finish(transaction, work);
  }

  close(): void {
    this.#closed = true;
    void this.#database?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  #open(): Promise<IDBDatabase> {
    if (this.#closed) return Promise.reject(new Error('storage is closed'));
    this.#database ??= connect(this.#name, () => this.#forget()).catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  #forget(): void {
    this.#database = null;
  }
}

/** `onClosed` tells when the connection has ended by another's will. */
async function connect(name: string, onClosed: () => void): Promise<IDBDatabase> {
  const place = await findDatabasePlace(name);
  const request = place.open(name, SCHEMA_VERSION);
  const opening = promised(request);
  request.onupgradeneeded = () => createTables(request.result);
  const refused = new Promise<never>((_, reject) => {
    // all that a blocked upgrade ever fires (DESIGN section 9): waiting on would be for ever
    request.onblocked = () => reject(new Error(`another page holds an older version of "${name}"; close it`));
  });
  try {
    const database = await Promise.race([opening, refused]);
    database.addEventListener('close', onClosed);
    database.addEventListener('versionchange', () => {
      database.close();
      onClosed();
    });
    return database;
  } catch (error) {
    opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  }
}

function createTables(database: IDBDatabase): void {
  if (database.objectStoreNames.contains('models')) database.deleteObjectStore('models');
  // everything else that an older version made stays as it is
  for (const table of TABLE_NAMES) {
    if (database.objectStoreNames.contains(table)) continue;
    const store = database.createObjectStore(table, table === 'state' ? {} : { keyPath: KEY_PATHS[table] });
    if (table !== 'signals') continue;
    store.createIndex('at', 'at');
    store.createIndex('id', 'id', { unique: true });
  }
}

const begin = (database: IDBDatabase, { tables, mode }: Work<unknown>): IDBTransaction =>
  database.transaction([...tables], mode);

async function finish<T>(transaction: IDBTransaction, { run }: Work<T>): Promise<T> {
  // quota errors appear here and not on a request (DESIGN section 9)
  const done = endOf(transaction);
  done.catch(() => undefined);
  try {
    const result = await run(wrap(transaction));
    await done;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // it has ended already
    }
    throw error;
  }
}

const promised = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });

const endOf = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // null where it was aborted by hand or by a forced close
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'));
  });

function wrap(transaction: IDBTransaction): Transaction {
  const store = (table: TableName): IDBObjectStore => transaction.objectStore(table);
  return {
    get: (table, key) => promised(store(table).get(key)),
    all: (table, from, limit) =>
      promised(store(table).getAll(from === undefined ? null : IDBKeyRange.lowerBound(from), limit)),
    keys: (table) => promised(store(table).getAllKeys()) as never,
    newestSignals: (limit) => newestFirst(store('signals').index('at'), limit),
    signalById: (id) => promised(store('signals').index('id').get(id)),
    trials: async () => ((await promised(store('state').get(TRIALS_KEY))) ?? []) as EngineTrial[],
    putTrials: async (trials) => {
      await promised(store('state').put(trials, TRIALS_KEY));
    },
    put: async (table, value) => {
      await promised(store(table).put(value, table === 'state' ? VISIT_KEY : undefined));
    },
    delete: (table, key) => promised(store(table).delete(key)),
    clear: (table) => promised(store(table).clear()),
  };
}

/** The last entries of an index, the last first. */
async function newestFirst<T>(index: IDBIndex, limit: number): Promise<T[]> {
  if (!Number.isFinite(limit)) return ((await promised(index.getAll())) as T[]).reverse();
  const request = index.openCursor(null, 'prev');
  return new Promise((resolve, reject) => {
    const found: T[] = [];
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null || found.length >= limit) return resolve(found);
      found.push(cursor.value as T);
      cursor.continue();
    };
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });
}
