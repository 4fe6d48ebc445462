import { GRAM_INPUTS } from './gram.ts';
import type { LinearModel } from './linear.ts';

export const DEFAULT_LINEAR: LinearModel = {
  features: GRAM_INPUTS.map((name) => ({ name, mean: 0, scale: 1, clip: 5, missing: 'mean' })),
  weights: GRAM_INPUTS.map((name) => (/^(cosine|neighbour)_/.test(name) ? 1 : 0)),
};
