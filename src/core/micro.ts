import type { Batch } from './contract.ts';
import type { FeatureRule } from './feature-rule.ts';
import { GRAM_INPUTS, gramInputs } from './gram.ts';
import { standardise } from './linear.ts';

/** One dense layer: `weights` [inputs, outputs] row-major, `bias` [outputs]. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The small net over `gram` inputs: ReLU between layers, the last one gives the heads' logits. */
export interface MicroModel {
  readonly layers: readonly DenseLayer[];
}

/** First bytes of `micro.bin`: "NSM1", little-endian. */
const MAGIC = 0x314d534e;

/** `micro.bin`: magic and layer count as uint32, then a layer: uint32 inputs, uint32 outputs, float32 weights, bias. */
export function encodeMicro({ layers }: MicroModel): Uint8Array {
  const words: (number | Float32Array)[] = [MAGIC, layers.length];
  for (const { inputs, outputs, weights, bias } of layers) words.push(inputs, outputs, weights, bias);
  const count = words.reduce<number>((sum, word) => sum + (typeof word === 'number' ? 1 : word.length), 0);
  const view = new DataView(new ArrayBuffer(count * 4));
  let at = 0;
  for (const word of words) {
    if (typeof word === 'number') view.setUint32(at, word, true);
    else word.forEach((value, i) => view.setFloat32(at + 4 * i, value, true));
    at += 4 * (typeof word === 'number' ? 1 : word.length);
  }
  return new Uint8Array(view.buffer);
}

/** Returns the model, or undefined where the bytes are not one that fits `gram` (shape, length, finite values). */
export function parseMicro(bytes: Uint8Array): MicroModel | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 8 || view.getUint32(0, true) !== MAGIC) return undefined;
  const count = view.getUint32(4, true);
  const layers: DenseLayer[] = [];
  let [at, width] = [8, GRAM_INPUTS.length];
  while (layers.length < count) {
    if (at + 8 > view.byteLength) return undefined;
    const [inputs, outputs] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += 8;
    if (inputs !== width || outputs === 0 || at + 4 * (inputs + 1) * outputs > view.byteLength) return undefined;
    const weights = readFloats(view, at, inputs * outputs);
    const bias = readFloats(view, at + 4 * weights.length, outputs);
    if (![weights, bias].every((values) => values.every(Number.isFinite))) return undefined;
    layers.push({ inputs, outputs, weights, bias });
    at += 4 * (weights.length + bias.length);
    width = outputs;
  }
  return at === view.byteLength && layers.length > 0 ? { layers } : undefined;
}

const readFloats = (view: DataView, at: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true));

/** [M, H] logits: the plain forward pass, also the trainer's golden oracle. `batch` has been through `fillMissing`. */
export function scoreMicro(batch: Batch, rules: readonly FeatureRule[], model: MicroModel): Float32Array {
  return forwardLayers(standardise(gramInputs(batch), rules), batch.size, model);
}

/** [rows, H] logits of standardised inputs [rows, GRAM_INPUTS]. */
export const forwardLayers = (inputs: Float32Array, rows: number, { layers }: MicroModel): Float32Array =>
  layers.reduce((values, layer, i) => {
    const out = forwardLayer(values, layer, rows);
    return i === layers.length - 1 ? out : out.map((value) => Math.max(0, value));
  }, inputs);

function forwardLayer(values: Float32Array, layer: DenseLayer, rows: number): Float32Array {
  const { inputs, outputs, weights, bias } = layer;
  const out = new Float32Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    const row = out.subarray(r * outputs, (r + 1) * outputs);
    row.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = values[r * inputs + i];
      if (value === 0) continue;
      for (let o = 0; o < outputs; o++) row[o] += value * weights[i * outputs + o];
    }
  }
  return out;
}
