import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { type DenseLayer, forwardLayers } from '../../src/core/micro.ts';
import { errorFeedback } from '../../training/error-feedback.ts';
import { dequantizeLayer, quantizeLayer, quantizeNet } from '../../training/quantize.ts';

const ROWS = 400;
const INPUTS = 40;

/** Inputs that mostly say the same, as pools of one similarity do. */
function createInputs(random: () => number): Float32Array {
  const x = new Float32Array(ROWS * INPUTS);
  for (let r = 0; r < ROWS; r++) {
    const common = [random() - 0.5, random() - 0.5, random() - 0.5];
    for (let i = 0; i < INPUTS; i++) x[r * INPUTS + i] = common[i % 3] + 0.2 * (random() - 0.5);
  }
  return x;
}

const createLayer = (random: () => number, inputs: number, outputs: number): DenseLayer => ({
  ...{ inputs, outputs },
  weights: Float32Array.from({ length: inputs * outputs }, () => random() * 2 - 1),
  bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
});

const difference = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);

describe('rounding with feedback', () => {
  const random = createRandom(1);
  const x = createInputs(random);
  const layer = createLayer(random, INPUTS, 8);

  test('the factor is that of the inverse of the damped second moments', () => {
    const n = 5;
    const few = Float64Array.from({ length: 60 * n }, () => random() - 0.5);
    const u = errorFeedback(few, n);
    const h = Array.from({ length: n * n }, (_, k) => {
      let sum = 0;
      for (let r = 0; r < 60; r++) sum += (few[r * n + Math.floor(k / n)] * few[r * n + (k % n)]) / 60;
      return sum;
    });
    const mean = [0, 1, 2, 3, 4].reduce((sum, i) => sum + h[i * n + i] / n, 0);
    for (let i = 0; i < n; i++) h[i * n + i] += 0.01 * mean;
    // H U'U = 1
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) for (let m = 0; m < n; m++) sum += h[i * n + k] * u[m * n + k] * u[m * n + j];
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
      }
    }
  });

  test('a layer comes nearer to fp32 on its own inputs than by rounding each weight alone', () => {
    const exact = forwardLayers(x, ROWS, { layers: [layer] });
    const by = (feedback?: Float64Array): number =>
      difference(forwardLayers(x, ROWS, { layers: [dequantizeLayer(quantizeLayer(layer, feedback))] }), exact);
    expect(by(errorFeedback(x, INPUTS))).toBeLessThan(0.5 * by());
  });

  test('a net too; inputs that never vary do no harm', () => {
    const net = [layer, createLayer(random, 8, 1)];
    const dead = x.map((value, k) => (k % INPUTS < 5 ? 0 : value));
    const exact = forwardLayers(dead, ROWS, { layers: net });
    const quantized = { layers: quantizeNet(net, dead).map(dequantizeLayer) };
    const plain = { layers: net.map((one) => dequantizeLayer(quantizeLayer(one))) };
    expect(difference(forwardLayers(dead, ROWS, quantized), exact)).toBeLessThan(
      difference(forwardLayers(dead, ROWS, plain), exact),
    );
    expect(quantizeNet(net, new Float32Array(INPUTS)).every(({ scales }) => scales.every(Number.isFinite))).toBe(true);
  });
});
