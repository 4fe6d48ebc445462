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

/** A layer with room for its gradient and the optimiser's two moments; `parameters` is weights, then bias. */
interface Trained {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** [rows, outputs] of the last forward pass, and the loss's gradient by it. */
  readonly values: Float32Array;
  readonly slopes: Float32Array;
}

/**
 * Fits a small net by softmax cross-entropy of the target among its 32 choices. `inputs` are standardised [E, 32, I].
 * Deterministic for one machine, seed and data.
 */
export function fitNet({ count, inputs }: Examples, options: FitOptions): DenseLayer[] {
  const { hidden, epochs, random, progress } = options;
  const widths = [GRAM_INPUTS.length, ...hidden, 1];
  const layers = hidden.concat(1).map((outputs, i) => createLayer(widths[i], outputs, random));
  const stride = CHOICES * GRAM_INPUTS.length;
  const steps = Math.ceil(count / BATCH) * epochs;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const batch = new Float32Array(BATCH * stride);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    let loss = 0;
    for (let from = 0; from < count; from += BATCH) {
      const size = Math.min(BATCH, count - from);
      for (let i = 0; i < size; i++) {
        batch.set(inputs.subarray(order[from + i] * stride, (order[from + i] + 1) * stride), i * stride);
      }
      loss += trainStep(layers, batch, size);
      step++;
      // a cosine to zero ends without the noise of the last batches
      const rate = (RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      for (const layer of layers) update(layer, step, rate);
    }
    progress(
      `fit ${hidden.join('-') || 'linear'}: epoch ${String(epoch + 1)} of ${String(epochs)}, loss ${(loss / count).toFixed(4)}`,
    );
  }
  return layers.map(({ inputs: rows, outputs, parameters }) => ({
    inputs: rows,
    outputs,
    weights: parameters.slice(0, rows * outputs),
    bias: parameters.slice(rows * outputs),
  }));
}

function createLayer(inputs: number, outputs: number, random: () => number): Trained {
  const size = (inputs + 1) * outputs;
  const parameters = new Float32Array(size);
  // uniform He initialisation (He et al. 2015)
  const limit = Math.sqrt(6 / inputs) * (outputs === 1 ? 0.1 : 1);
  for (let i = 0; i < inputs * outputs; i++) parameters[i] = (2 * random() - 1) * limit;
  const rows = BATCH * CHOICES;
  const zeros = (length: number): Float32Array => new Float32Array(length);
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
function trainStep(layers: readonly Trained[], batch: Float32Array, size: number): number {
  const rows = size * CHOICES;
  layers.forEach((layer, i) => {
    forward(layer, i === 0 ? batch : layers[i - 1].values, { rows, isHidden: i < layers.length - 1 });
  });
  const loss = softmaxSlopes(layers[layers.length - 1], size);
  for (let i = layers.length - 1; i >= 0; i--) {
    backward(layers[i], i === 0 ? { values: batch } : layers[i - 1], rows);
  }
  return loss;
}

function forward(layer: Trained, x: Float32Array, { rows, isHidden }: { rows: number; isHidden: boolean }): void {
  const { inputs, outputs, parameters, values } = layer;
  const bias = inputs * outputs;
  for (let r = 0; r < rows; r++) {
    const at = r * outputs;
    for (let o = 0; o < outputs; o++) values[at + o] = parameters[bias + o];
    for (let i = 0; i < inputs; i++) {
      const value = x[r * inputs + i];
      if (value === 0) continue;
      for (let o = 0, w = i * outputs; o < outputs; o++, w++) values[at + o] += value * parameters[w];
    }
    if (isHidden) for (let o = at; o < at + outputs; o++) if (values[o] < 0) values[o] = 0;
  }
}

function softmaxSlopes({ values, slopes }: Trained, size: number): number {
  let loss = 0;
  for (let e = 0; e < size; e++) {
    const at = e * CHOICES;
    let [max, total] = [Number.NEGATIVE_INFINITY, 0];
    for (let c = 0; c < CHOICES; c++) max = Math.max(max, values[at + c]);
    for (let c = 0; c < CHOICES; c++) total += slopes[at + c] = Math.exp(values[at + c] - max);
    loss += Math.log(total) - (values[at] - max);
    for (let c = 0; c < CHOICES; c++) slopes[at + c] = (slopes[at + c] / total - (c === 0 ? 1 : 0)) / size;
  }
  return loss;
}

/** Adds up this layer's gradient; where `below` is a layer, leaves its slopes (through its ReLU). */
function backward(
  layer: Trained,
  below: { readonly values: Float32Array; readonly slopes?: Float32Array },
  rows: number,
): void {
  const { inputs, outputs, parameters, gradient, slopes } = layer;
  gradient.fill(0);
  for (let r = 0; r < rows; r++) {
    const at = r * outputs;
    for (let o = 0; o < outputs; o++) gradient[inputs * outputs + o] += slopes[at + o];
    for (let i = 0; i < inputs; i++) {
      const value = below.values[r * inputs + i];
      let slope = 0;
      if (value !== 0) {
        for (let o = 0, w = i * outputs; o < outputs; o++, w++) {
          gradient[w] += value * slopes[at + o];
          slope += parameters[w] * slopes[at + o];
        }
      }
      if (below.slopes !== undefined) below.slopes[r * inputs + i] = slope;
    }
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
