import { type Batch } from './contract.ts';
import type { FeatureRule } from './feature-rule.ts';
import { GRAM_INPUTS, gramInputs } from './gram.ts';

/** The tuned linear blend: one weight an input of `gram`, on standardised values. */
export interface LinearModel {
  readonly features: readonly FeatureRule[];
  /** In the order of GRAM_INPUTS. */
  readonly weights: readonly number[];
}

/** Standardises `inputs` [M, rules] in place. */
export function standardise(inputs: Float32Array, rules: readonly FeatureRule[]): Float32Array {
  const width = rules.length;
  for (let i = 0; i < inputs.length; i++) {
    const { mean, scale, clip } = rules[i % width];
    inputs[i] = Math.min(clip, Math.max(-clip, (inputs[i] - mean) * scale));
  }
  return inputs;
}

/** One logit a candidate. `batch` has been through `fillMissing`. */
export function scoreLinear(batch: Batch, model: LinearModel): Float32Array {
  const inputs = standardise(gramInputs(batch), model.features);
  const width = GRAM_INPUTS.length;
  return Float32Array.from({ length: batch.size }, (_, m) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += inputs[m * width + i] * model.weights[i];
    return sum;
  });
}
