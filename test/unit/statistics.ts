/** Above this a standard normal number lies with a chance of 1 in 30,000 on either side: what tests call too far. */
export const FAR = 4;

/** What a chi-square number of that many degrees exceeds as rarely as a normal one `FAR` (Wilson and Hilferty 1931). */
export const chiSquareLimit = (degrees: number): number =>
  degrees * (1 - 2 / (9 * degrees) + FAR * Math.sqrt(2 / (9 * degrees))) ** 3;

export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** Of independent numbers, or of the terms of a sum whose errors are martingale differences. */
export function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** The middle of a binomial: both ends left out have a chance of at most `tail`. */
export function binomialRange(count: number, chance: number, tail: number): readonly [number, number] {
  let [below, probability, low, high] = [0, (1 - chance) ** count, 0, count];
  for (let k = 0; k <= count; k++) {
    if (below + probability <= tail) low = k + 1;
    if (1 - below <= tail) {
      high = k - 1;
      break;
    }
    below += probability;
    probability *= ((count - k) / (k + 1)) * (chance / (1 - chance));
  }
  return [low, high];
}
