import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DAY_MS } from './day.ts';
import { hashKey, inTransaction, openWriter, readNumber } from './log-database.ts';

/** How long an id is known at least, whether its event is still stored or not. */
export const DEDUPE_DAYS = 7;
/** Rows a transaction: what is to be stored meanwhile waits for no more than these. */
const CHUNK = 500;

export interface Retention {
  /** What was received earlier than so many days ago goes. */
  readonly days: number;
  /** Epoch ms. */
  readonly now: number;
  /** Ends it early; the next run goes on. */
  readonly signal?: AbortSignal;
  /** Also deletes events that a log which is forwarded has not forwarded yet. */
  readonly unforwarded?: boolean;
}

export interface RetentionResult {
  readonly deleted: number;
  readonly deletedDeadLetters: number;
  /** Too old, and kept because they are not forwarded yet; absent where there are none. */
  readonly unforwarded?: number;
}

/**
 * Deletes what has become too old. Ids of events that came within the last 7 days are kept as hashes, so that a late
 * copy is still a duplicate. Tombstones stay. Works beside a running collector, also in its process.
 */
export async function retainLog(file: string, options: Retention): Promise<RetentionResult> {
  const { days, now, signal, unforwarded: isForced = false } = options;
  const [before, seenBefore] = [now - days * DAY_MS, now - DEDUPE_DAYS * DAY_MS];
  const database = openWriter(file);
  try {
    const deleted = await repeat(createEventStep(database, { before, seenBefore, isForced }), signal);
    const deletedDeadLetters = await repeat(createStep(database, 'dead_letters', before), signal);
    await repeat(createStep(database, 'seen', seenBefore), signal);
    const kept = readNumber(database, `SELECT count(*) FROM events WHERE received_at < ${String(before)}`);
    return { deleted, deletedDeadLetters, ...(kept > 0 && signal?.aborted !== true && { unforwarded: kept }) };
  } finally {
    database.close();
  }
}

/** Runs a step that says how much it did until it does nothing, and lets others work in between. */
async function repeat(step: () => number, signal: AbortSignal | undefined): Promise<number> {
  let total = 0;
  for (let count = 1; count > 0 && signal?.aborted !== true; total += count) {
    count = step();
    await nextTurn();
  }
  return total;
}

const KEYS = { dead_letters: 'seq', seen: 'id_hash' };

function createStep(database: DatabaseSync, table: keyof typeof KEYS, before: number): () => number {
  const chosen = `SELECT ${KEYS[table]} FROM ${table} WHERE received_at < ? LIMIT ${String(CHUNK)}`;
  const remove = database.prepare(`DELETE FROM ${table} WHERE ${KEYS[table]} IN (${chosen})`);
  return () => Number(inTransaction(database, () => remove.run(before)).changes);
}

interface EventLimits {
  readonly before: number;
  readonly seenBefore: number;
  readonly isForced: boolean;
}

function createEventStep(database: DatabaseSync, { before, seenBefore, isForced }: EventLimits): () => number {
  const forwarded = isForced ? '' : 'AND seq <= coalesce((SELECT event_seq FROM forward_cursor), seq)';
  const find = database.prepare(
    `SELECT seq, id, received_at FROM events WHERE received_at < ? ${forwarded} LIMIT ${String(CHUNK)}`,
  );
  const remove = database.prepare('DELETE FROM events WHERE seq = ?');
  const remember = database.prepare('INSERT INTO seen (id_hash, received_at) VALUES (?, ?) ON CONFLICT DO NOTHING');
  return () =>
    inTransaction(database, () => {
      const rows = find.all(before);
      for (const { seq = 0, id, received_at: receivedAt } of rows) {
        remove.run(seq);
        // older ones would only be forgotten again below
        if (Number(receivedAt) >= seenBefore) remember.run(hashKey(String(id)), Number(receivedAt));
      }
      return rows.length;
    });
}
