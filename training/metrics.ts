/** Quality of one ranked query from the zero-based rank of its only relevant item. */
export interface QueryQuality {
  readonly 'HR@10': number;
  readonly MRR: number;
  readonly 'NDCG@10': number;
}

/** HR@10, reciprocal rank and NDCG@10 with one relevant item (Järvelin & Kekäläinen 2002: ideal gain 1). */
export const qualityOf = (rank: number): QueryQuality => ({
  'HR@10': rank < 10 ? 1 : 0,
  MRR: 1 / (rank + 1),
  'NDCG@10': rank < 10 ? 1 / Math.log2(rank + 2) : 0,
});

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
  const count = differences.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += differences[i];
  const mean = sum / Math.max(1, count);
  const residuals = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    residuals.set(clusters[i], (residuals.get(clusters[i]) ?? 0) + differences[i] - mean);
  }
  const groups = residuals.size;
  if (groups < 2) return { mean: round4(mean), low: null, high: null };
  let squares = 0;
  for (const residual of residuals.values()) squares += residual * residual;
  const error = Math.sqrt((squares * groups) / (groups - 1)) / count;
  return { mean: round4(mean), low: round4(mean - Z * error), high: round4(mean + Z * error) };
}
