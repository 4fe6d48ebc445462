import type { DatabaseSync } from 'node:sqlite';
import { hashKey } from './log-database.ts';

/** What can be erased: a stream of events, a unit of analysis, or the unit that a site names by its account key. */
export const ERASURE_KINDS = ['client', 'unit', 'account'] as const;
export type ErasureKind = (typeof ERASURE_KINDS)[number];

/** What was erased stays known by the SHA-256 of its key alone, so that late copies are refused. */
export function addTombstone(
  database: DatabaseSync,
  { kind, key, erasedAt }: { readonly kind: ErasureKind; readonly key: string; readonly erasedAt: number },
): void {
  database
    .prepare('INSERT INTO tombstones (key_hash, kind, erased_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    .run(hashKey(key), kind, erasedAt);
}

export type TombstoneCheck = (clientId: string, unitId: string) => boolean;

/** Answers that a check remembers at most: a reader asks it for as many ids as a log has. */
const MAX_KNOWN = 10_000;

/**
 * Returns what begins a check: it sees the tombstones of that moment and remembers answers, so it is for one
 * transaction or reading. An account key is looked for among unit ids.
 */
export function createTombstoneCheck(database: DatabaseSync): () => TombstoneCheck {
  const any = database.prepare('SELECT 1 FROM tombstones LIMIT 1');
  const find = database.prepare("SELECT 1 FROM tombstones WHERE key_hash = ? AND (kind = 'client') = ?");
  return () => {
    if (any.get() === undefined) return () => false;
    const known = new Map<string, boolean>();
    const isErased = (key: string, isClient: boolean): boolean => {
      const name = `${isClient ? 'client' : 'unit'} ${key}`;
      const answer = known.get(name) ?? find.get(hashKey(key), isClient ? 1 : 0) !== undefined;
      if (known.size === MAX_KNOWN) known.clear();
      known.set(name, answer);
      return answer;
    };
    return (clientId, unitId) => isErased(clientId, true) || isErased(unitId, false);
  };
}
