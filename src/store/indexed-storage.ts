import { type DBSchema, type IDBPDatabase, type IDBPTransaction, wrap as promised } from 'idb';
import type { EngineTrial } from '../core/engine-trial.ts';
import { findDatabasePlace } from './database-place.ts';
import { SCHEMA_VERSION, TABLE_NAMES, type TableName, type Tables } from './schema.ts';
import { KEY_PATHS, type Storage, TRIALS_KEY, type Transaction, VISIT_KEY, type Work } from './storage.ts';

interface Schema extends DBSchema {
  signals: Tables['signals'] & { indexes: { at: number; id: string } };
  items: Tables['items'];
  outbox: Tables['outbox'];
  slates: Tables['slates'];
  state: Tables['state'];
  models: Tables['models'];
}
type Database = IDBPDatabase<Schema>;
type AnyTransaction = IDBPTransaction<Schema, TableName[], 'readwrite'>;

/** One database, reopened when the browser or another page has closed it. */
export class IndexedStorage implements Storage {
  readonly #name: string;
  #database: Promise<Database> | null = null;
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
    let transaction: AnyTransaction;
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

  #open(): Promise<Database> {
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
async function connect(name: string, onClosed: () => void): Promise<Database> {
  const place = await findDatabasePlace(name);
  const request = place.open(name, SCHEMA_VERSION);
  const opening = promised(request) as unknown as Promise<Database>;
  request.onupgradeneeded = () => createTables(promised(request.result) as unknown as Database);
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

function createTables(database: Database): void {
  if (database.objectStoreNames.contains('models')) database.deleteObjectStore('models');
  // everything else that an older version made stays as it is
  for (const table of TABLE_NAMES) {
    if (database.objectStoreNames.contains(table)) continue;
    if (table === 'state') database.createObjectStore(table);
    else {
      const store = database.createObjectStore(table, { keyPath: KEY_PATHS[table] });
      if (table === 'signals') {
        (store as unknown as IDBObjectStore).createIndex('at', 'at');
        (store as unknown as IDBObjectStore).createIndex('id', 'id', { unique: true });
      }
    }
  }
}

const begin = (database: Database, { tables, mode }: Work<unknown>): AnyTransaction =>
  database.transaction([...tables], mode) as unknown as AnyTransaction;

async function finish<T>(transaction: AnyTransaction, { run }: Work<T>): Promise<T> {
  // quota errors appear here and not on a request (DESIGN section 9)
  const done = transaction.done;
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

function wrap(transaction: AnyTransaction): Transaction {
  // idb cannot follow a generic table name through its own conditional types
  const store = (table: TableName) => transaction.objectStore(table) as unknown as IDBPObjectStoreLike;
  return {
    get: (table, key) => store(table).get(key) as never,
    all: (table, from, limit) =>
      store(table).getAll(from === undefined ? null : IDBKeyRange.lowerBound(from), limit) as never,
    keys: (table) => store(table).getAllKeys() as never,
    newestSignals: async (limit) => {
      const index = transaction.objectStore('signals').index('at');
      if (!Number.isFinite(limit)) return (await index.getAll()).reverse();
      const found: Tables['signals']['value'][] = [];
      for (let cursor = await index.openCursor(null, 'prev'); cursor && found.length < limit;) {
        found.push(cursor.value);
        cursor = await cursor.continue();
      }
      return found;
    },
    signalById: (id) => transaction.objectStore('signals').index('id').get(id),
    trials: async () => ((await store('state').get(TRIALS_KEY)) ?? []) as EngineTrial[],
    putTrials: async (trials) => {
      await store('state').put(trials, TRIALS_KEY);
    },
    put: async (table, value) => {
      await store(table).put(value, table === 'state' ? VISIT_KEY : undefined);
    },
    delete: (table, key) => store(table).delete(key),
    clear: (table) => store(table).clear(),
  };
}

interface IDBPObjectStoreLike {
  get(key: IDBValidKey): Promise<unknown>;
  getAll(range: IDBKeyRange | null, limit?: number): Promise<unknown[]>;
  getAllKeys(): Promise<IDBValidKey[]>;
  put(value: unknown, key?: IDBValidKey): Promise<IDBValidKey>;
  delete(key: IDBValidKey): Promise<void>;
  clear(): Promise<void>;
}
