import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MAX_BATCH_BYTES } from '../src/core/event.ts';

/** Marks a SQLite file as ours: "Near" in the header field that SQLite keeps for this (pragma application_id). */
const APPLICATION_ID = 0x4e656172;
/** Another process may hold the write lock this long before a call throws. It blocks this one, so it is short. */
const LOCK_TIMEOUT_MS = 1000;

/** What each version of the schema adds to the one before. Autoincrement: a seq is never used again, so it is a cursor. */
const SCHEMA = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     client_id TEXT NOT NULL,
     received_at INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   PRAGMA application_id = ${String(APPLICATION_ID)};`,
  `ALTER TABLE events ADD COLUMN sent_at INTEGER;
   CREATE INDEX events_received_at ON events (received_at);
   CREATE TABLE dead_letters (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     code TEXT NOT NULL,
     client_id TEXT NOT NULL,
     received_at INTEGER NOT NULL,
     sent_at INTEGER,
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE seen (id_hash BLOB PRIMARY KEY, received_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX seen_received_at ON seen (received_at);
   CREATE TABLE tombstones (
     key_hash BLOB NOT NULL,
     kind TEXT NOT NULL,
     erased_at INTEGER NOT NULL,
     PRIMARY KEY (key_hash, kind)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE numbered_tombstones (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     key_hash BLOB NOT NULL,
     kind TEXT NOT NULL,
     erased_at INTEGER NOT NULL,
     UNIQUE (key_hash, kind)
   ) STRICT;
   INSERT INTO numbered_tombstones (key_hash, kind, erased_at)
     SELECT key_hash, kind, erased_at FROM tombstones ORDER BY erased_at;
   DROP TABLE tombstones;
   ALTER TABLE numbered_tombstones RENAME TO tombstones;
   CREATE TABLE forward_cursor (
     id INTEGER PRIMARY KEY CHECK (id = 0),
     stream TEXT NOT NULL,
     event_seq INTEGER NOT NULL,
     tombstone_seq INTEGER NOT NULL
   ) STRICT;`,
  `CREATE TABLE experiment_sets (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     declared_at INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;`,
];
const SET_VERSION = `PRAGMA user_version = ${String(SCHEMA.length)}`;

/**
 * Opens a log for writing; makes the file and its parent folders, and brings a log of an earlier version to this one in
 * one transaction. Throws where the file is not, or cannot be, a log on disk.
 */
export function openWriter(file: string): DatabaseSync {
  return naming(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    return open(file, false, (database) => {
      // what is deleted is overwritten, and no copy of it waits in a temporary file
      database.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY');
      inTransaction(database, () => bringUpToDate(database));
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    });
  });
}

/** Opens an existing log of this or an earlier version for reading, also beside a running collector. */
export const openReader = (file: string): DatabaseSync => naming(file, () => open(file, true, checkedVersion));

function open(file: string, readOnly: boolean, prepare: (database: DatabaseSync) => unknown): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: LOCK_TIMEOUT_MS });
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What SQLite would open without a file, or as a URI that may ask for that: events would be acknowledged and lost. */
const isPath = (file: string): boolean => file.trim() !== '' && file !== ':memory:' && !/^file:/i.test(file);

/** SQLite's own messages do not say which file they are about. */
function naming<T>(file: string, work: () => T): T {
  if (!isPath(file)) throw new Error(`"${file}" names no file on disk, and a log must outlive the process`);
  try {
    return work();
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function bringUpToDate(database: DatabaseSync): void {
  const isNew = readNumber(database, 'SELECT count(*) FROM sqlite_master') === 0;
  const missing = SCHEMA.slice(isNew ? 0 : checkedVersion(database));
  if (missing.length > 0) database.exec([...missing, SET_VERSION].join('\n'));
}

/** An unknown schema is refused rather than written to: it may be somebody else's database. */
export function checkedVersion(database: DatabaseSync): number {
  if (readNumber(database, 'PRAGMA application_id') !== APPLICATION_ID) throw new Error('not an event log');
  const version = readNumber(database, 'PRAGMA user_version');
  if (version >= 1 && version <= SCHEMA.length) return version;
  throw new Error(`log schema ${String(version)} is not one this version knows`);
}

/**
 * Writes as much as the largest batch and deletes it again, all of it by way of the disk. Throws where a commit would: a
 * full disk often has room for less.
 */
export function probeWrite(database: DatabaseSync): void {
  inTransaction(database, () =>
    database.exec(`
      INSERT INTO dead_letters (code, client_id, received_at, body)
        VALUES ('probe', '', 0, hex(zeroblob(${String(MAX_BATCH_BYTES / 2)})));
      DELETE FROM dead_letters WHERE seq = last_insert_rowid();`),
  );
}

/** The first column of the first row. */
export function readNumber(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

/** All that `work` writes, or nothing; on disk when it returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back by itself after some errors, a full disk among them
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** SHA-256: what is kept of an id that itself must not be. */
export const hashKey = (key: string): Uint8Array => createHash('sha256').update(key).digest();
