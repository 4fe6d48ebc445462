import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, openWriter } from './log-database.ts';
import { encodeStored, encodeTombstone, readTombstoneRow } from './stored-message.ts';
import { createTombstoneCheck } from './tombstones.ts';

/** What one round publishes at most, so that neither memory nor the event loop is held up. */
const MAX_MESSAGES = 256;
const MAX_CHARACTERS = 1_000_000;

/** One message of the stream. */
export interface StreamMessage {
  /** `Nats-Msg-Id`: the id of the event, or of the tombstone. */
  readonly id: string;
  readonly text: string;
}

/** Up to where a log has been forwarded: sequence numbers of its two tables. */
export interface ForwardPosition {
  readonly eventSeq: number;
  readonly tombstoneSeq: number;
}

export interface ForwardBatch {
  /** Without those that a tombstone names. */
  readonly events: readonly StreamMessage[];
  readonly tombstones: readonly StreamMessage[];
  /** Where the log stands once all of them are forwarded. */
  readonly end: ForwardPosition;
}

export interface ForwardLag {
  /** Places in the log that are not forwarded yet: one an event, and some that are empty since. */
  readonly behind: number;
  /** Epoch ms of receipt; null where nothing waits. */
  readonly oldestAt: number | null;
}

/** How far a log was forwarded to a stream, kept in the log itself. */
export interface ForwardCursor {
  /** Where to go on. A stream other than the last one, or one that was made anew, begins with all that is stored. */
  begin(stream: string): ForwardPosition;
  read(from: ForwardPosition): ForwardBatch;
  /** To be called once all up to there is acknowledged. */
  move(to: ForwardPosition): void;
  lag(): ForwardLag;
  close(): void;
}

/** Opens the cursor of a log beside whoever writes it. From then on retention keeps what is not forwarded. */
export function openForwardCursor(file: string): ForwardCursor {
  const database = openWriter(file);
  // also where no stream has been reached yet: a log without a row is one that nobody forwards
  inTransaction(database, () => database.exec("INSERT OR IGNORE INTO forward_cursor VALUES (0, '', 0, 0)"));
  // a cursor that a power cut takes back only repeats, so its moves need not wait for the disk
  database.exec('PRAGMA synchronous = NORMAL');
  const find = database.prepare('SELECT stream, event_seq, tombstone_seq FROM forward_cursor');
  const begin = database.prepare('REPLACE INTO forward_cursor VALUES (0, ?, 0, 0)');
  const move = database.prepare(
    'UPDATE forward_cursor SET event_seq = max(event_seq, ?), tombstone_seq = max(tombstone_seq, ?)',
  );
  const readEvents = createEventReader(database);
  const readTombstones = createTombstoneReader(database);
  return {
    begin: (stream) => {
      const row = find.get();
      if (row?.['stream'] === stream)
        return { eventSeq: Number(row['event_seq']), tombstoneSeq: Number(row['tombstone_seq']) };
      inTransaction(database, () => begin.run(stream));
      return { eventSeq: 0, tombstoneSeq: 0 };
    },
    read: ({ eventSeq, tombstoneSeq }) => {
      const [events, tombstones] = [readEvents(eventSeq), readTombstones(tombstoneSeq)];
      const end = { eventSeq: events.end, tombstoneSeq: tombstones.end };
      return { events: events.messages, tombstones: tombstones.messages, end };
    },
    move: ({ eventSeq, tombstoneSeq }) => void inTransaction(database, () => move.run(eventSeq, tombstoneSeq)),
    lag: createLag(database),
    close: () => database.close(),
  };
}

interface Run {
  readonly messages: readonly StreamMessage[];
  readonly end: number;
}

function createEventReader(database: DatabaseSync): (after: number) => Run {
  const find = database.prepare(`
    SELECT *, json_extract(body, '$.unitId') AS unit_id FROM events
    WHERE seq > ? ORDER BY seq LIMIT ${String(MAX_MESSAGES)}`);
  const beginCheck = createTombstoneCheck(database);
  return (after) => {
    const messages: StreamMessage[] = [];
    const isErased = beginCheck();
    let [end, size] = [after, 0];
    for (const row of find.iterate(after)) {
      const text = isErased(String(row['client_id']), String(row['unit_id'])) ? '' : encodeStored(row);
      if (messages.length > 0 && size + text.length > MAX_CHARACTERS) break;
      if (text !== '') messages.push({ id: String(row['id']), text });
      [end, size] = [Number(row['seq']), size + text.length];
    }
    return { messages, end };
  };
}

function createTombstoneReader(database: DatabaseSync): (after: number) => Run {
  const find = database.prepare(`SELECT * FROM tombstones WHERE seq > ? ORDER BY seq LIMIT ${String(MAX_MESSAGES)}`);
  return (after) => {
    const rows = find.all(after);
    const messages = rows.map(readTombstoneRow).map((tombstone) => ({
      id: `tombstone-${tombstone.kind}-${tombstone.sha256}`,
      text: encodeTombstone(tombstone),
    }));
    return { messages, end: Number(rows.at(-1)?.['seq'] ?? after) };
  };
}

function createLag(database: DatabaseSync): () => ForwardLag {
  const find = database.prepare(`
    SELECT received_at, (SELECT max(seq) FROM events) - seq + 1 AS behind FROM events
    WHERE seq > coalesce((SELECT event_seq FROM forward_cursor), 0) ORDER BY seq LIMIT 1`);
  return () => {
    const row = find.get();
    return row
      ? { behind: Number(row['behind']), oldestAt: Number(row['received_at']) }
      : { behind: 0, oldestAt: null };
  };
}
