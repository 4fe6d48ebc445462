import type { FeatureRule } from '../src/core/feature-rule.ts';
import { GRAM_INPUTS } from '../src/core/gram.ts';
import type { DenseLayer } from '../src/core/micro.ts';
import { CHOICES, type Examples } from './examples.ts';

/** In standard deviations; beyond it an input says no more (DESIGN section 5). */
const CLIP = 5;

/** Mean and spread per input over what is there; an input that never varies is switched off (scale 0). */
export function fitRules({ inputs }: Examples): FeatureRule[] {
  const width = GRAM_INPUTS.length;
  return GRAM_INPUTS.map((name, column) => {
    let [count, sum, squares] = [0, 0, 0];
    for (let i = column; i < inputs.length; i += width) {
      if (!Number.isFinite(inputs[i])) continue;
      count++;
      sum += inputs[i];
      squares += inputs[i] ** 2;
    }
    const mean = count === 0 ? 0 : sum / count;
    const variance = count === 0 ? 0 : squares / count - mean * mean;
    const scale = variance > 1e-8 ? 1 / Math.sqrt(variance) : 0;
    return { name, mean: Math.fround(mean), scale: Math.fround(scale), clip: CLIP, missing: 'mean' };
  });
}

export interface FitOptions {
  /** Columns of the output: bit h of an example's `heads` says whether it teaches column h. */
  readonly heads: number;
  /** Widths of the hidden layers; none gives the linear blend. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly random: () => number;
  readonly progress: (text: string) => void;
}

/** AdamW (Loshchilov & Hutter 2019) with the recipe's figures: rate 3e-3, decay 1e-4, batches of 128. */
const RATE = 3e-3;
const WEIGHT_DECAY = 1e-4;
const BATCH = 128;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Examples of one step. */
interface Batch {
  readonly inputs: Float64Array;
  readonly heads: Uint8Array;
  size: number;
}

/** A layer with room for its gradient and the optimiser's two moments; `parameters` is weights [out, in], then bias. */
interface Trained {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: Float64Array;
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** [rows, outputs] of the last forward pass, and the loss's gradient by it. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

/**
 * Fits a small net by softmax cross-entropy of the target among its 32 choices, summed over the heads that the example
 * teaches. `inputs` are standardised [E, 32, I].
 * Deterministic for one machine, seed and data.
 */
export function fitNet({ count, inputs, heads: taught }: Examples, options: FitOptions): DenseLayer[] {
  const { hidden, heads, epochs, random, progress } = options;
  const widths = [GRAM_INPUTS.length, ...hidden, heads];
  const layers = hidden
    .concat(heads)
    .map((outputs, i) => createLayer(widths[i], outputs, { isLast: i === hidden.length, random }));
  const stride = CHOICES * GRAM_INPUTS.length;
  const steps = Math.ceil(count / BATCH) * epochs;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const batch: Batch = { inputs: new Float64Array(BATCH * stride), heads: new Uint8Array(BATCH), size: 0 };
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    let loss = 0;
    for (let from = 0; from < count; from += BATCH) {
      const size = Math.min(BATCH, count - from);
      for (let i = 0; i < size; i++) {
        batch.heads[i] = taught[order[from + i]];
        batch.inputs.set(inputs.subarray(order[from + i] * stride, (order[from + i] + 1) * stride), i * stride);
      }
      batch.size = size;
      loss += trainStep(layers, batch);
      step++;
      // a cosine to zero ends without the noise of the last batches
      const rate = (RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      for (const layer of layers) update(layer, step, rate);
    }
    progress(
      `fit ${hidden.join('-') || 'linear'}: epoch ${String(epoch + 1)} of ${String(epochs)}, loss ${(loss / count).toFixed(4)}`,
    );
  }
  return layers.map(toDense);
}

/** A dense layer keeps its weights [in, out]. */
function toDense({ inputs, outputs, parameters }: Trained): DenseLayer {
  const weights = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) weights[i * outputs + o] = parameters[o * inputs + i];
  }
  return { inputs, outputs, weights, bias: Float32Array.from(parameters.subarray(inputs * outputs)) };
}

interface LayerOptions {
  readonly isLast: boolean;
  readonly random: () => number;
}

function createLayer(inputs: number, outputs: number, { isLast, random }: LayerOptions): Trained {
  const size = (inputs + 1) * outputs;
  const parameters = new Float64Array(size);
  // uniform He initialisation (He et al. 2015)
  const limit = Math.sqrt(6 / inputs) * (isLast ? 0.1 : 1);
  for (let i = 0; i < inputs * outputs; i++) parameters[i] = (2 * random() - 1) * limit;
  const rows = BATCH * CHOICES;
  const zeros = (length: number): Float64Array => new Float64Array(length);
  return {
    inputs,
    outputs,
    parameters,
    gradient: zeros(size),
    first: zeros(size),
    second: zeros(size),
    values: zeros(rows * outputs),
    slopes: zeros(rows * outputs),
  };
}

/** Forward, softmax cross-entropy, backward; leaves the mean gradient in the layers and returns the summed loss. */
function trainStep(layers: readonly Trained[], batch: Batch): number {
  const rows = batch.size * CHOICES;
  layers.forEach((layer, i) => {
    forward(layer, i === 0 ? batch.inputs : layers[i - 1].values, { rows, isHidden: i < layers.length - 1 });
  });
  const loss = softmaxSlopes(layers[layers.length - 1], batch);
  for (let i = layers.length - 1; i >= 0; i--) {
    backward(layers[i], i === 0 ? { values: batch.inputs } : layers[i - 1], rows);
  }
  return loss;
}

