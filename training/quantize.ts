import { type DenseLayer, forwardLayers } from '../src/core/micro.ts';
import { errorFeedback } from './error-feedback.ts';

/** Weights that share one scale: the block of `MatMulNBits` (a power of 2, at least 16). */
const BLOCK_SIZE = 16;
const ZERO_POINT = 128;

/** A dense layer as `com.microsoft.MatMulNBits` with bits = 8 takes it. */
export interface QuantizedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, blocks, BLOCK_SIZE]; value = (byte - 128) * scale; the last block is padded with 128. */
  readonly bytes: Uint8Array;
  /** [outputs * blocks] */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

/** How a `MatMulNBits` node is told of such a layer: its attributes, and the sizes of `bytes`. */
export const describeNBits = ({ inputs, outputs }: Pick<QuantizedLayer, 'inputs' | 'outputs'>) => ({
  sizes: [outputs, Math.ceil(inputs / BLOCK_SIZE), BLOCK_SIZE],
  // accuracy_level 1 keeps activations fp32; higher levels would quantize them
  attributes: { K: inputs, N: outputs, bits: 8, block_size: BLOCK_SIZE, accuracy_level: 1 },
});

/**
 * Weight-only int8, symmetric, one scale a block and output. Activations stay fp32 (DESIGN section 5). With `feedback`
 * (`errorFeedback` of the layer's inputs) the rounding errors of an output's weights make up for each other.
 */
export function quantizeLayer(layer: DenseLayer, feedback?: Float64Array): QuantizedLayer {
  const { inputs, outputs, bias } = layer;
  const blocks = Math.ceil(inputs / BLOCK_SIZE);
  const bytes = new Uint8Array(outputs * blocks * BLOCK_SIZE).fill(ZERO_POINT);
  const scales = new Float32Array(outputs * blocks);
  for (let o = 0; o < outputs; o++) {
    const weights = Float64Array.from({ length: inputs }, (_, i) => layer.weights[i * outputs + o]);
    for (let b = 0; b < blocks; b++) {
      const [from, to] = [b * BLOCK_SIZE, Math.min(inputs, (b + 1) * BLOCK_SIZE)];
      const largest = weights.subarray(from, to).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const at = o * blocks + b;
      scales[at] = largest / 127;
      for (let i = from; i < to && scales[at] > 0; i++) {
        const rounded = Math.max(-127, Math.min(127, Math.round(weights[i] / scales[at])));
        bytes[at * BLOCK_SIZE + i - from] = ZERO_POINT + rounded;
        if (feedback !== undefined) spread(weights, { i, error: weights[i] - rounded * scales[at], feedback });
      }
    }
  }
  return { inputs, outputs, bytes, scales, bias };
}

/** Lets the weights behind `i` make good its error. */
function spread(
  weights: Float64Array,
  { i, error, feedback }: { readonly i: number; readonly error: number; readonly feedback: Float64Array },
): void {
  const row = i * weights.length;
  for (let j = i + 1; j < weights.length; j++) weights[j] -= (error / feedback[row + i]) * feedback[row + j];
}

/** Layer by layer, each by what the quantized ones before it make of `x` [rows, inputs]. */
export function quantizeNet(layers: readonly DenseLayer[], x: Float32Array): QuantizedLayer[] {
  let values = x;
  return layers.map((layer) => {
    const quantized = quantizeLayer(layer, errorFeedback(values, layer.inputs));
    const rows = values.length / layer.inputs;
    values = forwardLayers(values, rows, { layers: [dequantizeLayer(quantized)] }).map((value) => Math.max(0, value));
    return quantized;
  });
}

/** The fp32 layer that a quantized one stands for: what `micro.bin` holds and the oracle computes with. */
export function dequantizeLayer({ inputs, outputs, bytes, scales, bias }: QuantizedLayer): DenseLayer {
  const blocks = Math.ceil(inputs / BLOCK_SIZE);
  const weights = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const block = o * blocks + Math.floor(i / BLOCK_SIZE);
      weights[i * outputs + o] = (bytes[block * BLOCK_SIZE + (i % BLOCK_SIZE)] - ZERO_POINT) * scales[block];
    }
  }
  return { inputs, outputs, weights, bias };
}
