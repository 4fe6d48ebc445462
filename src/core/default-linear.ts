import type { LinearModel } from './linear.ts';

// Made by scripts/default-linear.mjs from a bundle trained on public retail invoices (UCI "Online Retail", CC BY 4.0).
const ROWS: readonly (readonly [name: string, mean: number, scale: number, weight: number])[] = [
  ['cosine_last', 0.1012, 4.242, 0.228],
  ['cosine_decay60', 0.2283, 2.386, 0.1983],
  ['cosine_decay85', 0.241, 2.494, 0.2246],
  ['cosine_mean', 0.1865, 3.223, 0.1813],
  ['cosine_max', 0.3734, 4.329, 0.1125],
  ['cosine_max4', 0.2606, 4.614, 0.06076],
  ['neighbour_last', 0.004633, 31.89, 0.3318],
  ['neighbour_decay60', 0.008544, 23.03, 0.1742],
  ['neighbour_decay85', 0.007713, 32.78, -0.005611],
  ['neighbour_mean', 0.005849, 37.27, -0.1165],
  ['neighbour_max', 0.01961, 17.73, 0.05399],
  ['neighbour_max4', 0.009332, 24.21, 0.1088],
  ['category_last', 0.1617, 2.716, 0.127],
  ['category_share', 0.153, 4.642, -0.02019],
  ['brand_last', 0, 0, 0],
  ['brand_share', 0, 0, 0],
  ['server_score', 0, 0, 0],
  ['server_rank', 0, 0, 0],
  ['server_lag', 0, 0, 0],
  ['popularity', 4.923, 0.9045, 0],
  ['recent_popularity', 4.417, 0.9426, 0],
  ['sales_1d', 0.6677, 1.429, 0],
  ['sales_3d', 1.219, 1.09, 0],
  ['sales_7d', 1.839, 0.9394, 0],
  ['item_age_days', 5.103, 1.695, 0],
  ['last_sale_days', 0.9423, 0.945, 0],
  ['price_gap', 0.01832, 0.9936, 0],
  ['fatigue', 0, 0, 0],
  ['own_purchases', 0.1261, 2.649, 0.3554],
  ['own_recency', 0.05006, 6.387, 0.1076],
  ['own_share', 0.03746, 7.028, 0.1185],
  ['own_last_session', 0.04326, 4.915, -0.04755],
  ['own_next', 0.03798, 5.091, 0.06061],
  ['own_next_last', 0.004436, 18.46, 0.1139],
  ['own_views', 0, 0, 0],
  ['own_view_recency', 0, 0, 0],
  ['own_dismissals', 0, 0, 0],
  ['history_neighbour', 0.1345, 2.469, -0.2009],
  ['history_cosine', 0.1466, 4.531, 0.1789],
  ['session_length', 2.541, 1.169, 0],
  ['earlier_sessions', 1.181, 0.859, 0],
  ['repeat_share', 0.2684, 2.998, 0],
  ['repeat_recent', 0.2714, 2.66, 0],
  ['list_popularity', 4.923, 1.797, 0],
  ['list_neighbour', 0.02207, 41.88, 0],
];

/** In standard deviations, as in training. */
const CLIP = 5;

/** The blend that ranks where no manifest can be read. */
export const DEFAULT_LINEAR: LinearModel = {
  features: ROWS.map(([name, mean, scale]) => ({ name, mean, scale, clip: CLIP, missing: 'mean' })),
  weights: ROWS.map(([, , , weight]) => weight),
};
