/** The rank of a target that is not among what was ranked: it earns nothing in any metric. */
export const ABSENT = Number.POSITIVE_INFINITY;

/** Quality of one ranked query from the zero-based rank of its only relevant item. */
export interface QueryQuality {
  readonly 'HR@10': number;
  readonly MRR: number;
  readonly 'NDCG@10': number;
}

/** HR@10, reciprocal rank and NDCG@10 with one relevant item (Järvelin & Kekäläinen 2002: ideal gain 1). */
export const qualityOf = (rank: number): QueryQuality => ({
  'HR@10': hit(rank, 10),
  MRR: 1 / (rank + 1),
  'NDCG@10': ndcg10(rank),
});

/** NDCG@10 of one query with one relevant item. */
export const ndcg10 = (rank: number): number => (rank < 10 ? 1 / Math.log2(rank + 2) : 0);
export const hit = (rank: number, k: number): number => (rank < k ? 1 : 0);

/** Rounded as every metric in the commands' JSON. */
export const round4 = (value: number): number => Math.round(value * 1e4) / 1e4;

export function meanQuality(ranks: ArrayLike<number>): QueryQuality {
  const sums = { 'HR@10': 0, MRR: 0, 'NDCG@10': 0 };
  for (let i = 0; i < ranks.length; i++) {
    const quality = qualityOf(ranks[i]);
    sums['HR@10'] += quality['HR@10'];
    sums.MRR += quality.MRR;
    sums['NDCG@10'] += quality['NDCG@10'];
  }
  const count = Math.max(1, ranks.length);
  return {
    'HR@10': round4(sums['HR@10'] / count),
    MRR: round4(sums.MRR / count),
    'NDCG@10': round4(sums['NDCG@10'] / count),
  };
}

export interface Interval {
  readonly mean: number;
  /** Null, as `high`, where it is not estimable: with one cluster. */
  readonly low: number | null;
  readonly high: number | null;
}

/** 97.5 % point of the standard normal; clusters are hundreds of sessions. */
const Z = 1.959963984540054;

/**
 * Mean of paired differences with a 95 % interval whose variance is clustered (Liang & Zeger 1986, for a ratio mean):
 * differences within one cluster (a session) may depend on each other. Not estimable with one cluster: its ends are
 * null then.
 */
export function clusteredInterval(differences: ArrayLike<number>, clusters: readonly string[]): Interval {
  const mean = sumOf(differences) / Math.max(1, differences.length);
  const error = clusteredError(differences, clusters);
  if (!Number.isFinite(error)) return { mean: round4(mean), low: null, high: null };
  return { mean: round4(mean), low: round4(mean - Z * error), high: round4(mean + Z * error) };
}

export interface RatioInput {
  readonly numerators: ArrayLike<number>;
  readonly denominators: ArrayLike<number>;
  readonly clusters: readonly string[];
}

export interface Ratio {
  /** Null where the denominator is 0. */
  readonly ratio: number | null;
  /** Null, as `high`, where it is not estimable: one cluster, or a denominator whose own interval reaches 0. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Ratio of two means over the same queries with a 95 % interval by the delta method (the linearised ratio estimator,
 * Cochran 1977, chapter 6), clustered as `clusteredInterval` is.
 */
export function clusteredRatio({ numerators, denominators, clusters }: RatioInput): Ratio {
  const bottom = clusteredInterval(denominators, clusters);
  const mean = sumOf(denominators) / Math.max(1, denominators.length);
  // sums of differences that cancel leave a rest of rounding
  if (Math.abs(mean) < 1e-12) return { ratio: null, low: null, high: null };
  const ratio = sumOf(numerators) / sumOf(denominators);
  const estimable = bottom.low !== null && bottom.high !== null && bottom.low * bottom.high > 0;
  if (!estimable) return { ratio: round4(ratio), low: null, high: null };
  const linear = Float64Array.from(numerators, (value, i) => (value - ratio * denominators[i]) / mean);
  const error = clusteredError(linear, clusters);
  return { ratio: round4(ratio), low: round4(ratio - Z * error), high: round4(ratio + Z * error) };
}

const sumOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
};

/** Standard error of a mean under clustering; NaN with one cluster. */
function clusteredError(values: ArrayLike<number>, clusters: readonly string[]): number {
  const mean = sumOf(values) / Math.max(1, values.length);
  const residuals = new Map<string, number>();
  for (let i = 0; i < values.length; i++) {
    residuals.set(clusters[i], (residuals.get(clusters[i]) ?? 0) + values[i] - mean);
  }
  const groups = residuals.size;
  if (groups < 2) return Number.NaN;
  let squares = 0;
  for (const residual of residuals.values()) squares += residual * residual;
  return Math.sqrt((squares * groups) / (groups - 1)) / values.length;
}
