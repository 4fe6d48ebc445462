import type { EngineTrial } from '../core/engine-trial.ts';
import { type StoredModel, TABLE_NAMES, type TableName, type Tables } from './schema.ts';
import type { Storage } from './storage.ts';

/** A kept bundle in words: its bytes are the site's. */
export type ExportedModel = Omit<StoredModel, 'bundle'> & {
  readonly bundle: null | {
    /** Text of `manifest.json`. */
    readonly manifest: string;
    /** Bytes by name. */
    readonly files: Readonly<Record<string, number>>;
  };
};

/** Every row, by table; plain JSON. */
export type ExportedRows = {
  readonly [Name in Exclude<TableName, 'models' | 'state'>]: readonly Tables[Name]['value'][];
} & {
  readonly models: readonly ExportedModel[];
  /** Who, which session, and the counters; null before the first act. */
  readonly visit: Tables['state']['value'] | null;
  /** How engines fared on this device. */
  readonly trials: readonly EngineTrial[];
};

/** Everything that is stored, as of one moment. Rejects where storage fails. */
export const exportStorage = (storage: Storage): Promise<ExportedRows> =>
  storage.transact({
    tables: TABLE_NAMES,
    mode: 'readonly',
    run: async (transaction) => ({
      visit: (await transaction.get('state', 'visit')) ?? null,
      signals: await transaction.all('signals'),
      items: await transaction.all('items'),
      slates: await transaction.all('slates'),
      outbox: await transaction.all('outbox'),
      models: (await transaction.all('models')).map((model) => ({ ...model, bundle: describe(model) })),
      trials: await transaction.trials(),
    }),
  });

const describe = ({ bundle }: StoredModel): ExportedModel['bundle'] =>
  bundle && {
    manifest: bundle.manifest,
    files: Object.fromEntries(Object.entries(bundle.files).map(([name, { byteLength }]) => [name, byteLength])),
  };
