import type { DatabaseSync } from 'node:sqlite';
import { parseEntry } from './batch.ts';
import { createInsert } from './insert-event.ts';
import { checkedVersion, inTransaction, openReader, openWriter } from './log-database.ts';
import type { AppendStatus } from './log.ts';
import { hasPersonalData } from './personal-data.ts';

const CHUNK = 500;

export interface DeadLetterCounts {
  readonly deadLetters: number;
  /** By the code that their senders were told. */
  readonly codes: Readonly<Record<string, number>>;
  /** Epoch ms of receipt; null where there is none. */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
}

/** Counts what could not be stored. */
export function countDeadLetters(file: string): DeadLetterCounts {
  const database = openReader(file);
  try {
    // version 1 kept none
    return checkedVersion(database) === 1 ? NONE : count(database);
  } finally {
    database.close();
  }
}

const NONE: DeadLetterCounts = { deadLetters: 0, codes: {}, oldestAt: null, newestAt: null };

function count(database: DatabaseSync): DeadLetterCounts {
  const codes = database
    .prepare('SELECT code, count(*) AS letters FROM dead_letters GROUP BY code ORDER BY code')
    .all();
  const total = database
    .prepare('SELECT count(*) AS letters, min(received_at) AS oldest, max(received_at) AS newest FROM dead_letters')
    .get();
  const timeOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    deadLetters: Number(total?.['letters']),
    codes: Object.fromEntries(codes.map(({ code, letters }) => [String(code), Number(letters)])),
    oldestAt: timeOf(total?.['oldest']),
    newestAt: timeOf(total?.['newest']),
  };
}

/** What became of the dead letters that were read again; each of these is one no longer. */
export type ReplayResult = Readonly<Record<AppendStatus | 'personal_data', number>>;

/**
 * Reads dead letters again with the present code. What is valid now is stored as if it had been then; what holds
 * personal data by the present rules is deleted; the rest stays. Works beside a running collector.
 */
export function replayDeadLetters(file: string): ReplayResult {
  const database = openWriter(file);
  try {
    const replay = createReplay(database);
    const find = database.prepare(`SELECT * FROM dead_letters WHERE seq > ? ORDER BY seq LIMIT ${String(CHUNK)}`);
    const result = { ok: 0, duplicate: 0, erased: 0, personal_data: 0 };
    for (let rows = find.all(0); rows.length > 0; rows = find.all(rows.at(-1)?.['seq'] ?? 0)) {
      for (const outcome of inTransaction(database, () => replay(rows))) if (outcome !== 'kept') result[outcome]++;
    }
    return result;
  } finally {
    database.close();
  }
}

type Row = Record<string, unknown>;

function createReplay(database: DatabaseSync): (rows: readonly Row[]) => (keyof ReplayResult | 'kept')[] {
  const insert = createInsert(database);
  const remove = database.prepare('DELETE FROM dead_letters WHERE seq = ?');
  return (rows) => {
    const { store } = insert();
    return rows.map(({ seq, client_id: client, received_at: receivedAt, sent_at: sentAt, body }) => {
      const clientId = String(client);
      const parsed = parseEntry(JSON.parse(String(body)), hasPersonalData(clientId));
      if (!('event' in parsed) && parsed.code !== 'personal_data') return 'kept';
      remove.run(Number(seq));
      if (!('event' in parsed)) return 'personal_data';
      const arrival = { clientId, receivedAt: Number(receivedAt), ...(sentAt !== null && { sentAt: Number(sentAt) }) };
      return store({ ...arrival, event: parsed.event });
    });
  };
}
