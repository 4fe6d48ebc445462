import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { parseModels, scoreLocal } from '../../src/core/bundle.ts';
import { LOGITS, TENSORS, type TensorSpec } from '../../src/core/contract.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch, isGoldenMatch, largestDifference } from '../../src/core/golden.ts';
import { createProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';
import { importModel } from '../../training/import-model.ts';
import { NpyFile } from '../../training/npy-file.ts';
import { OnnxGraph } from '../../training/onnx-graph.ts';
import { findModelDefect, parseOnnx } from '../../training/onnx-model.ts';
import { quantizeModel } from '../../training/onnx-quantize.ts';
import { openOnnx } from '../../training/onnx-runner.ts';
import { readPreviousProfile } from '../../training/previous-profile.ts';

// each import compares two models on 500 visits
vi.setConfig({ testTimeout: 30_000 });

const BASE = fileURLToPath(new URL('../../demo/bundle', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'nearside-import-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const spec = (name: string): TensorSpec => {
  const found = TENSORS.find((known) => known.name === name);
  if (found === undefined) throw new Error(`no tensor ${name}`);
  return found;
};
const candNum = spec('cand_num');
const COLUMNS = Number(candNum.shape[2]);
const random = createRandom(3);
const weights = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() - 0.5);

/** Two layers over `input`, declared as `output`. */
function createModel(input: TensorSpec = candNum, output: TensorSpec = LOGITS, heads = 1): Uint8Array {
  const graph = new OnnxGraph();
  const hidden = graph.node('MatMul', [graph.input(input), graph.floats(weights(COLUMNS * 32), [COLUMNS, 32])]);
  const last = graph.floats(weights(32 * heads), [32, heads]);
  return graph.encode(graph.node('MatMul', [graph.node('Tanh', [hidden]), last]), output);
}

const parse = (bytes: Uint8Array): ModelProto => {
  const model = parseOnnx(bytes);
  if (model === undefined) throw new Error('not ONNX');
  return model;
};
const defectOf = (bytes: Uint8Array, heads = 1): string | undefined => findModelDefect(parse(bytes), heads);

const write = (bytes: Uint8Array): string => {
  const file = join(dir, 'model.onnx');
  writeFileSync(file, bytes);
  return file;
};
const importFrom = (bytes: Uint8Array, options: { heads?: string[]; fp32?: boolean; webgpu?: boolean } = {}) =>
  importModel({
    ...{ modelFile: write(bytes), baseDir: BASE, outDir: join(dir, 'out'), fp32: false, webgpu: false, seed: 1 },
    ...{ progress: () => undefined, warn: () => undefined },
    ...options,
  });

describe('the contract check', () => {
  const wrong: [name: string, bytes: Uint8Array, message: string][] = [
    ['another name', createModel({ ...candNum, name: 'numbers' }), 'input "numbers" is not in the contract'],
    [
      'another type',
      createModel({ ...candNum, type: 'int32' }),
      `input cand_num must be float32 [1, M, ${String(COLUMNS)}] with M dynamic and is int32 [1, M, ${String(COLUMNS)}]`,
    ],
    ['axes turned', createModel({ ...candNum, shape: [1, COLUMNS, 'M'] }), `is float32 [1, ${String(COLUMNS)}, M]`],
    ['an axis less', createModel({ ...candNum, shape: ['M', COLUMNS] }), `is float32 [M, ${String(COLUMNS)}]`],
    ['a fixed number of candidates', createModel({ ...candNum, shape: [1, 32, COLUMNS] }), 'with M dynamic and is'],
    ['no logits', createModel(candNum, { ...LOGITS, name: 'y' }), 'output logits is missing'],
    ['two columns for one head', createModel(candNum, { ...LOGITS, shape: [1, 'M', 2] }), 'output logits must be'],
  ];
  test.each(wrong)('names %s', (_, bytes, message) => {
    expect(defectOf(bytes)).toContain(message);
  });

  test('takes any part of the inputs, dynamic sizes and several heads', () => {
    expect(defectOf(createModel())).toBeUndefined();
    expect(defectOf(createModel({ ...candNum, shape: [1, 'M', 'H'] }))).toBeUndefined();
    expect(defectOf(createModel(candNum, { ...LOGITS, shape: [1, 'M', 2] }), 2)).toBeUndefined();
  });

  test('names versions that the runtime does not take, and files that are no model', () => {
    const model = parse(createModel());
    model.opsetImport[0].version = 99n;
    expect(defectOf(toBinary(ModelProtoSchema, model))).toContain('its opset is 99');
    model.opsetImport[0].version = 17n;
    model.irVersion = 99n;
    expect(defectOf(toBinary(ModelProtoSchema, model))).toContain('its IR version is 99');
    expect(parseOnnx(new TextEncoder().encode('{"not": "a model"}'))).toBeUndefined();
    expect(parseOnnx(new Uint8Array())).toBeUndefined();
  });
});

describe('the quantizer', () => {
  const manifest = readBundleManifest(BASE);
  const batch = () => fillMissing(goldenBatch(manifest.golden[0]), manifest.features);
  const run = async (model: ModelProto): Promise<Float32Array> => {
    const runner = await openOnnx(toBinary(ModelProtoSchema, model), 1);
    return runner.run(batch());
  };

  test('makes MatMul and Gemm int8 within the error of a byte, and leaves small and odd ones', async () => {
    const graph = new OnnxGraph();
    const value = graph.node('Tanh', [graph.input(candNum)]);
    const first = graph.node('MatMul', [value, graph.floats(weights(COLUMNS * 32), [COLUMNS, 32])]);
    const flat = graph.node('Squeeze', [first, graph.int64([0])]);
    const turned = graph.node('Gemm', [flat, graph.floats(weights(16 * 32), [16, 32]), graph.floats(weights(16))], {
      transB: 1,
    });
    const straight = graph.node('Gemm', [turned, graph.floats(weights(16 * 16), [16, 16])]);
    // 16 numbers: too few
    const last = graph.node('Gemm', [straight, graph.floats(weights(16), [16, 1]), graph.floats([0.5])]);
    const model = parse(graph.encode(graph.node('Unsqueeze', [last, graph.int64([0])]), LOGITS));
    const quantized = quantizeModel(model);
    expect(quantized.weights.length).toBe(3);
    const types = quantized.model.graph?.node.map(({ opType }) => opType) ?? [];
    expect([
      types.filter((type) => type === 'MatMulNBits').length,
      types.filter((type) => type === 'Gemm').length,
    ]).toEqual([3, 1]);
    const [exact, rounded] = [await run(model), await run(quantized.model)];
    const difference = largestDifference(exact, rounded);
    expect(difference).toBeGreaterThan(0);
    // three layers, each with weights within 1/254 of their block's largest
    expect(difference).toBeLessThan(0.05);
    // the original is as it was
    expect(model.graph?.node.some(({ opType }) => opType === 'MatMulNBits')).toBe(false);
  });

  test('leaves a Gemm that does more than a product and a sum, and a weight that is also an input', () => {
    const graph = new OnnxGraph();
    const weight = graph.floats(weights(COLUMNS * 32), [COLUMNS, 32]);
    const product = graph.node('Gemm', [graph.input(candNum), weight], { alpha: 2 });
    const model = parse(graph.encode(graph.node('MatMul', [product, graph.input({ ...candNum, name: 'w' })]), LOGITS));
    expect(quantizeModel(model).weights).toEqual([]);
  });
});

describe('import-model', () => {
  test('writes a bundle without micro.bin whose small engine is linear, without a problem', async () => {
    const result = await importFrom(createModel());
    expect(result).toMatchObject({ quantizedWeights: 1, inputs: ['cand_num'], loss: { visits: 500 } });
    const out = join(dir, 'out');
    const manifest = readBundleManifest(out);
    expect(manifest.engines).toBeUndefined();
    // the next training can be compared with it
    expect(readPreviousProfile(out)).toEqual(readPreviousProfile(BASE));
    const bytes = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(out, name))).buffer;
    const loading = createProblem('engine_loading', 'not fetched');
    const files = { 'rank.onnx': bytes('rank.onnx'), 'linear.json': bytes('linear.json'), 'micro.bin': loading };
    const models = parseModels(manifest, files);
    expect([models.micro, models.linearProblem]).toEqual([null, undefined]);
    const scored = scoreLocal(goldenBatch(manifest.golden[0]), models);
    expect([scored.tier, scored.problem]).toEqual(['linear', undefined]);
    expect(isGoldenMatch(scored.scores, manifest.golden[0].linear)).toBe(true);
    // a bundle that promises the file must have it
    const promised = { ...manifest, files: { ...manifest.files, 'micro.bin': manifest.files['rank.onnx'] } };
    expect(scoreLocal(goldenBatch(manifest.golden[0]), parseModels(promised, files)).problem).toEqual(loading);
  });

  test('takes heads by name, weights as they are, and the wish for webgpu', async () => {
    const two = createModel(candNum, { ...LOGITS, shape: [1, 'M', 2] }, 2);
    const base = readBundleManifest(BASE);
    const more = base.heads.length + 1;
    const many = createModel(candNum, { ...LOGITS, shape: [1, 'M', more] }, more);
    await expect(importFrom(many)).rejects.toThrow(`answers ${String(more)} logits a candidate: name them`);
    expect((await importFrom(createModel())).heads).toEqual([base.heads[0].name]);
    const result = await importFrom(two, { heads: ['click', 'purchase'], fp32: true, webgpu: true });
    expect(result).toMatchObject({ heads: ['click', 'purchase'], quantizedWeights: 0, loss: null });
    expect(result.onnxBytes).toBe(result.fp32Bytes);
    const manifest = readBundleManifest(join(dir, 'out'));
    expect([manifest.heads, manifest.engines]).toEqual([[{ name: 'click' }, { name: 'purchase' }], ['webgpu']]);
    const runner = await openOnnx(readFileSync(join(dir, 'out', 'rank.onnx')), 2);
    const [row] = manifest.golden;
    const logits = await runner.run(fillMissing(goldenBatch(row), manifest.features));
    expect(row.logits.length).toBe(2 * row.candidates.length);
    expect(isGoldenMatch(logits, row.logits)).toBe(true);
  });

  test('refuses what loads nowhere or runs wrong, in the words of the runtime', async () => {
    const unknown = parse(createModel());
    if (unknown.graph) unknown.graph.node[0].opType = 'Fold';
    await expect(importFrom(toBinary(ModelProtoSchema, unknown))).rejects.toThrow(/cannot load it: .*Fold/);
    // hashed ids as rows of a table
    const graph = new OnnxGraph();
    const rows = graph.node('Gather', [graph.floats(weights(64), [64]), graph.input(spec('cand_ids'))]);
    const byId = graph.encode(graph.slice(rows, 2, [0, 1]), LOGITS);
    await expect(importFrom(byId)).rejects.toThrow(/cannot run it: .*out of data bounds/);
    const nan = new OnnxGraph();
    const mask = nan.node('Slice', [nan.input(spec('pair_nbr')), nan.int64([0]), nan.int64([1]), nan.int64([2])]);
    const divided = nan.encode(nan.node('Div', [mask, mask]), LOGITS);
    await expect(importFrom(divided)).rejects.toThrow('a logit that is not finite');
    await expect(importFrom(new Uint8Array([1, 2, 3]))).rejects.toThrow('not an ONNX model');
  });
});

test('a .npy file has the header that its format asks for, and the rows as they are', () => {
  const file = join(dir, 'x.npy');
  const npy = new NpyFile(file, 'float32', [2, 3]);
  const rows = [0, 1, 2].map((n) => Float32Array.from({ length: 6 }, (_, i) => n * 6 + i));
  rows.forEach((row) => {
    npy.add(row);
  });
  npy.close();
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  const length = 10 + bytes.readUInt16LE(8);
  expect([length % 64, bytes[length - 1]]).toEqual([0, 0x0a]);
  expect(bytes.subarray(10, length).toString()).toMatch(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 2, 3,\), \} +\n$/,
  );
  expect([...new Float32Array(bytes.buffer.slice(bytes.byteOffset + length, bytes.byteOffset + bytes.length))]).toEqual(
    Array.from({ length: 18 }, (_, i) => i),
  );
});
