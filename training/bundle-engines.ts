import { type LocalModels, parseModels, scoreLocal } from '../src/core/bundle.ts';
import { BUNDLE_FILES, type BundleFileName, type Manifest } from '../src/core/manifest.ts';
import { isProblem } from '../src/core/problem.ts';
import { type BundleItem, readBundleItems } from './bundle-items.ts';
import { readBundleFile, readBundleManifest } from './bundle-manifest.ts';
import type { Vocabulary } from './catalogue.ts';
import { InputError } from './input-error.ts';
import type { Query } from './queries.ts';
import type { Scorer } from './score-queries.ts';
import type { SiteLog } from './site-log.ts';

/** A trained bundle as the trainer's own commands use it: the engines of core over the items it knows. */
export interface BundleEngines {
  readonly manifest: Manifest;
  readonly vocabulary: Vocabulary;
  /** Item data in the vocabulary's rows. */
  readonly data: readonly BundleItem[];
  /** `micro.bin`, whose scores are those of `rank.onnx` (the golden rows hold both to it). */
  readonly model: Scorer;
  readonly linear: Scorer;
}

/** Throws `InputError` where the bundle is not whole, not of this version, or does not reproduce its golden rows. */
export function readBundleEngines(bundleDir: string): BundleEngines {
  const manifest = readBundleManifest(bundleDir);
  const models = readBundleModels(bundleDir, manifest);
  const items = [...readBundleItems(bundleDir).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    manifest,
    data: items,
    vocabulary: vocabularyOf(items),
    model: (batch) => scoreLocal(batch, models, 'micro').scores,
    linear: (batch) => scoreLocal(batch, models, 'linear').scores,
  };
}

/** The engines of core alone. Throws `InputError` as `readBundleEngines` does. */
export function readBundleModels(bundleDir: string, manifest = readBundleManifest(bundleDir)): LocalModels {
  const files = Object.fromEntries(
    BUNDLE_FILES.map((name) => [name, new Uint8Array(readBundleFile(bundleDir, name)).buffer]),
  );
  const models = parseModels(manifest, files as Record<BundleFileName, ArrayBuffer>);
  checkModels(models, bundleDir);
  return models;
}

function checkModels({ micro, linearProblem }: LocalModels, bundleDir: string): void {
  const problem = isProblem(micro) ? micro : linearProblem;
  if (problem !== undefined) throw new InputError(`${bundleDir}: ${problem.message}; train again with this version`);
}

/** What the bundle's training knew, with its popularity as the order of equal scores. */
export const vocabularyOf = (items: readonly BundleItem[]): Vocabulary => ({
  ids: items.map(({ id }) => id),
  rows: new Map(items.map(({ id }, row) => [id, row])),
  counts: Float64Array.from(items, ({ popularity }) => popularity),
  firstAt: Float64Array.from(items, ({ publishedAt }) => publishedAt ?? Number.NaN),
});

/** Queries of sessions that began no later than the newest row of the bundle's training, which may hold them. */
export const trainedQueries = (queries: readonly Query[], { trainingWindow }: Manifest): Query[] =>
  queries.filter(({ startAt }) => startAt <= Date.parse(trainingWindow.to));

/** Throws `InputError` where the bundle's training may hold the session of a query from `file`. */
export function refuseTrained(file: string, queries: readonly Query[], manifest: Manifest): void {
  const trained = trainedQueries(queries, manifest);
  if (trained.length === 0) return;
  const [{ queryId, startAt }] = trained;
  throw new InputError(
    `${file}: query ${queryId} is of a session that began at ${new Date(startAt).toISOString()}, and the bundle was ` +
      `trained on events up to ${manifest.trainingWindow.to} (${String(trained.length)} of ${String(queries.length)} ` +
      'queries are such): figures on what a model has seen say nothing; leave these queries out or train on less',
  );
}

export type Split = 'valid' | 'test';

/** Start and end of a held-out part, epoch ms. Throws `InputError` where the bundle was trained on it, or it is empty. */
export function heldOutPart(log: SiteLog, { trainingWindow }: Manifest, split: Split) {
  const { validFrom, testFrom } = log.splits;
  const [from, to] = split === 'valid' ? [validFrom, testFrom] : [testFrom, Number.POSITIVE_INFINITY];
  if (!Number.isFinite(from)) throw new InputError('the log has no test part: it brings no splits.json');
  if (Date.parse(trainingWindow.to) >= from) {
    throw new InputError(
      `the bundle was trained on events up to ${trainingWindow.to}, within or after the ${split} part; ` +
        'figures on what a model has seen say nothing: choose a later split or train with --fit train',
    );
  }
  return { from, to };
}
