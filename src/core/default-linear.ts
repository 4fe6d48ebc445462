import type { LinearModel } from './linear.ts';

// Made by scripts/default-linear.mjs from a bundle trained on public retail invoices (UCI "Online Retail", CC BY 4.0).
const ROWS: readonly (readonly [name: string, mean: number, scale: number, weight: number])[] = [
  ['cosine_last', 0.07153, 4.674, 0.2156],
  ['cosine_decay60', 0.1587, 2.727, 0.1809],
  ['cosine_decay85', 0.1661, 2.922, 0.24],
  ['cosine_mean', 0.1296, 3.719, 0.2011],
  ['cosine_max', 0.3273, 4.732, 0.06033],
  ['cosine_max4', 0.2217, 5.116, 0.1003],
  ['neighbour_last', 0.002891, 39.58, 0.2578],
  ['neighbour_decay60', 0.004683, 29.83, 0.1786],
  ['neighbour_decay85', 0.003757, 45.67, 0.0492],
  ['neighbour_mean', 0.002774, 50.84, -0.06575],
  ['neighbour_max', 0.009612, 25.9, 0.06588],
  ['neighbour_max4', 0.004939, 32.73, 0.07824],
  ['category_last', 0.1474, 2.821, 0.156],
  ['category_share', 0.1403, 4.87, -0.02886],
  ['brand_last', 0, 0, 0],
  ['brand_share', 0, 0, 0],
  ['server_score', 0, 0, 0],
  ['server_rank', 0, 0, 0],
  ['server_lag', 0, 0, 0],
  ['popularity', 4.761, 0.9208, 0],
  ['recent_popularity', 4.254, 0.9589, 0],
  ['sales_1d', 0.557, 1.555, 0],
  ['sales_3d', 1.059, 1.155, 0],
  ['sales_7d', 1.647, 0.9728, 0],
  ['item_age_days', 5.092, 1.851, 0],
  ['price_gap', 0.01255, 0.9625, 0],
  ['fatigue', 0, 0, 0],
  ['own_purchases', 0.07543, 3.338, 0.2375],
  ['own_recency', 0.02804, 8.566, 0.1607],
  ['own_share', 0.01869, 10.07, 0.1616],
  ['own_last_session', 0.01842, 7.438, -0.02628],
  ['own_next', 0.02086, 6.838, 0.09117],
  ['own_views', 0, 0, 0],
  ['own_view_recency', 0, 0, 0],
  ['own_dismissals', 0, 0, 0],
  ['session_length', 2.531, 1.165, 0],
  ['earlier_sessions', 1.16, 0.8691, 0],
];

/** In standard deviations, as in training. */
const CLIP = 5;

/** The blend that ranks where no manifest can be read. */
export const DEFAULT_LINEAR: LinearModel = {
  features: ROWS.map(([name, mean, scale]) => ({ name, mean, scale, clip: CLIP, missing: 'mean' })),
  weights: ROWS.map(([, , , weight]) => weight),
};
