import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventStatus, FeedbackEvent } from '../src/core/event.ts';

/** One stored event and how it came. */
export interface LogRow {
  readonly clientId: string;
  /** Epoch ms by the collector's clock. */
  readonly receivedAt: number;
  readonly event: FeedbackEvent;
}

export type AppendStatus = Extract<EventStatus, 'ok' | 'duplicate'>;

export interface LogReader {
  /** All rows in storage order, read as they are asked for. */
  read(): Iterable<LogRow>;
  close(): void;
}

/** The collector's embedded log. Thin until the delivery issue: no retention, no dead letters, ids kept for ever. */
export interface EventLog extends LogReader {
  /**
   * Stores rows in one transaction and returns a status for each, in order. When it returns, the write-ahead log is
   * fsynced: the rows survive a crash. Throws (disk full, locked, closed) with nothing stored.
   */
  append(rows: readonly LogRow[]): AppendStatus[];
}

/** Marks a SQLite file as ours: "Near" in the header field that SQLite keeps for this (pragma application_id). */
const APPLICATION_ID = 0x4e656172;
const SCHEMA_VERSION = 1;
/** Another process may hold the write lock this long before a call throws. It blocks this one, so it is short. */
const LOCK_TIMEOUT_MS = 1000;

// autoincrement: a seq is never used again, so a reader can keep one as its cursor
const SCHEMA = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${String(APPLICATION_ID)};
  PRAGMA user_version = ${String(SCHEMA_VERSION)};`;

/**
 * Opens the log for writing; makes the file and its parent folders. Throws where it is not, or cannot be, a log on
 * disk: an empty name, `:memory:` and `file:` URIs among others.
 */
export function createLog(file: string): EventLog {
  return naming(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    const database = open(file, false);
    const insert = database.prepare(
      'INSERT INTO events (id, client_id, received_at, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    const store = ({ clientId, receivedAt, event }: LogRow): AppendStatus =>
      insert.run(event.id, clientId, receivedAt, JSON.stringify(event)).changes === 1 ? 'ok' : 'duplicate';
    return {
      ...createReader(database),
      append: (rows) => inTransaction(database, () => rows.map(store)),
    };
  });
}

/** Opens an existing log for reading, also beside a running collector. Throws where there is none. */
export function openLog(file: string): LogReader {
  return naming(file, () => createReader(open(file, true)));
}

function open(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: LOCK_TIMEOUT_MS });
  try {
    if (!readOnly) createSchema(database);
    checkSchema(database);
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
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

function createSchema(database: DatabaseSync): void {
  inTransaction(database, () => {
    if (readNumber(database, 'SELECT count(*) FROM sqlite_master') === 0) database.exec(SCHEMA);
  });
}

function createReader(database: DatabaseSync): LogReader {
  return {
    *read() {
      const rows = database.prepare('SELECT client_id, received_at, body FROM events ORDER BY seq').iterate();
      for (const row of rows) {
        const event = JSON.parse(String(row['body'])) as FeedbackEvent;
        yield { clientId: String(row['client_id']), receivedAt: Number(row['received_at']), event };
      }
    },
    close: () => database.close(),
  };
}

/** An unknown schema is refused rather than written to: it may be somebody else's database. */
function checkSchema(database: DatabaseSync): void {
  if (readNumber(database, 'PRAGMA application_id') !== APPLICATION_ID) throw new Error('not an event log');
  const version = readNumber(database, 'PRAGMA user_version');
  if (version !== SCHEMA_VERSION) throw new Error(`log schema ${String(version)} is not one this version knows`);
}

function readNumber(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
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
