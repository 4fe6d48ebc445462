import { type Problem, createProblem } from '../core/problem.ts';
import { type ModelChange, readModel, saveModel } from '../store/models.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { StoredModel } from '../store/schema.ts';

export interface BundleMemoryOptions {
  readonly opened: Promise<OpenedStorage>;
  /** Of the bundle's folder. */
  readonly url: string;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly onProblem: (problem: Problem) => void;
}

/** What the device keeps of a bundle. Storage that fails is a problem and no more: the network's bundle still serves. */
export class BundleMemory {
  readonly #options: BundleMemoryOptions;

  constructor(options: BundleMemoryOptions) {
    this.#options = options;
  }

  async read(): Promise<StoredModel | undefined> {
    const { opened, url } = this.#options;
    try {
      return await readModel((await opened).storage, url);
    } catch (error) {
      this.#fail('read', error);
      return undefined;
    }
  }

  async write(change: Omit<ModelChange, 'url' | 'savedAt'>): Promise<void> {
    const { opened, url, clock } = this.#options;
    try {
      await saveModel((await opened).storage, { ...change, url, savedAt: clock() });
    } catch (error) {
      this.#fail('stored', error);
    }
  }

  #fail(what: string, error: unknown): void {
    const why = `the last good bundle could not be ${what}: ${String(error)}`;
    this.#options.onProblem(createProblem('storage_failed', why));
  }
}
