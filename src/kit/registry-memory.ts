import { type Problem, createProblem } from '../core/problem.ts';
import type { ReleaseFault } from '../core/release-run.ts';
import type { Releases } from '../core/releases.ts';
import { readModel } from '../store/read-model.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { changeRegistry, settleSlates } from '../store/registry.ts';
import type { StoredModel, StoredRegistry } from '../store/schema.ts';
import type { Storage } from '../store/storage.ts';
import type { Settings } from './settings.ts';

export type KeptRegistry = StoredRegistry & Pick<StoredModel, 'releases'>;

const NOTHING: KeptRegistry = { text: '', faults: {}, runs: {}, open: [], releases: {} };

export interface RegistryMemoryOptions {
  /** Of the registry. */
  readonly url: string;
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly onProblem: (problem: Problem) => void;
}

/** What the device keeps of a registry. No call rejects: without storage each page begins anew. */
export class RegistryMemory {
  readonly #options: RegistryMemoryOptions;

  constructor(options: RegistryMemoryOptions) {
    this.#options = options;
  }

  /** What is kept, after what became of the slates of earlier pages has been counted. */
  async settle(): Promise<KeptRegistry> {
    const { url } = this.#options;
    const kept = await this.#use(async (storage) => {
      const row = await readModel(storage, url);
      if (row?.registry === undefined) return undefined;
      const isOpen = row.registry.open.length > 0 && this.#options.settings.consents.isPersonal;
      const registry = isOpen ? await settleSlates(storage, this.#now()) : row.registry;
      return { ...registry, releases: row.releases };
    });
    return kept ?? NOTHING;
  }

  /** Keeps a release, and of bundles only what it names. */
  async keep(text: string, releases: StoredModel['releases'], { stable, canary, before }: Releases): Promise<void> {
    const named = [stable, ...(canary ? [canary.bundle] : []), ...before];
    const only = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(all).filter(([bundle]) => named.includes(bundle)));
    await this.change((kept) => ({ ...kept, text, faults: only(kept.faults), runs: only(kept.runs) }), releases);
  }

  async giveUp(bundle: string, fault: ReleaseFault): Promise<void> {
    await this.change((kept) => ({ ...kept, faults: { ...kept.faults, [bundle]: fault } }));
  }

  async change(
    change: (before: StoredRegistry) => StoredRegistry,
    releases: StoredModel['releases'] = {},
  ): Promise<StoredRegistry | undefined> {
    return this.#use((storage) => changeRegistry(storage, { ...this.#now(), releases, change }));
  }

  #now(): { readonly url: string; readonly savedAt: number } {
    return { url: this.#options.url, savedAt: this.#options.settings.clock() };
  }

  async #use<T>(job: (storage: Storage) => Promise<T>): Promise<T | undefined> {
    try {
      return await job((await this.#options.opened).storage);
    } catch (error) {
      this.#options.onProblem(createProblem('storage_failed', `releases could not be read or kept: ${String(error)}`));
      return undefined;
    }
  }
}
