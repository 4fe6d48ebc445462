import { describe, expect, test } from 'vitest';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import type { MicroModel } from '../../src/core/micro.ts';
import { createRandom } from '../../src/core/random.ts';
import { CHOICES, type Examples } from '../../training/examples.ts';
import { fitNet } from '../../training/fit.ts';
import { judgeExamples } from '../../training/gate.ts';
import { dequantizeLayer, quantizeLayer } from '../../training/quantize.ts';

const WIDTH = GRAM_INPUTS.length;

/** Noise, but for two inputs: the target is the choice whose product of both is largest, which no blend can say. */
function createExamples(count: number, seed: number): Examples {
  const random = createRandom(seed);
  const inputs = Float32Array.from({ length: count * CHOICES * WIDTH }, () => random() * 2 - 1);
  for (let e = 0; e < count; e++) {
    const product = (c: number): number => inputs[(e * CHOICES + c) * WIDTH] * inputs[(e * CHOICES + c) * WIDTH + 1];
    let best = 0;
    for (let c = 1; c < CHOICES; c++) if (product(c) > product(best)) best = c;
    const [target, first] = [(e * CHOICES + best) * WIDTH, e * CHOICES * WIDTH];
    for (let i = 0; i < WIDTH; i++) [inputs[first + i], inputs[target + i]] = [inputs[target + i], inputs[first + i]];
  }
  const sessionIds = Array.from({ length: count }, (_, e) => `s${String(e >> 1)}`);
  const heads = new Uint8Array(count).fill(1);
  return { count, inputs, heads, sessionIds, startedAt: new Float64Array(count) };
}

const quiet = { heads: 1, random: createRandom(3), progress: () => undefined };
const learnt = createExamples(6000, 1);
const net = fitNet(learnt, { ...quiet, hidden: [32, 16], epochs: 8 });
const [blend] = fitNet(learnt, { ...quiet, hidden: [], epochs: 2 });
const weights = [...blend.weights];
const int8: MicroModel = { layers: net.map((layer) => dequantizeLayer(quantizeLayer(layer))) };
const held = createExamples(800, 2);

describe('the gate', () => {
  test('passes a model that knows what no blend can, and whose weights bear eight bits', () => {
    const report = judgeExamples(held, { features: [], int8, fp32: { layers: net }, weights });
    expect(report.failures).toEqual([]);
    expect(report.difference.low).toBeGreaterThan(0);
    expect(report).toMatchObject({ on: 'held-out examples', cases: 800 });
  });

  test('fails the blend itself in the place of the model', () => {
    const same: MicroModel = { layers: [{ inputs: WIDTH, outputs: 1, weights: blend.weights, bias: blend.bias }] };
    const report = judgeExamples(held, { features: [], int8: same, fp32: same, weights });
    expect(report.difference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(report.failures).toEqual([expect.stringMatching(/does not beat its linear blend/)]);
  });

  test('fails a quantization that moves the first place', () => {
    const coarse: MicroModel = {
      layers: net.map((layer) => ({ ...layer, weights: layer.weights.map((value) => Math.round(value * 2) / 2) })),
    };
    const report = judgeExamples(held, { features: [], int8: coarse, fp32: { layers: net }, weights });
    expect(report.quantization.sameTop1).toBeLessThan(0.99);
    expect(report.failures.join()).toMatch(/keeps the first place/);
  });

  test('a target is not favoured by standing first among equals', () => {
    const nothing: MicroModel = {
      layers: [{ inputs: WIDTH, outputs: 1, weights: new Float32Array(WIDTH), bias: new Float32Array(1) }],
    };
    const { model } = judgeExamples(held, { features: [], int8: nothing, fp32: nothing, weights });
    expect(model['HR@10']).toBeGreaterThan(10 / CHOICES - 0.06);
    expect(model['HR@10']).toBeLessThan(10 / CHOICES + 0.06);
  });
});

describe('fitting several heads', () => {
  test('an example teaches only the heads that it names', () => {
    const taught = { ...learnt, heads: learnt.heads.map((_, e) => (e % 2 === 0 ? 1 : 3)) };
    const both = fitNet(taught, { ...quiet, heads: 2, hidden: [8], epochs: 1 });
    expect(both[1].outputs).toBe(2);
    const untaught = fitNet(learnt, { ...quiet, heads: 2, hidden: [8], epochs: 1 });
    // no slope ever came through the second column, so only decay has moved it
    const column = (o: number): number => Math.max(...untaught[1].weights.filter((_, i) => i % 2 === o).map(Math.abs));
    expect(column(1)).toBeLessThan(0.1 * Math.sqrt(6 / 8) + 1e-9);
    expect(column(0)).toBeGreaterThan(column(1));
    expect(untaught[1].bias[1]).toBe(0);
    expect(both[1].bias[1]).not.toBe(0);
  });
});
