import { type Problem, createProblem } from '../core/problem.ts';
import { IndexedStorage } from './indexed-storage.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { Storage } from './storage.ts';

export interface OpenedStorage {
  readonly storage: Storage;
  /** `storage_unavailable` where memory stands in. */
  readonly problem?: Problem | undefined;
}

/** Opens the database `name`; where the browser refuses, memory takes its place until the page ends. Never rejects. */
export async function openStorage(name: string): Promise<OpenedStorage> {
  try {
    return { storage: await IndexedStorage.open(name) };
  } catch (error) {
    const message = `IndexedDB cannot be used, so signals last only as long as this page: ${String(error)}`;
    return { storage: new MemoryStorage(), problem: createProblem('storage_unavailable', message) };
  }
}
