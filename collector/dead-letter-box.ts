import type { DatabaseSync } from 'node:sqlite';

/** An event that was not stored, as it came. */
export interface DeadLetter {
  readonly clientId: string;
  /** Epoch ms by the collector's clock. */
  readonly receivedAt: number;
  readonly sentAt?: number;
  /** Where it has one. */
  readonly unitId?: string;
  /** Why: the code that its sender was told, or `id_invalid` where it has no usable id. */
  readonly code: string;
  /** The event as JSON. */
  readonly body: string;
}

/** Kept at most; beyond, the oldest go. */
export const MAX_DEAD_LETTERS = 10_000;
export const MAX_DEAD_LETTER_BYTES = 16_000_000;
/** Counting what is kept reads all of it, so it is done once for every tenth of the caps, down to nine tenths. */
const SLACK = 0.1;

export interface DeadLetterLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Takes dead letters within a transaction; `trim` before its end keeps the caps. */
export function createDeadLetterBox(
  database: DatabaseSync,
  { maxRows, maxBytes }: DeadLetterLimits = { maxRows: MAX_DEAD_LETTERS, maxBytes: MAX_DEAD_LETTER_BYTES },
) {
  const insert = database.prepare(
    'INSERT INTO dead_letters (code, client_id, received_at, sent_at, body) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare(`
    DELETE FROM dead_letters WHERE seq <= (
      SELECT max(seq) FROM (
        SELECT seq, row_number() OVER newest AS rows, sum(length(CAST(body AS BLOB))) OVER newest AS bytes
        FROM dead_letters WINDOW newest AS (ORDER BY seq DESC)
      ) WHERE rows > ? OR bytes > ?
    )`);
  // of earlier processes nothing is known: the first letter counts them
  let [rows, bytes] = [maxRows, maxBytes];
  return {
    add: ({ code, clientId, receivedAt, sentAt, body }: DeadLetter): void => {
      insert.run(code, clientId, receivedAt, sentAt ?? null, body);
      rows += 1;
      bytes += Buffer.byteLength(body);
    },
    trim: (): void => {
      if (rows <= maxRows * SLACK && bytes <= maxBytes * SLACK) return;
      remove.run(Math.floor(maxRows * (1 - SLACK)), Math.floor(maxBytes * (1 - SLACK)));
      [rows, bytes] = [0, 0];
    },
  };
}
