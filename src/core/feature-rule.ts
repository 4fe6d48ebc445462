import { type Batch, CANDIDATE_FEATURES, CONTEXT_FEATURES } from './contract.ts';

/** How one input of the ranker is made ready: z = clip((x - mean) * scale, +-clip). */
export interface FeatureRule {
  readonly name: string;
  readonly mean: number;
  /** 1 / standard deviation in training; 0 for an input that training never saw vary, which switches it off. */
  readonly scale: number;
  /** In standard deviations. */
  readonly clip: number;
  /** A missing value (NaN, infinite) becomes the training mean. */
  readonly missing: 'mean';
}

/** Replaces what is missing or not finite, in place, by the rules' means. Every engine needs this first. */
export function fillMissing(batch: Batch, rules: readonly FeatureRule[]): Batch {
  const mean = new Map(rules.map((rule) => [rule.name, rule.mean]));
  fillColumns(batch.candNum, CANDIDATE_FEATURES, mean);
  fillColumns(batch.ctx, CONTEXT_FEATURES, mean);
  for (const values of [batch.eventNum, batch.pairNbr, batch.candScale, batch.eventScale]) {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = 0;
  }
  return batch;
}

function fillColumns(values: Float32Array, names: readonly string[], mean: ReadonlyMap<string, number>): void {
  const means = names.map((name) => mean.get(name) ?? 0);
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = means[i % names.length];
}
