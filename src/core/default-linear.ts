import type { LinearModel } from './linear.ts';

// Made by scripts/default-linear.mjs from a bundle trained on public retail invoices (UCI "Online Retail", CC BY 4.0).
const ROWS: readonly (readonly [name: string, mean: number, scale: number, weight: number])[] = [
  ['cosine_last', 0.07035, 4.554, 0.1998],
  ['cosine_decay60', 0.1558, 2.658, 0.1727],
  ['cosine_decay85', 0.1631, 2.86, 0.2128],
  ['cosine_mean', 0.1266, 3.617, 0.1519],
  ['cosine_max', 0.3302, 4.748, 0.133],
  ['cosine_max4', 0.2245, 5.115, 0.1104],
  ['neighbour_last', 0.00342, 35.58, 0.2739],
  ['neighbour_decay60', 0.00566, 26.55, 0.1701],
  ['neighbour_decay85', 0.004641, 40.11, 0.05024],
  ['neighbour_mean', 0.003448, 45, -0.04865],
  ['neighbour_max', 0.01189, 23.04, 0.06257],
  ['neighbour_max4', 0.005992, 29.27, 0.07649],
  ['category_last', 0.1474, 2.821, 0.1339],
  ['category_share', 0.1403, 4.87, -0.03155],
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
  ['last_sale_days', 1.064, 0.9095, 0],
  ['price_gap', 0.01255, 0.9625, 0],
  ['fatigue', 0, 0, 0],
  ['own_purchases', 0.07543, 3.338, 0.2677],
  ['own_recency', 0.02804, 8.566, 0.1624],
  ['own_share', 0.01869, 10.07, 0.1395],
  ['own_last_session', 0.01842, 7.438, -0.02849],
  ['own_next', 0.02086, 6.838, 0.05591],
  ['own_next_last', 0.00266, 22.89, 0.1217],
  ['own_views', 0, 0, 0],
  ['own_view_recency', 0, 0, 0],
  ['own_dismissals', 0, 0, 0],
  ['history_neighbour', 0.09062, 3.077, -0.1393],
  ['history_cosine', 0.1164, 4.991, 0.135],
  ['session_length', 2.531, 1.165, 0],
  ['earlier_sessions', 1.16, 0.8691, 0],
  ['repeat_share', 0.2667, 2.996, 0],
  ['repeat_recent', 0.2677, 2.67, 0],
  ['list_popularity', 0, 0, 0],
  ['list_neighbour', 0, 0, 0],
];

/** In standard deviations, as in training. */
const CLIP = 5;

/** The blend that ranks where no manifest can be read. */
export const DEFAULT_LINEAR: LinearModel = {
  features: ROWS.map(([name, mean, scale]) => ({ name, mean, scale, clip: CLIP, missing: 'mean' })),
  weights: ROWS.map(([, , , weight]) => weight),
};
