import { type Environment, createUuid } from '../core/uuid.ts';
import type { Problem } from '../core/problem.ts';
import { deleteDatabase } from './database-place.ts';
import { eraseStorage } from './erase.ts';
import { MemoryStorage } from './memory-storage.ts';
import { type OpenedStorage, openStorage } from './open-storage.ts';
import { type Storage, type Transaction, VISIT_KEY, type Work } from './storage.ts';
import type { TableName } from './schema.ts';

/**
 * What may lie on the disk: nothing; nothing more than what earlier pages have left, which is not opened; what feedback
 * events need, beside signals of earlier pages, which nobody sees; that alone; or signals as well.
 */
export type StorageScope = 'nothing' | 'unopened' | 'unseen' | 'feedback' | 'signals';

export interface ScopedStorageOptions {
  readonly name: string;
  readonly environment: Environment;
  readonly onProblem: (problem: Problem) => void;
  /** Of the last time that any page erased everything. */
  readonly erasures: { readonly stamp: string };
}

/** The database as far as consent allows one, and else memory that starts empty. It changes over between two calls. */
export class ScopedStorage implements Storage, OpenedStorage {
  readonly storage = this;
  readonly #options: ScopedStorageOptions;
  #problem: Problem | undefined;
  #scope: StorageScope = 'unopened';
  #current: Promise<Storage> = Promise.resolve(new MemoryStorage());
  /** The last deletion; an opening before it has been asked for would be deleted too. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ScopedStorageOptions) {
    this.#options = options;
  }

  /** `storage_unavailable` where the database was to be opened and is refused. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Resolves when it can be used, whatever `keep` still deletes. */
  get opened(): Promise<OpenedStorage> {
    return this.#current.then(() => this);
  }

  transact<T>(work: Work<T>): Promise<T> {
    const { erasures } = this.#options;
    const { stamp } = erasures;
    const run: Work<T>['run'] = (transaction) => {
      // a write of before, late because the erasure has closed the database under it
      if (work.mode === 'readwrite' && stamp !== erasures.stamp)
        throw new Error('everything has been erased meanwhile');
      return work.run(this.#scope === 'unseen' && !work.isUpkeep ? withoutSignals(transaction) : transaction);
    };
    return this.#current.then((storage) => storage.transact({ ...work, run }));
  }

  /** Resolves when the scope holds and what lies beyond it is deleted. Rejects where storage fails. */
  async keep(scope: StorageScope): Promise<void> {
    const [before, wasLasting] = [this.#current, this.#isLasting];
    this.#scope = scope;
    if (scope === 'nothing') await (this.#ended = wasLasting ? this.#end(before) : deleteDatabase(this.#options.name));
    else if (scope === 'unopened') {
      if (wasLasting) this.#close();
    } else {
      if (!wasLasting) this.#current = this.#open();
      if (scope === 'feedback') await this.#removeSignals();
      await this.#current;
    }
  }

  /** Deletes everything, ids and counters included, with its bytes where the browser can. Rejects where storage fails. */
  async erase(): Promise<void> {
    const ended = this.#end(this.#current);
    this.#ended = ended;
    if (this.#isLasting) this.#current = this.#open();
    await ended;
  }

  /** Forgets what memory holds in the place of a database: another page has erased everything. */
  forget(): void {
    if (!this.#isLasting || this.#problem) this.#current = Promise.resolve(new MemoryStorage());
  }

  close(): void {
    void this.#current.then((storage) => storage.close());
  }

  get #isLasting(): boolean {
    return this.#scope !== 'nothing' && this.#scope !== 'unopened';
  }

  async #open(): Promise<Storage> {
    await this.#ended.catch(() => undefined);
    const { storage, problem } = await openStorage(this.#options.name);
    this.#problem = problem;
    if (problem) this.#options.onProblem(problem);
    return storage;
  }

  #close(): void {
    this.close();
    this.#current = Promise.resolve(new MemoryStorage());
    this.#problem = undefined;
  }

  async #end(before: Promise<Storage>): Promise<void> {
    this.#current = Promise.resolve(new MemoryStorage());
    this.#problem = undefined;
    const storage = await before;
    // rows first: another page that holds the database open may put off the rest
    const failure = await eraseStorage(storage).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    storage.close();
    const isGone = await deleteDatabase(this.#options.name);
    // it has failed as well where another page has deleted the database meanwhile
    if (failure && !isGone) throw failure.error;
  }

  /** Signals of a time when they were agreed to, and all that was made of them; readers start again. */
  #removeSignals(): Promise<void> {
    return this.transact({
      tables: ['signals', 'items', 'slates', 'state'],
      mode: 'readwrite',
      run: async (transaction) => {
        const found = await Promise.all([
          transaction.all('signals', undefined, 1),
          transaction.all('items', undefined, 1),
        ]);
        if (found.every(({ length }) => length === 0)) return;
        for (const table of ['signals', 'items', 'slates'] as const) await transaction.clear(table);
        const visit = await transaction.get('state', VISIT_KEY);
        if (visit === undefined) return;
        const epoch = createUuid(this.#options.environment);
        await transaction.put('state', { ...visit, epoch, session: null });
      },
    });
  }
}

/** As if nothing had ever been recorded; what is written is written. */
function withoutSignals(transaction: Transaction): Transaction {
  const isUnseen = (table: TableName): boolean => table === 'signals' || table === 'items';
  return {
    ...transaction,
    get: (table, key) => (isUnseen(table) ? Promise.resolve(undefined) : transaction.get(table, key)),
    all: (table, ...rest) => (isUnseen(table) ? Promise.resolve([]) : transaction.all(table, ...rest)),
    keys: (table) => (isUnseen(table) ? Promise.resolve([]) : transaction.keys(table)),
    newestSignals: () => Promise.resolve([]),
    signalById: () => Promise.resolve(undefined),
  };
}
