import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/core/contract.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch, largestDifference } from '../../src/core/golden.ts';
import { GOLDEN_TOLERANCE, type Manifest, parseManifest } from '../../src/core/manifest.ts';
import { type MicroModel, parseMicro, scoreMicro } from '../../src/core/micro.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { createSession } from '../../workers/session.ts';
import type { KitOptions } from '../../src/index.ts';
import { type Files, readManifest, withManifest } from '../signer.ts';
import { createNet, createWorker, openKit } from './kit-fixture.ts';
import wasmUrl from '../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm?url';

const readDemo = async (name: string): Promise<ArrayBuffer> => {
  const response = await fetch(new URL(`../../demo/bundle/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`demo/bundle/${name}: ${String(response.status)}`);
  return response.arrayBuffer();
};

async function loadBundle(): Promise<{ manifest: Manifest; micro: MicroModel; model: ArrayBuffer }> {
  const manifest = parseManifest(new TextDecoder().decode(await readDemo('manifest.json')));
  const micro = parseMicro(new Uint8Array(await readDemo('micro.bin')));
  if (isProblem(manifest) || micro === undefined) throw new Error('demo/bundle cannot be read');
  return { manifest, micro, model: await readDemo('rank.onnx') };
}

/** Any values of the right types: empty windows, gaps, unknown ids, extreme bytes. */
function scramble(batch: Batch, seed: number): Batch {
  const random = createRandom(seed);
  const filled = random();
  batch.candVec.forEach((_, i) => (batch.candVec[i] = Math.floor(random() * 256) - 128));
  batch.eventVec.forEach((_, i) => (batch.eventVec[i] = Math.floor(random() * 256) - 128));
  batch.candIds.forEach((_, i) => (batch.candIds[i] = Math.floor(random() * 3)));
  batch.eventIds.forEach((_, i) => (batch.eventIds[i] = Math.floor(random() * 3)));
  batch.eventMask.forEach((_, i) => (batch.eventMask[i] = random() < filled ? 1 : 0));
  batch.eventAct.forEach((_, i) => (batch.eventAct[i] = random() < 0.3 ? 1 : 0));
  batch.pairNbr.forEach((_, i) => (batch.pairNbr[i] = random() < 0.2 ? random() : 0));
  batch.candNum.forEach((_, i) => (batch.candNum[i] = random() < 0.1 ? Number.NaN : 20 * (random() - 0.5)));
  return batch;
}

test('onnxruntime equals the oracle on the dequantized weights: golden rows and 200 scrambled ones', async () => {
  const { manifest, micro, model } = await loadBundle();
  const { features, heads, golden } = manifest;
  const url = new URL(wasmUrl, location.href).href;
  const session = await createSession({ model, wasmUrl: url, heads: heads.length });
  let largest = 0;
  for (const row of golden) {
    const logits = await session.run(fillMissing(goldenBatch(row), features));
    const oracle = scoreMicro(fillMissing(goldenBatch(row), features), features, micro);
    largest = Math.max(largest, largestDifference(logits, oracle), largestDifference(logits, row.logits));
  }
  let scrambled = 0;
  for (let seed = 0; seed < 200; seed++) {
    const batch = fillMissing(scramble(goldenBatch(golden[seed % golden.length]), seed), features);
    const oracle = scoreMicro(batch, features, micro);
    scrambled = Math.max(scrambled, largestDifference(await session.run(batch), oracle));
  }
  console.log(
    `largest difference, golden rows: ${largest.toExponential(2)}; scrambled rows: ${scrambled.toExponential(2)}`,
  );
  expect(largest).toBeLessThanOrEqual(GOLDEN_TOLERANCE);
  expect(scrambled).toBeLessThanOrEqual(GOLDEN_TOLERANCE);
});

describe('heads after the first', () => {
  const read = async (change: (logits: number[]) => number[]): Promise<Files> => {
    const names = ['manifest.json', 'rank.onnx', 'linear.json', 'micro.bin'];
    const files: Files = new Map();
    for (const name of names) files.set(name, new Uint8Array(await readDemo(name)));
    const manifest = readManifest(files);
    const golden = manifest.golden.map((row) => ({ ...row, logits: change([...row.logits]) }));
    return withManifest(files, { ...manifest, golden });
  };
  const look = async (files: Files, options: KitOptions) => {
    const kit = openKit({ bundleUrl: '/bundle/', fetch: createNet(files).fetch, ...options });
    const { tier, problem } = await kit.ready();
    await kit.close();
    return [tier, problem?.message];
  };
  const whole = { createWorker, maxTier: 'wasm' as const };

  test('are compared by onnxruntime and by micro', async () => {
    const same = await read((logits) => logits);
    expect(await look(same, whole)).toEqual(['wasm', undefined]);
    expect(await look(same, { maxTier: 'micro' })).toEqual(['micro', undefined]);
    const { heads } = readManifest(same);
    expect(heads.length).toBeGreaterThan(1);
    const last = heads.length - 1;
    const wrong = await read((logits) => logits.map((logit, i) => (i % heads.length === last ? logit + 0.001 : logit)));
    const failed = (name: string) => `${name} does not reproduce the golden rows`;
    expect(await look(wrong, { maxTier: 'micro' })).toEqual(['linear', failed('micro.bin')]);
    expect(await look(wrong, whole)).toEqual(['linear', `${failed('rank.onnx')} here`]);
  });
});
