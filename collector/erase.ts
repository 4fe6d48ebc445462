import type { DatabaseSync } from 'node:sqlite';
import { hashKey, inTransaction, openWriter } from './log-database.ts';
import { readTombstoneRow } from './stored-message.ts';
import { type ErasureKind, addTombstone, createTombstoneCheck } from './tombstones.ts';

/** Rows a transaction: a collector beside this one waits for no more than these. */
const CHUNK = 500;
const MAX_WAIT_MS = 30_000;
const TRY_EVERY_MS = 100;

/** What is to be erased: a client id, unit id or account key, as it came in events. */
export interface ErasureKey {
  readonly kind: ErasureKind;
  readonly key: string;
}

export interface ErasureOptions {
  /** Epoch ms. */
  readonly now: number;
  /** How long to try to empty the write-ahead log, ms; default half a minute. 0: once. */
  readonly maxWaitMs?: number;
  /** Milliseconds from any origin. */
  readonly stopwatch?: () => number;
  /** Returns after so many ms; default: blocks the thread. */
  readonly wait?: (ms: number) => void;
}

/** What stays: enough to know late copies by, and to tell other collectors and archives. */
export interface Tombstone {
  readonly kind: ErasureKind;
  readonly sha256: string;
  readonly erasedAt: number;
}

export interface ErasureResult {
  /** Events that were stored. */
  readonly deleted: number;
  readonly deletedDeadLetters: number;
  readonly tombstones: readonly Tombstone[];
}

/**
 * Deletes all that is stored of some clients, units or accounts, and of whom earlier tombstones name, so that no byte of
 * it is left in the log's files, and leaves a tombstone of each: what arrives later is dropped. Works beside a running collector, which answers 503 while
 * the file is rewritten, and may be repeated. Throws where others keep the write-ahead log in use for half a minute, or
 * there is no room to rewrite the file: the rows are gone then, yet some bytes are not.
 */
export function eraseFromLog(file: string, keys: readonly ErasureKey[], options: ErasureOptions): ErasureResult {
  const { now } = options;
  const database = openWriter(file);
  try {
    // first, or a copy could come in behind the search
    inTransaction(database, () => keys.forEach((key) => addTombstone(database, { ...key, erasedAt: now })));
    const deleted = deleteRows(database, 'events', findErased(database, 'events'));
    const letters = [findErased(database, 'dead_letters'), ...keys.map(({ key }) => findDeadLetters(database, key))];
    const deletedDeadLetters = deleteRows(database, 'dead_letters', [...new Set(letters.flat())]);
    dropOldPages(database, options);
    const tombstones = keys.map(({ kind, key }) => readTombstoneRow({ kind, key_hash: hashKey(key), erased_at: now }));
    return { deleted, deletedDeadLetters, tombstones };
  } finally {
    database.close();
  }
}

type Table = 'events' | 'dead_letters';

/** Whom a tombstone names, also one of before: an erasure may have been cut off, or a backup restored. */
function findErased(database: DatabaseSync, table: Table): number[] {
  const isErased = createTombstoneCheck(database)();
  const find = database.prepare(`SELECT seq, client_id, json_extract(body, '$.unitId') AS unit_id FROM ${table}`);
  const seqs: number[] = [];
  for (const { seq, client_id: clientId, unit_id: unitId } of find.iterate()) {
    if (isErased(String(clientId), String(unitId ?? ''))) seqs.push(Number(seq));
  }
  return seqs;
}

/** Shorter keys stand within other ids and numbers by chance: they count where they are a whole text alone. */
const MIN_PART_LENGTH = 8;

/** Wherever they name the key: what a broken event means by a field is not known. */
function findDeadLetters(database: DatabaseSync, key: string): number[] {
  const whole = JSON.stringify(key);
  const quoted = key.length < MIN_PART_LENGTH ? whole : whole.slice(1, -1);
  const find = database.prepare('SELECT seq FROM dead_letters WHERE client_id = ? OR instr(body, ?) > 0');
  return seqsOf(find.all(key, quoted));
}

const seqsOf = (rows: readonly Record<string, unknown>[]): number[] => rows.map((row) => Number(row['seq']));

function deleteRows(database: DatabaseSync, table: Table, seqs: readonly number[]): number {
  const remove = database.prepare(`DELETE FROM ${table} WHERE seq = ?`);
  for (let from = 0; from < seqs.length; from += CHUNK) {
    inTransaction(database, () => seqs.slice(from, from + CHUNK).forEach((seq) => remove.run(seq)));
  }
  return seqs.length;
}

/**
 * `secure_delete` overwrites deleted rows, but not the copies that SQLite leaves in a page when it moves rows to another
 * (measured: 1 id of 1,334), so the file is written anew. The write-ahead log holds pages as they were before: all of it
 * goes into the database, and its own file becomes empty.
 */
function dropOldPages(database: DatabaseSync, options: Omit<ErasureOptions, 'now'>): void {
  const { maxWaitMs = MAX_WAIT_MS, stopwatch = () => performance.now(), wait = blockFor } = options;
  // the new file is built beside the old one: on disk, because it may not fit into memory
  database.exec('PRAGMA temp_store = FILE; VACUUM');
  const truncate = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const endsAt = stopwatch() + maxWaitMs;
  // SQLite waits for readers, yet not for a collector that writes the same log into the database: that is busy at once
  while (truncate.get()?.['busy'] !== 0) {
    if (stopwatch() >= endsAt) throw new Error(STILL_BUSY);
    wait(TRY_EVERY_MS);
  }
}

const STILL_BUSY =
  'the rows are deleted, but others kept the write-ahead log in use, which has old pages of them: let readers end, then erase again';

const blockFor = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
