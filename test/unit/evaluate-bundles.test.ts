import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { evaluateCommand } from '../../cli/evaluate.ts';
import { readBundleEngines } from '../../training/bundle-engines.ts';
import { type EvaluateResult, evaluate } from '../../training/evaluate.ts';
import { writeEvaluation } from '../../training/evaluation-page.ts';
import { loadQueries } from '../../training/evaluation-queries.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { simulate } from '../../training/simulate.ts';
import { readSiteLog } from '../../training/site-log.ts';
import { type TrainResult, train } from '../../training/train.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const dir = mkdtempSync(join(tmpdir(), 'nearside-bundles-'));
const [data, bundle, other] = ['log', 'one', 'other'].map((name) => join(dir, name));
const ignore = (): undefined => undefined;
const quiet = { progress: ignore, warn: ignore, stopwatch: () => 0 };
const options = { ...quiet, dataDir: data, bundleDir: bundle, split: 'valid' as const, seed: 1, limit: 60 };
let trained: TrainResult;
let trainedOther: TrainResult;

beforeAll(async () => {
  const catalogue = createNeutralCatalogue(120, 1);
  writeSimulation(encodeSimulation(simulate({ visits: 600, seed: 1, catalogue }), catalogue), data);
  rmSync(join(data, 'impressions.csv.gz'));
  const training = { ...quiet, dataDir: data, fit: 'train' as const, seed: 1, force: true };
  trained = await train({ ...training, outDir: bundle });
  trainedOther = await train({ ...training, outDir: other, seed: 2 });
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('evaluate --against-bundle', () => {
  test('pairs two models on the same queries, their bytes beside them', async () => {
    const { models, againstBundle, ...result } = await evaluate({ ...options, againstBundle: other });
    const alone = await evaluate({ ...options, bundleDir: other });
    expect(result).toMatchObject({ rankBytes: trained.onnxBytes, payloadBytes: trained.payloadBytes });
    expect(againstBundle).toMatchObject({
      modelId: trainedOther.modelId,
      rankBytes: trainedOther.onnxBytes,
      payloadBytes: trainedOther.payloadBytes,
      'NDCG@10Interval': alone.models.model['NDCG@10Interval'],
    });
    const { mean, low, high } = againstBundle?.difference ?? { mean: NaN, low: NaN, high: NaN };
    expect(mean).toBeCloseTo(models.model['NDCG@10'] - alone.models.model['NDCG@10'], 3);
    expect(mean).not.toBe(0);
    // paired: narrower than either
    const width = (one: { low: number | null; high: number | null }): number => (one.high ?? NaN) - (one.low ?? NaN);
    expect(width({ low, high })).toBeLessThan(width(models.model['NDCG@10Interval']));
    const turned = await evaluate({ ...options, bundleDir: other, againstBundle: bundle });
    expect(turned.againstBundle?.difference.mean).toBeCloseTo(-mean, 6);
  });

  test('is a flag, and a table of the page', async () => {
    const printed: EvaluateResult[] = [];
    const io = { ...quiet, print: (object: EvaluateResult) => printed.push(object) };
    const out = join(dir, 'pages');
    const args = ['--data', data, '--bundle', bundle, '--limit', '5', '--out', out];
    await runCommand(evaluateCommand, [...args, '--against-bundle', bundle], io as never);
    expect(printed[0].againstBundle?.difference).toEqual({ mean: 0, low: 0, high: 0 });
    const page = readFileSync(join(out, 'evaluation.md'), 'utf8');
    expect(page).toContain('Against another bundle, its `model` on the same queries.');
    expect(page).toContain(`\`vec\` and \`nbrs\` of 100 candidates: ${String(trained.payloadBytes)} bytes gzip`);
    writeEvaluation((await evaluate({ ...options, limit: 5 })) satisfies EvaluateResult, out);
    expect(readFileSync(join(out, 'evaluation.md'), 'utf8')).not.toContain('Against another bundle');
  });

  test('refuses a bundle that was trained on the part, by its folder', async () => {
    const later = join(dir, 'later');
    cpSync(other, later, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(later, 'manifest.json'), 'utf8')) as object;
    const trainingWindow = { from: '2020-01-01T00:00:00.000Z', to: '2099-01-01T00:00:00.000Z' };
    writeFileSync(join(later, 'manifest.json'), JSON.stringify({ ...manifest, trainingWindow }));
    await expect(evaluate({ ...options, againstBundle: later })).rejects.toThrow(
      /later: the bundle was trained on events up to 2099/,
    );
    await expect(evaluate({ ...options, againstBundle: dir })).rejects.toThrow(/is .* a trained bundle/);
  });
});

test('items that training does not know are ranked, as in a page; over all training items they are not there', async () => {
  const fresh = join(dir, 'fresh');
  cpSync(data, fresh, { recursive: true });
  const log = await readSiteLog(data, ignore);
  const { queries } = await loadQueries({ ...options, log, engines: readBundleEngines(bundle) });
  // ten candidates, of which nobody but chance can miss the first ten
  const rows = queries.map(({ queryId, sessionId, userId, startAt, context, candidates }) =>
    [queryId, sessionId, userId, startAt, context.join(' '), 'new', ['new', ...candidates.slice(1, 10)].join(' ')].join(
      ',',
    ),
  );
  const header = 'query_id,session_id,user_id,session_start_ms,context,target,candidates';
  writeFileSync(join(fresh, 'rerank_valid.csv.gz'), gzipSync([header, ...rows, ''].join('\n')));
  const result = await evaluate({ ...options, dataDir: fresh, againstBundle: other });
  for (const one of Object.values(result.models)) {
    expect(one['HR@10']).toBe(1);
    expect(one.full['HR@20']).toBe(0);
    expect(one.full['MRR@20']).toBe(0);
  }
  // nobody met it: the last of ten, 1 / log2(11), or the first
  expect(result.models.inversePopularity.MRR).toBe(1);
  expect(result.models.popularity['NDCG@10']).toBe(0.2891);
  expect(result.againstBundle?.['NDCG@10']).toBeGreaterThan(0);
  expect(result.full.items).toBe(trained.items);
});
