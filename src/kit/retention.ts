import { RETENTION_EVERY_MS, deleteOld } from '../store/retention.ts';
import type { Storage } from '../store/storage.ts';
import type { Settings } from './settings.ts';

export interface RetentionOptions {
  readonly settings: Settings;
  /** Runs one storage job; its failure is reported. */
  readonly use: (job: (storage: Storage) => Promise<void>) => Promise<void>;
}

/** Has what is too old deleted, once a day by the clock: a page may be open for months. */
export class Retention {
  readonly #options: RetentionOptions;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.look();
  }

  /** To be called at each act; where the database is not opened, nothing is looked for yet. */
  look(): void {
    const { settings, use } = this.#options;
    const now = settings.clock();
    if (!settings.consents.stores || Math.abs(now - this.#lookedAt) < RETENTION_EVERY_MS) return;
    this.#lookedAt = now;
    void use((storage) => deleteOld(storage, { environment: settings, days: settings.retentionDays }));
  }
}
