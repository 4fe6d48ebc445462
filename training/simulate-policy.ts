/** An order drawn by `drawOrder`. */
export interface DrawnOrder {
  /** Index into the scores at each place. */
  readonly order: readonly number[];
  /** Chance of what stands at each place, given the places before it. */
  readonly propensities: readonly number[];
}

/**
 * Fills `places` places one after the other, each by a softmax draw among what is left (Plackett 1975, Luce 1959): the
 * chance of each draw, given the earlier ones, is exactly known.
 */
export function drawOrder(random: () => number, scores: readonly number[], places: number): DrawnOrder {
  const left = scores.map((score, index) => ({ index, weight: Math.exp(score) }));
  const order: number[] = [];
  const propensities: number[] = [];
  while (order.length < Math.min(places, scores.length)) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    let rest = random() * total;
    let taken = left.findIndex(({ weight }) => (rest -= weight) < 0);
    // rounding may leave a rest beyond the last one
    if (taken === -1) taken = left.length - 1;
    const [{ index, weight }] = left.splice(taken, 1);
    order.push(index);
    propensities.push(weight / total);
  }
  return { order, propensities };
}

/** Within 1e-5 of the sum over every order, 1e-6 with 3 candidates a place (test/unit/simulate-policy.test.ts). */
const NODES = createLegendreNodes(24);

/**
 * Expected value at each place when `drawOrder` fills them: `values[i]` is what item i is worth at any place.
 *
 * A Plackett-Luce order is the order of independent exponential times with rates exp(score). So item i stands at place
 * k if k others came before its time t; the sum over orders becomes one integral over t, taken by Gauss and Legendre
 * over v = exp(-rate t).
 */
export function expectedByPlace(scores: readonly number[], values: readonly number[], places: number): number[] {
  const count = Math.min(places, scores.length);
  const weights = scores.map((score) => Math.exp(score));
  const survivors = weights.toSorted((a, b) => a - b).slice(0, scores.length - count + 1);
  // a third of the slowest decay: the integrand is then at least twice differentiable at v = 0
  const rate = survivors.reduce((sum, weight) => sum + weight, 0) / 3;
  const result = new Array<number>(count).fill(0);
  for (const { at, share } of NODES) {
    const marked = markedArrivals(weights, values, { time: -Math.log(at) / rate, count });
    for (let k = 0; k < count; k++) result[k] += (share / (rate * at)) * marked[k];
  }
  return result;
}

/** At k: density of "an item arrives now, k others did before", weighted by the item's value. */
function markedArrivals(
  weights: readonly number[],
  values: readonly number[],
  { time, count }: { readonly time: number; readonly count: number },
): Float64Array {
  const arrived = new Float64Array(count);
  const marked = new Float64Array(count);
  arrived[0] = 1;
  for (let i = 0; i < weights.length; i++) {
    const late = Math.exp(-weights[i] * time);
    const early = 1 - late;
    const now = values[i] * weights[i] * late;
    for (let k = count - 1; k > 0; k--) {
      marked[k] = marked[k] * late + marked[k - 1] * early + arrived[k] * now;
      arrived[k] = arrived[k] * late + arrived[k - 1] * early;
    }
    marked[0] = marked[0] * late + arrived[0] * now;
    arrived[0] *= late;
  }
  return marked;
}

/** Nodes and weights of Gauss-Legendre quadrature over (0, 1), by Newton's method on the Legendre polynomial. */
function createLegendreNodes(count: number): readonly { readonly at: number; readonly share: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 20; round++) {
      let [last, value] = [1, x];
      for (let n = 2; n <= count; n++) [last, value] = [value, ((2 * n - 1) * x * value - (n - 1) * last) / n];
      slope = (count * (x * value - last)) / (x * x - 1);
      x -= value / slope;
    }
    return { at: (1 + x) / 2, share: 1 / ((1 - x * x) * slope * slope) };
  });
}
