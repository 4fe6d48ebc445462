import type { Batch } from './contract.ts';
import { DEFAULT_LINEAR } from './default-linear.ts';
import { type FeatureRule, fillMissing } from './feature-rule.ts';
import { goldenBatch, isGoldenMatch } from './golden.ts';
import { type LinearModel, scoreLinear } from './linear.ts';
import { type BundleFileName, type Manifest, isPromised, parseLinear } from './manifest.ts';
import { type MicroModel, parseMicro, scoreMicro } from './micro.ts';
import type { Score } from './occlusion.ts';
import { type Problem, createProblem, isProblem } from './problem.ts';
import type { Tier } from './slate.ts';
import type { Head } from './utility.ts';

/** A fetched and verified file, or why there is none. */
export type BundleFiles = Readonly<Record<BundleFileName, ArrayBuffer | Problem>>;

/** The engines that need nothing but core, ready to score; `micro` may be missing with its problem, or not promised. */
export interface LocalModels {
  readonly modelId: string;
  /** Rules of `micro` and of the onnxruntime engines. */
  readonly features: readonly FeatureRule[];
  /** Columns of `micro` and of the onnxruntime engines. */
  readonly heads: readonly Head[];
  readonly linear: LinearModel;
  /** Null where the bundle promises none: `linear` is the small engine then. */
  readonly micro: MicroModel | Problem | null;
  /** Set where the compiled-in weights stand in for the bundle's linear blend. */
  readonly linearProblem?: Problem;
}

export interface LocalScores {
  readonly tier: 'micro' | 'linear';
  /** Empty where the compiled-in weights scored. */
  readonly modelId: string;
  /** [M, H] row-major; `linear` has the first head alone. */
  readonly scores: Float32Array;
  readonly heads: readonly Head[];
  readonly problem?: Problem;
}

/** Far above any real blend; spreading more bytes into one call could overflow the stack. */
const MAX_LINEAR_BYTES = 20_000;

/** What ranks where no manifest could be read (or none is wanted): the weights compiled into core. */
export const defaultModels = (problem: Problem): LocalModels => ({
  modelId: '',
  features: DEFAULT_LINEAR.features,
  heads: [{ name: 'next_item' }],
  linear: DEFAULT_LINEAR,
  micro: problem,
  linearProblem: problem,
});

/** Reads the small engines of a bundle and runs its golden rows on them. Never throws. */
export function parseModels(manifest: Manifest, files: BundleFiles): LocalModels {
  const { modelId, features, heads } = manifest;
  const micro = isPromised(manifest, 'micro.bin') ? checkMicro(manifest, files['micro.bin']) : null;
  const linear = checkLinear(manifest, files['linear.json']);
  if (!isProblem(linear)) return { modelId, features, heads, linear, micro };
  return { modelId, features, heads, linear: DEFAULT_LINEAR, micro, linearProblem: linear };
}

function checkMicro(manifest: Manifest, file: ArrayBuffer | Problem): MicroModel | Problem {
  if (isProblem(file)) return file;
  const model = parseMicro(new Uint8Array(file));
  if (model === undefined) return createProblem('bundle_file_invalid', 'micro.bin is not a model for this version');
  const matches = manifest.golden.every((row) => {
    const logits = scoreMicro(fillMissing(goldenBatch(row), manifest.features), manifest.features, model);
    return isGoldenMatch(logits, row.logits);
  });
  return matches ? model : createProblem('engine_golden_mismatch', 'micro.bin does not reproduce the golden rows');
}

function checkLinear(manifest: Manifest, file: ArrayBuffer | Problem): LinearModel | Problem {
  if (isProblem(file)) return file;
  const text = String.fromCharCode(...new Uint8Array(file));
  const blend = file.byteLength > MAX_LINEAR_BYTES ? undefined : parseLinear(text);
  if (blend === undefined) return createProblem('bundle_file_invalid', 'linear.json is not a blend for this version');
  const model = { features: manifest.features, weights: blend.weights };
  const matches = manifest.golden.every((row) =>
    isGoldenMatch(scoreLinear(fillMissing(goldenBatch(row), model.features), model), row.linear),
  );
  return matches ? model : createProblem('engine_golden_mismatch', 'linear.json does not reproduce the golden rows');
}

/** Of the model that answers with this tier; empty where the compiled-in weights do. */
export const modelIdOf = ({ modelId, linearProblem }: LocalModels, tier: Tier): string =>
  tier === 'server' || (tier === 'linear' && linearProblem) ? '' : modelId;

/** Column 0 of [M, H] logits. */
export const headScores = (logits: Float32Array, heads: number): Float32Array =>
  heads === 1 ? logits : logits.filter((_, i) => i % heads === 0);

/** The small engine that answered a slate with `tier` and `modelId`; undefined where it is not there any more. */
export function scorerOf(models: LocalModels, tier: Tier, modelId: string): Score | undefined {
  const { features, micro, linear } = models;
  if (tier === 'linear') {
    // the compiled-in weights, which have no id, are always there
    const blend = modelId === '' ? DEFAULT_LINEAR : linear;
    const isThere = modelId === '' || modelIdOf(models, tier) === modelId;
    return isThere ? (batch) => scoreLinear(fillMissing(batch, blend.features), blend) : undefined;
  }
  if (tier !== 'micro' || micro === null || isProblem(micro) || models.modelId !== modelId) return undefined;
  return (batch) => {
    const logits = scoreMicro(fillMissing(batch, features), features, micro);
    return headScores(logits, logits.length / batch.size);
  };
}

/** Scores with the strongest small engine that there is, at most `maxTier`. Fills what is missing in `batch`. */
export function scoreLocal(batch: Batch, models: LocalModels, maxTier: 'micro' | 'linear' = 'micro'): LocalScores {
  const { features, heads, micro, linear, linearProblem } = models;
  if (maxTier === 'linear' || micro === null || isProblem(micro)) {
    const problem = maxTier !== 'linear' && isProblem(micro) ? micro : linearProblem;
    const scores = scoreLinear(fillMissing(batch, linear.features), linear);
    const modelId = modelIdOf(models, 'linear');
    return { tier: 'linear', modelId, scores, heads: heads.slice(0, 1), ...(problem && { problem }) };
  }
  const scores = scoreMicro(fillMissing(batch, features), features, micro);
  return { tier: 'micro', modelId: models.modelId, scores, heads };
}
