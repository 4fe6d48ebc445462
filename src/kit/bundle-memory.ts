import { type Problem, createProblem } from '../core/problem.ts';
import { type ModelChange, dropBundle, readModel, saveModel } from '../store/models.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { StoredModel } from '../store/schema.ts';

/** What the device keeps of bundles, by the `url` of their folders. No call rejects: without storage the network's bundle still serves. */
export interface BundleMemory {
  read(url: string): Promise<StoredModel | undefined>;
  write(change: Omit<ModelChange, 'savedAt'>): Promise<void>;
  /** Gives up the bundle with this manifest. */
  drop(url: string, manifest: string): Promise<void>;
}

export interface BundleMemoryOptions {
  readonly opened: Promise<OpenedStorage>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly onProblem: (problem: Problem) => void;
}

export function createBundleMemory({ opened, clock, onProblem }: BundleMemoryOptions): BundleMemory {
  const onError = (error: unknown): undefined => {
    onProblem(createProblem('storage_failed', `the last good bundle could not be read or kept: ${String(error)}`));
  };
  return {
    read: (url) => opened.then(({ storage }) => readModel(storage, url)).catch(onError),
    write: (change) => opened.then(({ storage }) => saveModel(storage, { ...change, savedAt: clock() })).catch(onError),
    drop: (url, manifest) => opened.then(({ storage }) => dropBundle(storage, url, manifest)).catch(onError),
  };
}