function forward(layer: Trained, x: Float64Array, { rows, isHidden }: { rows: number; isHidden: boolean }): void {
  const { inputs, outputs, parameters, values } = layer;
  // four rows at once (an example has 32): each weight is read once for all of them, and no sum waits for another
  for (let r = 0; r < rows; r += 4) {
    const p = r * inputs;
    const q = p + inputs;
    const s = q + inputs;
    const t = s + inputs;
    for (let o = 0, w = 0; o < outputs; o++, w += inputs) {
      let a = parameters[inputs * outputs + o];
      let b = a;
      let c = a;
      let d = a;
      for (let i = 0; i < inputs; i++) {
        const weight = parameters[w + i];
        a += x[p + i] * weight;
        b += x[q + i] * weight;
        c += x[s + i] * weight;
        d += x[t + i] * weight;
      }
      const to = r * outputs + o;
      values[to] = isHidden && a < 0 ? 0 : a;
      values[to + outputs] = isHidden && b < 0 ? 0 : b;
      values[to + 2 * outputs] = isHidden && c < 0 ? 0 : c;
      values[to + 3 * outputs] = isHidden && d < 0 ? 0 : d;
    }
  }
}

function softmaxSlopes({ values, slopes, outputs }: Trained, { heads, size }: Batch): number {
  slopes.fill(0);
  let loss = 0;
  for (let e = 0; e < size; e++) {
    for (let h = 0; h < outputs; h++) {
      if ((heads[e] & (1 << h)) === 0) continue;
      const first = e * CHOICES * outputs + h;
      const end = first + CHOICES * outputs;
      let max = Number.NEGATIVE_INFINITY;
      let total = 0;
      for (let c = first; c < end; c += outputs) max = Math.max(max, values[c]);
      for (let c = first; c < end; c += outputs) total += slopes[c] = Math.exp(values[c] - max);
      loss += Math.log(total) - (values[first] - max);
      for (let c = first; c < end; c += outputs) slopes[c] = (slopes[c] / total - (c === first ? 1 : 0)) / size;
    }
  }
  return loss;
}

/** Adds up this layer's gradient; where `below` is a layer, leaves its slopes (through its ReLU). */
function backward(
  layer: Trained,
  below: { readonly values: Float64Array; readonly slopes?: Float64Array },
  rows: number,
): void {
  const { inputs, outputs, gradient } = layer;
  const x = below.values;
  const bias = inputs * outputs;
  gradient.fill(0);
  for (let r = 0; r < rows; r += CHOICES) {
    for (let o = 0; o < outputs; o++) {
      const count = gatherSlopes(layer, r, o);
      // four rows at once: each weight's gradient is read and written once for all of them
      for (let j = 0; j < count; j += 4) {
        const a = gathered.slopes[j];
        const b = gathered.slopes[j + 1];
        const c = gathered.slopes[j + 2];
        const d = gathered.slopes[j + 3];
        const p = gathered.from[j];
        const q = gathered.from[j + 1];
        const s = gathered.from[j + 2];
        const t = gathered.from[j + 3];
        gradient[bias + o] += a + b + c + d;
        for (let i = 0, w = o * inputs; i < inputs; i++, w++) {
          gradient[w] += a * x[p + i] + b * x[q + i] + c * x[s + i] + d * x[t + i];
        }
      }
    }
  }
  if (below.slopes !== undefined) passDown(layer, { values: below.values, slopes: below.slopes }, rows);
}

/** Rows of one example with a slope at one output, and where their inputs begin. */
const gathered = { slopes: new Float64Array(CHOICES), from: new Int32Array(CHOICES) };

/** Leaves out rows without a slope (a ReLU was shut, or a head is not taught); fills up to fours with a slope of 0. */
function gatherSlopes({ inputs, outputs, slopes }: Trained, first: number, o: number): number {
  let count = 0;
  for (let r = first; r < first + CHOICES; r++) {
    const slope = slopes[r * outputs + o];
    if (slope === 0) continue;
    gathered.slopes[count] = slope;
    gathered.from[count++] = r * inputs;
  }
  for (; count % 4 !== 0; count++) {
    gathered.slopes[count] = 0;
    gathered.from[count] = first * inputs;
  }
  return count;
}

function passDown(
  { inputs, outputs, parameters, slopes }: Trained,
  below: { readonly values: Float64Array; readonly slopes: Float64Array },
  rows: number,
): void {
  below.slopes.fill(0, 0, rows * inputs);
  for (let r = 0; r < rows; r++) {
    const to = r * inputs;
    for (let o = 0; o < outputs; o++) {
      const slope = slopes[r * outputs + o];
      if (slope === 0) continue;
      for (let i = 0, w = o * inputs; i < inputs; i++, w++) below.slopes[to + i] += slope * parameters[w];
    }
    for (let i = to; i < to + inputs; i++) if (below.values[i] === 0) below.slopes[i] = 0;
  }
}

function update({ inputs, outputs, parameters, gradient, first, second }: Trained, step: number, rate: number): void {
  const [correct1, correct2] = [1 - BETA1 ** step, 1 - BETA2 ** step];
  for (let i = 0; i < parameters.length; i++) {
    first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
    second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
    const decay = i < inputs * outputs ? WEIGHT_DECAY * parameters[i] : 0;
    parameters[i] -= rate * (first[i] / correct1 / (Math.sqrt(second[i] / correct2) + EPSILON) + decay);
  }
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
