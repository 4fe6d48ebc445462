/**
 * Rows from best to worst: by score descending, ties and scores that are not finite by the server's rank (row
 * number). A total, stable order of all rows; scores that are not finite come last. `finite` tells whether all were.
 */
export function orderByScore(scores: ArrayLike<number>): {
  readonly order: readonly number[];
  readonly finite: boolean;
} {
  const value = (row: number): number => (Number.isFinite(scores[row]) ? scores[row] : Number.NEGATIVE_INFINITY);
  const order = Array.from({ length: scores.length }, (_, row) => row);
  const finite = order.every((row) => Number.isFinite(scores[row]));
  order.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? a - b : right > left ? 1 : -1;
  });
  return { order, finite };
}
