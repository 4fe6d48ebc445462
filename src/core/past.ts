import { MAX_NEIGHBOURS, VECTOR_DIM } from './contract.ts';
import type { FeatureInput, KnownItems } from './features.ts';
import { NORM_EPSILON } from './gram.ts';
import type { VisitorFacts } from './visitor.ts';

/** The taste that a visitor's whole stored history shows, whatever the running session is about. */
export interface Past {
  /** [32] unit mean of the "in" vectors of items met in earlier sessions, or zeros. */
  readonly vector: Float64Array;
  /** log(1 + purchases + views) of an item, or 0. */
  readonly weightOf: (item: number) => number;
}

export function pastOf(visitor: VisitorFacts, { items, rowOf }: KnownItems): Past {
  const weightOf = (item: number): number => {
    const met = visitor.item(item);
    return met === undefined ? 0 : Math.log1p(met.purchases + met.views);
  };
  const vector = new Float64Array(VECTOR_DIM);
  for (const item of visitor.items.keys()) {
    const [weight, row] = [weightOf(item), rowOf(item)];
    if (weight === 0 || row < 0) continue;
    const from = (2 * row + 1) * VECTOR_DIM;
    const norm = lengthOf(items.vec, from);
    for (let d = 0; d < VECTOR_DIM; d++) vector[d] += (weight * items.vec[from + d]) / norm;
  }
  const norm = lengthOf(vector, 0);
  return { vector: vector.map((value) => value / norm), weightOf };
}

/** How a candidate fits the past: by its neighbours there, and by the cosine with the mean of what was met. */
export function historyOf({ candidates }: FeatureInput, row: number, { vector, weightOf }: Past) {
  let neighbours = 0;
  const end = (row + 1) * MAX_NEIGHBOURS;
  for (let n = row * MAX_NEIGHBOURS; n < end && candidates.nbrWeight[n] > 0; n++) {
    neighbours += (candidates.nbrWeight[n] / 255) ** 2 * weightOf(candidates.nbrHash[n]);
  }
  const from = 2 * row * VECTOR_DIM;
  let dot = 0;
  for (let d = 0; d < VECTOR_DIM; d++) dot += candidates.vec[from + d] * vector[d];
  return { history_neighbour: neighbours, history_cosine: dot / lengthOf(candidates.vec, from) };
}

function lengthOf(values: ArrayLike<number>, from: number): number {
  let square = NORM_EPSILON;
  for (let d = 0; d < VECTOR_DIM; d++) square += values[from + d] ** 2;
  return Math.sqrt(square);
}
