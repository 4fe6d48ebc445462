import type { EngineTrial } from '../core/engine-trial.ts';
import type { TableName, Tables } from './schema.ts';

/** Reads and writes of one transaction. Await nothing else inside one: an idle IndexedDB transaction commits. */
export interface Transaction {
  get<N extends TableName>(table: N, key: Tables[N]['key']): Promise<Tables[N]['value'] | undefined>;
  /** Values in key order, from key `from` on, at most `limit`. */
  all<N extends TableName>(table: N, from?: Tables[N]['key'], limit?: number): Promise<Tables[N]['value'][]>;
  keys<N extends TableName>(table: N): Promise<Tables[N]['key'][]>;
  /** The newest signals by their time, newest first. */
  newestSignals(limit: number): Promise<Tables['signals']['value'][]>;
  /** The signal with this id, which is not the key. */
  signalById(id: string): Promise<Tables['signals']['value'] | undefined>;
  /** Newest first. */
  trials(): Promise<readonly EngineTrial[]>;
  putTrials(trials: readonly EngineTrial[]): Promise<void>;
  /** Writes under the value's own key. */
  put<N extends TableName>(table: N, value: Tables[N]['value']): Promise<void>;
  delete<N extends TableName>(table: N, key: Tables[N]['key']): Promise<void>;
  clear(table: TableName): Promise<void>;
}

export interface Work<T> {
  readonly tables: readonly TableName[];
  readonly mode: 'readonly' | 'readwrite';
  /** Tidies up and tells nobody: it sees what consent hides from everything else. */
  readonly isUpkeep?: true;
  readonly run: (transaction: Transaction) => Promise<T>;
}

/** Where signals, items, slates and the outbox live: IndexedDB, or memory where that is refused. */
export interface Storage {
  /** All of `work` or none of it. Transactions over the same tables run in the order of the calls. Rejects on failure. */
  transact<T>(work: Work<T>): Promise<T>;
  close(): void;
}

/** The key under which a value lies. */
export const KEY_PATHS = {
  signals: 'seq',
  items: 'id',
  outbox: 'clientSeq',
  slates: 'slateId',
  models: 'url',
} as const satisfies Partial<Record<TableName, string>>;

/** Out-of-line keys of the rows of `state`. */
export const VISIT_KEY = 'visit';
export const TRIALS_KEY = 'trials';
