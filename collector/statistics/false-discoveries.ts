/**
 * p-values adjusted for how many there are, so that of those at or below q at most a share q is expected to be false
 * (Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x). In the order given.
 */
export function adjustForFalseDiscoveries(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  for (const [i, at] of order.entries()) {
    const rank = pValues.length - i;
    least = Math.min(least, ((pValues[at] ?? 1) * pValues.length) / rank);
    adjusted[at] = least;
  }
  return adjusted;
}
