/** A standard Gumbel number (extreme values of type 1), by inversion. */
export function gumbel(random: () => number): number {
  return -Math.log(-Math.log(1 - random()) || Number.MIN_VALUE);
}

/** An index drawn in proportion to its weight; the last one where rounding leaves a rest. */
export function pickIndex(random: () => number, weights: readonly number[]): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let index = 0; index < weights.length - 1; index++) {
    left -= weights[index];
    if (left < 0) return index;
  }
  return weights.length - 1;
}
