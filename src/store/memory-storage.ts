import type { EngineTrial } from '../core/engine-trial.ts';
import { TABLE_NAMES, type TableName, type Tables } from './schema.ts';
import { KEY_PATHS, type Storage, TRIALS_KEY, type Transaction, VISIT_KEY, type Work } from './storage.ts';

type Rows = Map<string | number, unknown>;

/** Stands in for IndexedDB where it is refused: the same transactions, kept until the page ends. */
export class MemoryStorage implements Storage {
  #tables = emptyTables();
  #last: Promise<unknown> = Promise.resolve();

  transact<T>(work: Work<T>): Promise<T> {
    const result = this.#last.then(() => this.#run(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#tables = emptyTables();
  }

  async #run<T>({ run }: Work<T>): Promise<T> {
    const copy = new Map([...this.#tables].map(([name, rows]) => [name, new Map(rows)]));
    const result = await run(wrap((table) => copy.get(table) ?? new Map<string | number, unknown>()));
    this.#tables = copy;
    return result;
  }
}

const emptyTables = (): Map<TableName, Rows> =>
  new Map(TABLE_NAMES.map((name) => [name, new Map<string | number, unknown>()]));

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const keyOf = (table: TableName, value: unknown): string | number =>
  table === 'state' ? VISIT_KEY : ((value as Record<string, string | number>)[KEY_PATHS[table]] ?? '');

function wrap(rows: (table: TableName) => Rows): Transaction {
  const keys = (table: TableName) => [...rows(table).keys()].sort(compare);
  return {
    get: (table, key) => Promise.resolve(rows(table).get(key) as never),
    all: (table, from, limit) => {
      const wanted = keys(table).filter((key) => from === undefined || key >= from);
      return Promise.resolve(wanted.slice(0, limit).map((key) => rows(table).get(key)) as never);
    },
    keys: (table) => Promise.resolve(keys(table) as never),
    newestSignals: (limit) => {
      const signals = [...rows('signals').values()] as Tables['signals']['value'][];
      signals.sort((a, b) => b.at - a.at || b.seq - a.seq);
      return Promise.resolve(signals.slice(0, limit));
    },
    signalById: (id) => {
      const signals = [...rows('signals').values()] as Tables['signals']['value'][];
      return Promise.resolve(signals.find((signal) => signal.id === id));
    },
    trials: () => Promise.resolve((rows('state').get(TRIALS_KEY) ?? []) as EngineTrial[]),
    putTrials: (trials) => {
      rows('state').set(TRIALS_KEY, trials);
      return Promise.resolve();
    },
    put: (table, value) => {
      rows(table).set(keyOf(table, value), value);
      return Promise.resolve();
    },
    delete: (table, key) => {
      rows(table).delete(key);
      return Promise.resolve();
    },
    clear: (table) => {
      rows(table).clear();
      return Promise.resolve();
    },
  };
}
