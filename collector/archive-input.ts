import type { Tombstone } from './erase.ts';
import { checkedVersion, openReader } from './log-database.ts';
import type { NatsReader } from './nats-stream.ts';
import { encodeRow, encodeStored, parseStored, readTombstoneRow } from './stored-message.ts';

/** What is to be archived: the JSON text of a stored event, or what was erased. */
export type ArchiveEntry = string | Tombstone;

/** All of a log, also beside a running collector. */
export function* readLogEntries(file: string): Generator<ArchiveEntry> {
  const database = openReader(file);
  try {
    const version = checkedVersion(database);
    if (version > 1) yield* database.prepare('SELECT * FROM tombstones').all().map(readTombstoneRow);
    const rows = database.prepare('SELECT * FROM events ORDER BY seq').iterate();
    // version 1 had no sent_at
    for (const row of rows) yield encodeStored({ sent_at: null, ...row });
  } finally {
    database.close();
  }
}

/**
 * A stream from after a place in it. What is neither event nor tombstone is left out and told. Events are written anew:
 * of a name that comes twice DuckDB would take the other value.
 */
export async function* readStreamEntries(
  reader: NatsReader,
  afterSeq: number,
  onRead: (seq: number, isKnown: boolean) => void,
): AsyncGenerator<ArchiveEntry> {
  for await (const { text, seq } of reader.read(afterSeq)) {
    const stored = parseStored(text);
    onRead(seq, stored !== undefined);
    if (stored !== undefined) yield 'row' in stored ? encodeRow(stored.row) : stored.tombstone;
  }
}
