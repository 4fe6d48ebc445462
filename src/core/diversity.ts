import { VECTOR_DIM } from './contract.ts';
import { packVectors } from './packed-items.ts';

/**
 * How different the items of a list are, in [0, 1]: the mean over all pairs of (1 - cosine) / 2 of their "out" vectors,
 * rounded to 4 decimals. Undefined where fewer than two have one. The complement of intra-list similarity (Ziegler et al.
 * 2005, doi:10.1145/1060745.1060754).
 */
export function diversityOf(items: readonly { readonly vec?: string }[]): number | undefined {
  const vectors = packVectors(items);
  const sum = new Float64Array(VECTOR_DIM);
  let count = 0;
  for (let row = 0; row < items.length; row++) {
    const vector = vectors.subarray(row * VECTOR_DIM, (row + 1) * VECTOR_DIM);
    const length = Math.hypot(...vector);
    if (length === 0) continue;
    vector.forEach((value, d) => (sum[d] += value / length));
    count++;
  }
  if (count < 2) return undefined;
  // |sum of directions|^2 is `count`, each with itself, and twice the cosine of every pair
  const cosine = (sum.reduce((total, value) => total + value * value, 0) - count) / (count * (count - 1));
  return Math.max(0, Math.round(5000 * (1 - cosine)) / 10_000);
}
