import type { DenseLayer } from '../src/core/micro.ts';

/** Weights that share one scale: the block of `MatMulNBits` (a power of 2, at least 16). */
export const BLOCK_SIZE = 16;
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

/** Weight-only int8, symmetric, one scale a block and output. Activations stay fp32 (DESIGN section 5). */
export function quantizeLayer({ inputs, outputs, weights, bias }: DenseLayer): QuantizedLayer {
  const blocks = Math.ceil(inputs / BLOCK_SIZE);
  const bytes = new Uint8Array(outputs * blocks * BLOCK_SIZE).fill(ZERO_POINT);
  const scales = new Float32Array(outputs * blocks);
  for (let o = 0; o < outputs; o++) {
    for (let b = 0; b < blocks; b++) {
      const [from, to] = [b * BLOCK_SIZE, Math.min(inputs, (b + 1) * BLOCK_SIZE)];
      let largest = 0;
      for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(weights[i * outputs + o]));
      const scale = Math.fround(largest / 127);
      const at = o * blocks + b;
      scales[at] = scale;
      for (let i = from; i < to && scale > 0; i++) {
        bytes[at * BLOCK_SIZE + i - from] = ZERO_POINT + Math.round(weights[i * outputs + o] / scale);
      }
    }
  }
  return { inputs, outputs, bytes, scales, bias };
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
