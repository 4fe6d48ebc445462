import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Batch,
  CANDIDATE_FEATURES,
  CONTEXT_FEATURES,
  EVENT_ACTIONS,
  EVENT_FEATURES,
  FEATURE_SCHEMA_HASH,
  LOGITS,
  TENSORS,
} from '../src/core/contract.ts';
import type { FeatureRule } from '../src/core/feature-rule.ts';
import { feedOf } from '../src/core/model-contract.ts';
import { createRandom } from '../src/core/random.ts';
import { readBundleManifest } from './bundle-manifest.ts';
import { createVocabulary } from './catalogue.ts';
import { CHOICES, drawExamples } from './examples.ts';
import { fitRules } from './fit.ts';
import { InputError } from './input-error.ts';
import { NpyFile } from './npy-file.ts';
import { prepareOutFolder } from './out-folder.ts';
import { readSiteLog } from './site-log.ts';

export interface ExportOptions {
  readonly dataDir: string;
  readonly outDir: string;
  /** A trained bundle whose means stand in for what is missing; default: the examples' own. */
  readonly bundleDir?: string;
  readonly maxExamples: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface ExportResult {
  readonly examples: number;
  readonly choices: number;
  readonly tensors: readonly string[];
  readonly seed: number;
  readonly rejectedRows: number;
}

/** Writes what a ranker is trained on, drawn as `train` draws it: one `.npy` file a tensor and `examples.json`. */
export async function exportExamples(options: ExportOptions): Promise<ExportResult> {
  const { dataDir, outDir, bundleDir, seed, maxExamples, progress, warn } = options;
  const given = bundleDir === undefined ? undefined : readBundleManifest(bundleDir).features;
  const log = await readSiteLog(dataDir, warn);
  const cut = log.splits.validFrom;
  const sessions = log.sessions
    .filter(({ startAt }) => startAt < cut)
    .map((session) => ({ ...session, events: session.events.filter(({ at }) => at < cut) }));
  if (sessions.length === 0) throw new InputError(`${dataDir}: no session begins before the validation part`);
  prepareOutFolder(outDir);
  const writer = new TensorWriter(outDir);
  const vocabulary = createVocabulary(sessions);
  const random = createRandom(seed);
  const onBatch = (batch: Batch): void => writer.add(batch);
  const examples = drawExamples({ log, sessions, vocabulary, maxExamples, random, progress, onBatch });
  writer.close();
  if (examples.count === 0) throw new InputError(`${dataDir}: no example can be drawn; bring more sessions`);
  const text = JSON.stringify(describe(examples.count, given ?? fitRules(examples)), null, 2);
  writeFileSync(join(outDir, 'examples.json'), `${text}\n`);
  const tensors = TENSORS.map(({ name }) => name);
  return { examples: examples.count, choices: CHOICES, tensors, seed, rejectedRows: log.rejectedRows };
}

/** Sizes of one example: the leading 1 becomes the examples' axis. */
const rowShape = (shape: readonly unknown[]): number[] =>
  shape.slice(1).map((size) => (typeof size === 'number' ? size : CHOICES));

class TensorWriter {
  readonly #files;

  constructor(outDir: string) {
    this.#files = TENSORS.map((spec) => {
      const file = new NpyFile(join(outDir, `${spec.name}.npy`), spec.type, rowShape(spec.shape));
      return { spec, file };
    });
  }

  add(batch: Batch): void {
    for (const { spec, file } of this.#files) file.add(feedOf(spec, batch).data);
  }

  close(): void {
    this.#files.forEach(({ file }) => file.close());
  }
}

/** `examples.json`: everything that the files do not say themselves. */
function describe(count: number, rules: readonly FeatureRule[]) {
  const mean = new Map(rules.map((rule) => [rule.name, rule.mean]));
  const fill = (names: readonly string[]): number[] => names.map((name) => mean.get(name) ?? 0);
  return {
    featureSchemaHash: FEATURE_SCHEMA_HASH,
    examples: count,
    order: 'by time of the session',
    choices: CHOICES,
    target: 0,
    tensors: TENSORS.map(({ name, type, shape }) => ({
      ...{ name, file: `${name}.npy`, type, shape: [count, ...rowShape(shape)], input: shape },
    })),
    output: LOGITS,
    columns: {
      cand_num: CANDIDATE_FEATURES,
      event_num: EVENT_FEATURES,
      event_act: EVENT_ACTIONS,
      ctx: CONTEXT_FEATURES,
    },
    // NaN is missing; when serving, these stand in for it, and 0 in every other tensor
    fill: { cand_num: fill(CANDIDATE_FEATURES), ctx: fill(CONTEXT_FEATURES) },
  };
}
