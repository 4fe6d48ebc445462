import {
  type Batch,
  CANDIDATE_FEATURES,
  CONTEXT_FEATURES,
  type ContextFeature,
  EVENT_ACTIONS,
  MAX_EVENTS,
  VECTOR_DIM,
} from './contract.ts';

/**
 * The `gram` ranker's inputs (DESIGN section 5): two pairwise similarities (cosine of the candidate's "out" with the
 * event's "in" vector, and the neighbour weight), each pooled over the last 20 events in six ways, agreement of
 * category and brand, and the candidate's and context's numbers. `training/gram-graph.ts` writes the same as ONNX.
 */

/** Events that are pooled; the window holds 50. */
const POOLED_EVENTS = 20;

/** Weight of each kind of event in the pools; a dismissal is not interest. */
export const ACTION_WEIGHTS: readonly number[] = EVENT_ACTIONS.map((kind) =>
  kind === 'dismiss' || kind === 'search' || kind === 'impression' ? 0 : 1,
);

/** The linear pools as weights by age rank: the last event, a sum with decay .6, half a sum with decay .85. */
export const POOL_KERNELS: readonly Float32Array[] = [
  (l: number) => (l === 0 ? 1 : 0),
  (l: number) => 0.6 ** l,
  (l: number) => 0.5 * 0.85 ** l,
].map((weight) => Float32Array.from({ length: MAX_EVENTS }, (_, l) => (l < POOLED_EVENTS ? weight(l) : 0)));

/** Masks of the two maxima: over the last 20 events, and over the last 4. */
export const MAX_MASKS: readonly Float32Array[] = [POOLED_EVENTS, 4].map((reach) =>
  Float32Array.from({ length: MAX_EVENTS }, (_, l) => (l < reach ? 1 : 0)),
);

const POOLS = ['last', 'decay60', 'decay85', 'mean', 'max', 'max4'] as const;

/** The context inputs that `gram` reads. */
export const GRAM_CONTEXT: readonly ContextFeature[] = [
  'session_length',
  'earlier_sessions',
  'repeat_share',
  'repeat_recent',
  'list_popularity',
  'list_neighbour',
];

/** Names of the inputs in column order; also the order of the manifest's feature rules. */
export const GRAM_INPUTS: readonly string[] = [
  ...POOLS.map((pool) => `cosine_${pool}`),
  ...POOLS.map((pool) => `neighbour_${pool}`),
  'category_last',
  'category_share',
  'brand_last',
  'brand_share',
  ...CANDIDATE_FEATURES,
  ...GRAM_CONTEXT,
];

/** Added under the square root of a norm, so that an absent vector has cosine 0. */
export const NORM_EPSILON = 1e-6;

/** [M, GRAM_INPUTS] in row-major order, not yet standardised. */
export function gramInputs(batch: Batch): Float32Array {
  const width = GRAM_INPUTS.length;
  const out = new Float32Array(batch.size * width);
  const mask = eventWeights(batch);
  const events = unitVectors(batch.eventVec, MAX_EVENTS, VECTOR_DIM);
  const candidates = unitVectors(batch.candVec, batch.size, 0);
  const length = lastIndex(mask) + 1;
  const pair = new Float32Array(MAX_EVENTS);
  for (let m = 0; m < batch.size; m++) {
    const at = m * width;
    const vector = candidates.subarray(m * VECTOR_DIM, (m + 1) * VECTOR_DIM);
    for (let l = 0; l < length; l++) pair[l] = mask[l] * dot(vector, events, l);
    pool(pair, mask, out.subarray(at, at + 6));
    for (let l = 0; l < length; l++) pair[l] = mask[l] * batch.pairNbr[m * MAX_EVENTS + l];
    pool(pair, mask, out.subarray(at + 6, at + 12));
    out.set(agreement(batch, m, mask), at + 12);
    out.set(batch.candNum.subarray(m * CANDIDATE_FEATURES.length, (m + 1) * CANDIDATE_FEATURES.length), at + 16);
    GRAM_CONTEXT.forEach((name, i) => {
      out[at + width - GRAM_CONTEXT.length + i] = batch.ctx[CONTEXT_FEATURES.indexOf(name)];
    });
  }
  return out;
}

/** Presence times the weight of the action, per event. */
function eventWeights(batch: Batch): Float32Array {
  const weights = new Float32Array(MAX_EVENTS);
  for (let l = 0; l < MAX_EVENTS; l++) {
    let weight = 0;
    ACTION_WEIGHTS.forEach((value, a) => (weight += value * batch.eventAct[l * EVENT_ACTIONS.length + a]));
    weights[l] = weight * batch.eventMask[l];
  }
  return weights;
}

const lastIndex = (mask: Float32Array): number => mask.findLastIndex((weight) => weight !== 0);

function unitVectors(vec: Int8Array, rows: number, offset: number): Float32Array {
  const out = new Float32Array(rows * VECTOR_DIM);
  for (let r = 0; r < rows; r++) {
    const from = r * 2 * VECTOR_DIM + offset;
    let square = NORM_EPSILON;
    for (let d = 0; d < VECTOR_DIM; d++) square += vec[from + d] ** 2;
    const norm = Math.sqrt(square);
    for (let d = 0; d < VECTOR_DIM; d++) out[r * VECTOR_DIM + d] = vec[from + d] / norm;
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array, l: number): number {
  let sum = 0;
  for (let d = 0, at = l * VECTOR_DIM; d < VECTOR_DIM; d++) sum += a[d] * b[at++];
  return sum;
}

function pool(pair: Float32Array, mask: Float32Array, out: Float32Array): void {
  let [total, count, max, max4] = [0, 0, 0, 0];
  const sums = [0, 0, 0];
  for (let l = 0; l < POOLED_EVENTS; l++) {
    if (mask[l] === 0) continue;
    for (let k = 0; k < 3; k++) sums[k] += pair[l] * POOL_KERNELS[k][l];
    total += pair[l];
    count += mask[l];
    max = Math.max(max, pair[l]);
    if (l < 4) max4 = Math.max(max4, pair[l]);
  }
  out.set([sums[0], sums[1], sums[2], (2 * total) / Math.max(1, count), max, max4]);
}

/** Same category as the last event, share of the pooled events with it; the same for the brand. */
function agreement(batch: Batch, m: number, mask: Float32Array): number[] {
  const out: number[] = [];
  for (let field = 1; field <= 2; field++) {
    const id = batch.candIds[m * 3 + field];
    let [same, count] = [0, 0];
    for (let l = 0; l < POOLED_EVENTS; l++) {
      count += mask[l];
      if (id !== 0 && batch.eventIds[l * 3 + field] === id) same += mask[l];
    }
    const last = id !== 0 && batch.eventIds[field] === id ? mask[0] : 0;
    out.push(last, same / Math.max(1, count));
  }
  return out;
}
