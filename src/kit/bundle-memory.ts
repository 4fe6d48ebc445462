import { type Problem, createProblem } from '../core/problem.ts';
import { type ModelChange, dropBundle, readModel, saveModel } from '../store/models.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { StoredModel } from '../store/schema.ts';

/** What the device keeps of one bundle. No call rejects: without storage the network's bundle still serves. */
export interface BundleMemory {
  read(): Promise<StoredModel | undefined>;
  write(change: Omit<ModelChange, 'url' | 'savedAt'>): Promise<void>;
  /** Gives up the bundle with this manifest. */
  drop(manifest: string): Promise<void>;
}

export interface BundleMemoryOptions {
  readonly opened: Promise<OpenedStorage>;
  /** Of the bundle's folder. */
  readonly url: string;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly onProblem: (problem: Problem) => void;
}

export function createBundleMemory({ opened, url, clock, onProblem }: BundleMemoryOptions): BundleMemory {
  const onError = (error: unknown): undefined => {
    onProblem(createProblem('storage_failed', `the last good bundle could not be read or kept: ${String(error)}`));
  };
  return {
    read: () => opened.then(({ storage }) => readModel(storage, url)).catch(onError),
    write: (change) =>
      opened.then(({ storage }) => saveModel(storage, { ...change, url, savedAt: clock() })).catch(onError),
    drop: (manifest) => opened.then(({ storage }) => dropBundle(storage, url, manifest)).catch(onError),
  };
}
