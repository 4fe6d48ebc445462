import type { DatabaseSync } from 'node:sqlite';
import { hashKey } from './log-database.ts';
import type { AppendStatus, LogRow } from './log.ts';
import { createTombstoneCheck } from './tombstones.ts';

/** Stores rows of one transaction and says of what nothing may be stored. */
export interface Insertion {
  readonly store: (row: LogRow) => AppendStatus;
  readonly isErased: (clientId: string, unitId: string) => boolean;
}

/** Returns what begins an insertion, anew in each transaction, because other processes erase and retain. */
export function createInsert(database: DatabaseSync): () => Insertion {
  const insert = database.prepare(
    'INSERT INTO events (id, client_id, received_at, sent_at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const anySeen = database.prepare('SELECT 1 FROM seen LIMIT 1');
  const seen = database.prepare('SELECT 1 FROM seen WHERE id_hash = ?');
  const beginCheck = createTombstoneCheck(database);
  return () => {
    const isErased = beginCheck();
    const mayBeSeen = anySeen.get() !== undefined;
    const store = ({ clientId, receivedAt, sentAt, event }: LogRow): AppendStatus => {
      if (isErased(clientId, event.unitId)) return 'erased';
      if (mayBeSeen && seen.get(hashKey(event.id)) !== undefined) return 'duplicate';
      const { changes } = insert.run(event.id, clientId, receivedAt, sentAt ?? null, JSON.stringify(event));
      return changes === 1 ? 'ok' : 'duplicate';
    };
    return { store, isErased };
  };
}
