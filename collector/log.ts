import { statSync } from 'node:fs';
import { type DatabaseSync, type StatementSync } from 'node:sqlite';
import type { FeedbackEvent } from '../src/core/event.ts';
import { type DeadLetter, createDeadLetterBox } from './dead-letter-box.ts';
import { checkedVersion, inTransaction, openReader, openWriter, probeWrite, readNumber } from './log-database.ts';
import { createInsert } from './insert-event.ts';
import { createTombstoneCheck } from './tombstones.ts';

/** One stored event and how it came. */
export interface LogRow {
  readonly clientId: string;
  /** Epoch ms by the collector's clock. */
  readonly receivedAt: number;
  /** Epoch ms by the device's clock when it sent the batch: `receivedAt - sentAt` is its clock's offset and the way. */
  readonly sentAt?: number;
  readonly event: FeedbackEvent;
}

/** `erased`: not stored, because what it belongs to was erased. */
export type AppendStatus = 'ok' | 'duplicate' | 'erased';

/** Stored events, wherever they lie: each once, without what was erased, read as they are asked for. */
export interface StoredEvents {
  read(): Iterable<LogRow> | AsyncIterable<LogRow>;
  close(): void;
}

export interface LogReader extends StoredEvents {
  /** In storage order. */
  read(): Iterable<LogRow>;
}

/** What one batch stores: its events, and what of it could not be read. */
export interface LogWrite {
  readonly rows: readonly LogRow[];
  readonly deadLetters: readonly DeadLetter[];
}

/** The collector's embedded log. */
export interface EventLog extends LogReader {
  /**
   * Stores rows in one transaction and returns a status for each, in order. When it returns, the write-ahead log is
   * fsynced: the rows survive a crash. Throws (disk full, locked, closed) with nothing stored.
   */
  append(rows: readonly LogRow[]): AppendStatus[];
  /**
   * The same for many batches with one fsync: statuses of each, or the error that concerns it alone (a row that cannot
   * be stored). Throws with nothing of any stored where all failed together.
   */
  commit(writes: readonly LogWrite[]): (AppendStatus[] | Error)[];
  /** Writes as much as the largest batch, keeps none of it and waits for the disk. Throws where `append` would. */
  probe(): void;
  /** Of the database without its write-ahead log. */
  sizeBytes(): number;
  /** Of the write-ahead log. */
  walSizeBytes(): number;
}

/**
 * Opens the log for writing; makes the file and its parent folders. Throws where it is not, or cannot be, a log on
 * disk: an empty name, `:memory:` and `file:` URIs among others.
 */
export function createLog(file: string): EventLog {
  const database = openWriter(file);
  const commit = createCommit(database);
  return {
    ...createReader(database),
    commit,
    append: (rows) => {
      const [result = []] = commit([{ rows, deadLetters: [] }]);
      if (result instanceof Error) throw result;
      return result;
    },
    probe: () => probeWrite(database),
    sizeBytes: () => readNumber(database, 'PRAGMA page_count') * readNumber(database, 'PRAGMA page_size'),
    walSizeBytes: () => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
  };
}

/** Opens an existing log for reading, also beside a running collector. Throws where there is none. */
export function openLog(file: string): LogReader {
  return createReader(openReader(file));
}

function createReader(database: DatabaseSync): LogReader {
  const isFirstVersion = checkedVersion(database) === 1;
  const sentAtColumn = isFirstVersion ? 'NULL AS sent_at' : 'sent_at';
  const beginCheck = isFirstVersion ? () => () => false : createTombstoneCheck(database);
  return {
    *read() {
      const isErased = beginCheck();
      const rows = database
        .prepare(`SELECT client_id, received_at, ${sentAtColumn}, body FROM events ORDER BY seq`)
        .iterate();
      for (const row of rows) {
        const clientId = String(row['client_id']);
        const event = JSON.parse(String(row['body'])) as FeedbackEvent;
        // an erasure that was cut off, or a restored copy, leaves rows beside their tombstone
        if (isErased(clientId, event.unitId)) continue;
        const sentAt = row['sent_at'] === null ? {} : { sentAt: Number(row['sent_at']) };
        yield { clientId, receivedAt: Number(row['received_at']), ...sentAt, event };
      }
    },
    close: () => database.close(),
  };
}

function createCommit(database: DatabaseSync): EventLog['commit'] {
  const box = createDeadLetterBox(database);
  const insert = createInsert(database);
  const [begin, release, undo] = ['SAVEPOINT batch', 'RELEASE batch', 'ROLLBACK TO batch'].map((sql) =>
    database.prepare(sql),
  ) as [StatementSync, StatementSync, StatementSync];
  return (writes) =>
    inTransaction(database, () => {
      const { store, isErased } = insert();
      const results = writes.map(({ rows, deadLetters }) => {
        begin.run();
        try {
          const statuses = rows.map(store);
          // a broken event beside an erased one is of the same visitor
          const isKept = ({ clientId, unitId = '' }: DeadLetter): boolean =>
            !statuses.includes('erased') && !isErased(clientId, unitId);
          deadLetters.filter(isKept).forEach(box.add);
          release.run();
          return statuses;
        } catch (error) {
          if (!isOfRow(error)) throw error;
          undo.run();
          release.run();
          return error;
        }
      });
      box.trim();
      return results;
    });
}

/** SQLite's result codes for a row that is too big, breaks a constraint or has a wrong type (sqlite.org/rescode.html). */
const ROW_CODES = [18, 19, 20];

/** Whether an error is of what was to be stored, and not of the disk, which would fail the next batch too. */
function isOfRow(error: unknown): error is Error {
  const { errcode } = error as { readonly errcode?: number };
  return error instanceof TypeError || ROW_CODES.includes((errcode ?? 0) & 0xff);
}
