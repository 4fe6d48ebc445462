import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ArchiveEntry } from './archive-input.ts';
import { type ArchiveResult, type Told, mergeStaged } from './archive-merge.ts';
import { createTombstones, openDuck } from './duck.ts';
import type { Tombstone } from './erase.ts';

const STAGING = '.staging';
const LOCK = 'lock';

/** Collects entries on disk beside the archive, and then brings the archive up to date with them. */
export interface Staging {
  add(entry: ArchiveEntry): void;
  readonly tombstones: readonly Tombstone[];
  merge(told: Told): Promise<ArchiveResult>;
  close(): void;
}

/** Rejects where another process is at work on the same archive. */
export async function openStaging(folder: string, known: readonly Tombstone[]): Promise<Staging> {
  const staging = join(resolve(folder), STAGING);
  const unlock = lock(staging);
  // a killed run may have left a file that DuckDB cannot open, and what has been erased since
  for (const name of readdirSync(staging)) if (name !== LOCK) rmSync(join(staging, name), { recursive: true });
  const duck = await openDuck(join(staging, 'staging.duckdb'), join(staging, 'temporary')).catch((error: unknown) => {
    unlock();
    throw error;
  });
  await duck.run('CREATE TABLE staged (event VARCHAR)');
  const events = await duck.appender('staged');
  const tombstones = new Map<string, Tombstone>();
  const addTombstone = (one: Tombstone): void => {
    const key = `${one.kind} ${one.sha256}`;
    if (!tombstones.has(key)) tombstones.set(key, one);
  };
  known.forEach(addTombstone);
  return {
    add: (entry) => (typeof entry === 'string' ? events.add(entry) : addTombstone(entry)),
    get tombstones() {
      return [...tombstones.values()];
    },
    merge: async (told) => {
      events.flush();
      await createTombstones(duck, [...tombstones.values()]);
      return mergeStaged({ duck, folder: resolve(folder), nextFile: join(staging, 'next.parquet'), ...told });
    },
    close: () => {
      duck.close();
      rmSync(staging, { recursive: true });
      unlock();
    },
  };
}

/** Locks a folder for this process by an empty file of SQLite, which the system unlocks when the process ends. */
function lock(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, LOCK));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new Error(`${folder}: another process is at work on this archive`, { cause: error });
  }
  return () => database.close();
}
