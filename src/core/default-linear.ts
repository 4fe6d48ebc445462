import { GRAM_INPUTS } from './gram.ts';
import type { LinearModel } from './linear.ts';

// Made by scripts/default-linear.mjs from a bundle trained on public retail invoices (UCI "Online Retail", CC BY 4.0).
// What is not here has no weight.
const ROWS: Readonly<Record<string, readonly [mean: number, scale: number, weight: number]>> = {
  cosine_last: [0.101, 4.24, 0.228],
  cosine_decay60: [0.228, 2.39, 0.198],
  cosine_decay85: [0.241, 2.49, 0.225],
  cosine_mean: [0.186, 3.22, 0.181],
  cosine_max: [0.373, 4.33, 0.112],
  cosine_max4: [0.261, 4.61, 0.0608],
  neighbour_last: [0.00463, 31.9, 0.332],
  neighbour_decay60: [0.00854, 23, 0.174],
  neighbour_decay85: [0.00771, 32.8, -0.00561],
  neighbour_mean: [0.00585, 37.3, -0.116],
  neighbour_max: [0.0196, 17.7, 0.054],
  neighbour_max4: [0.00933, 24.2, 0.109],
  category_last: [0.162, 2.72, 0.127],
  category_share: [0.153, 4.64, -0.0202],
  own_purchases: [0.126, 2.65, 0.355],
  own_recency: [0.0501, 6.39, 0.108],
  own_share: [0.0375, 7.03, 0.119],
  own_last_session: [0.0433, 4.92, -0.0475],
  own_next: [0.038, 5.09, 0.0606],
  own_next_last: [0.00444, 18.5, 0.114],
  history_neighbour: [0.134, 2.47, -0.201],
  history_cosine: [0.147, 4.53, 0.179],
};
const NO_WEIGHT = [0, 0, 0] as const;

/** In standard deviations, as in training. */
const CLIP = 5;

/** The blend that ranks where no manifest can be read. */
export const DEFAULT_LINEAR: LinearModel = {
  features: GRAM_INPUTS.map((name) => {
    const [mean, scale] = ROWS[name] ?? NO_WEIGHT;
    return { name, mean, scale, clip: CLIP, missing: 'mean' };
  }),
  weights: GRAM_INPUTS.map((name) => (ROWS[name] ?? NO_WEIGHT)[2]),
};
