import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, TensorProto_DataType, type ValueInfoProto } from 'onnx-buf';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch, isGoldenMatch } from '../../src/core/golden.ts';
import { TENSORS } from '../../src/core/contract.ts';
import { CHROMIUM_ARGS } from '../../training/browser.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';
import { exportExamples } from '../../training/export-examples.ts';
import { type ImportOptions, type ImportedModel, importModel } from '../../training/import-model.ts';
import { parseOnnx } from '../../training/onnx-model.ts';
import { openOnnx } from '../../training/onnx-runner.ts';
import { CHROMIUM, type Trained, openGpuPage, startSite, trainSmall } from './gpu-fixture.ts';

/** Debian's own: python3-torch lies in its packages. */
const PYTHON = '/usr/bin/python3';
const RECIPE = fileURLToPath(new URL('../../recipes/pytorch/train.py', import.meta.url));
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch, numpy'], { env: { OMP_NUM_THREADS: '1' } }).status === 0;
const quiet = { progress: () => undefined, warn: () => undefined };

describe.skipIf(!hasTorch)('a ranker from PyTorch (needs the Debian package python3-torch)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-torch-'));
  const [examplesDir, modelFile, outDir] = ['examples', 'own.onnx', 'bundle'].map((name) => join(dir, name));
  let trained: Trained;
  let imported: ImportedModel;
  const importFrom = (options: Partial<ImportOptions> = {}): Promise<ImportedModel> =>
    importModel({
      modelFile,
      baseDir: trained.bundleDir,
      outDir,
      fp32: false,
      webgpu: false,
      seed: 1,
      ...quiet,
      ...options,
    });

  beforeAll(async () => {
    trained = await trainSmall();
    const { dataDir, bundleDir } = trained;
    await exportExamples({ dataDir, bundleDir, outDir: examplesDir, maxExamples: 800, seed: 1, ...quiet });
    const args = ['--examples', examplesDir, '--out', modelFile, '--epochs', '2'];
    const { status, stderr } = spawnSync(PYTHON, [RECIPE, ...args], {
      encoding: 'utf8',
      env: { OMP_NUM_THREADS: '1' },
    });
    if (status !== 0) throw new Error(`train.py failed: ${stderr}`);
    imported = await importFrom();
  }, 120_000);
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
    trained.remove();
  });

  test('numpy reads every tensor in its shape, and what stands in for a missing value is the bundle’s own', () => {
    const script = `
import json, sys, numpy as np
about = json.load(open(sys.argv[1] + '/examples.json'))
arrays = {t['name']: np.load(sys.argv[1] + '/' + t['file']) for t in about['tensors']}
print(json.dumps({t['name']: [str(arrays[t['name']].dtype), list(arrays[t['name']].shape) == t['shape']] for t in about['tensors']}))
print(int(arrays['event_mask'].sum(1).min()), about['target'])`;
    const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, examplesDir], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [types, rest] = stdout.trim().split('\n');
    expect(JSON.parse(types)).toEqual(Object.fromEntries(TENSORS.map(({ name, type }) => [name, [type, true]])));
    // an example has at least one event before its target, which is choice 0
    expect(rest).toBe('1 0');
    const { features } = readBundleManifest(trained.bundleDir);
    const about = JSON.parse(readFileSync(join(examplesDir, 'examples.json'), 'utf8')) as {
      columns: { cand_num: string[] };
      fill: { cand_num: number[] };
    };
    const meanOf = (name: string): number => features.find((rule) => rule.name === name)?.mean ?? 0;
    expect(about.fill.cand_num).toEqual(about.columns.cand_num.map(meanOf));
  });

  test('imported, it is a whole bundle: int8 weights, golden rows that hold, items and linear blend of the base', async () => {
    expect(imported).toMatchObject({ heads: ['next_item'], quantizedWeights: 2, goldenRows: 3 });
    expect(imported.loss?.largestDifference).toBeLessThan(0.1);
    expect(imported.loss?.sameTop1).toBeGreaterThan(0.9);
    expect(imported.onnxBytes).toBeLessThan(imported.fp32Bytes);
    const base = readBundleManifest(trained.bundleDir);
    const manifest = readBundleManifest(outDir);
    expect(manifest).toMatchObject({ modelId: imported.modelId, features: base.features });
    expect(manifest.modelId).not.toBe(base.modelId);
    expect(Object.keys(manifest.files).sort()).toEqual(['items.ndjson', 'linear.json', 'rank.onnx']);
    const runner = await openOnnx(readFileSync(join(outDir, 'rank.onnx')), 1);
    for (const row of manifest.golden) {
      const logits = await runner.run(fillMissing(goldenBatch(row), manifest.features));
      expect(isGoldenMatch(logits, row.logits)).toBe(true);
    }
    // another model than the base's: the rows are not just copied
    expect(manifest.golden[0].logits).not.toEqual(base.golden[0].logits);
  });

  test('the same file gives the same bundle', async () => {
    expect((await importFrom({ outDir: join(dir, 'again') })).modelId).toBe(imported.modelId);
  });

  /** The exported file with a change. */
  const spoil = (change: (graph: GraphProto) => void): string => {
    const model = parseOnnx(readFileSync(modelFile));
    if (model?.graph === undefined) throw new Error('the recipe wrote no model');
    change(model.graph);
    const file = join(dir, 'spoilt.onnx');
    writeFileSync(file, toBinary(ModelProtoSchema, model));
    return file;
  };
  const tensorOf = ({ type }: ValueInfoProto) => {
    if (type?.value.case !== 'tensorType') throw new Error('no tensor');
    return type.value.value;
  };
  const inputOf = ({ input }: GraphProto, name: string): ValueInfoProto => {
    const found = input.find((info) => info.name === name);
    if (found === undefined) throw new Error(`no input ${name}`);
    return found;
  };
  const wrong: [name: string, change: (graph: GraphProto) => void, message: RegExp][] = [
    [
      'a renamed input',
      (graph) => {
        inputOf(graph, 'pair_nbr').name = 'neighbours';
      },
      /input "neighbours" is not in the contract, which has cand_vec, .*pair_nbr/,
    ],
    [
      'a wrong type',
      (graph) => {
        tensorOf(inputOf(graph, 'cand_vec')).elemType = TensorProto_DataType.FLOAT;
      },
      /input cand_vec must be int8 \[1, M, 64\] with M dynamic and is float32 \[1, M, 64\]/,
    ],
    [
      'a transposed shape',
      (graph) => tensorOf(inputOf(graph, 'event_num')).shape?.dim.reverse(),
      /input event_num must be float32 \[1, 50, 5\] and is float32 \[5, 50, 1\]/,
    ],
    [
      'a missing output',
      (graph) => {
        graph.output[0].name = 'scores';
      },
      /output logits is missing, which must be float32 \[1, M, 1\] with M dynamic; the model has scores/,
    ],
  ];
  test.each(wrong)('%s is refused by name, before anything is written', async (_, change, message) => {
    const target = join(dir, 'refused');
    await expect(importFrom({ modelFile: spoil(change), outDir: target })).rejects.toThrow(message);
    expect(existsSync(target)).toBe(false);
  });

  describe.skipIf(!existsSync(CHROMIUM))('in a browser (needs the Debian package chromium)', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
    });
    afterAll(async () => {
      await browser.close();
    });

    test('it ranks a slate on wasm; without it the linear blend does, and no micro is missed', async () => {
      const site = await startSite(outDir);
      site.asks = false;
      const page = await openGpuPage(await browser.newPage(), site, `maxTier: 'wasm'`);
      expect(await page.ready()).toEqual({ tier: 'wasm', modelId: imported.modelId });
      await page.view(3, 7);
      const [slate] = await page.slates(40);
      expect([slate.tier, slate.code]).toEqual(['wasm', undefined]);
      expect(slate.scores).toEqual(slate.scores.toSorted((a, b) => b - a));
      const small = await openGpuPage(await browser.newPage(), site, `maxTier: 'micro', storageName: 'small'`);
      expect(await small.ready()).toEqual({ tier: 'linear', modelId: imported.modelId });
      await small.view(3, 7);
      expect(await small.slates(40)).toEqual([expect.objectContaining({ tier: 'linear', code: undefined })]);
      expect(site.fetched).not.toContain('micro.bin');
      site.close();
    });
  });
});
