import { type Problem, createProblem } from '../core/problem.ts';
import type * as Models from '../store/models.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { readModel } from '../store/read-model.ts';
import type { StoredModel } from '../store/schema.ts';
import type { Storage } from '../store/storage.ts';

/** What the device keeps of bundles, by the `url` of their folders. No call rejects: without storage the network's bundle still serves. */
export interface BundleMemory {
  read(url: string): Promise<StoredModel | undefined>;
  write(change: Omit<Models.ModelChange, 'savedAt'>): Promise<void>;
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
  // a device writes where a bundle has changed, which is seldom
  const use = (job: (models: typeof Models, storage: Storage) => Promise<void>): Promise<void> =>
    Promise.all([import('../store/models.ts'), opened])
      .then(([models, { storage }]) => job(models, storage))
      .catch(onError);
  return {
    read: (url) => opened.then(({ storage }) => readModel(storage, url)).catch(onError),
    write: (change) => use((models, storage) => models.saveModel(storage, { ...change, savedAt: clock() })),
    drop: (url, manifest) => use((models, storage) => models.dropBundle(storage, url, manifest)),
  };
}
