import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { evaluateCommand } from '../../cli/evaluate.ts';
import { readBundleEngines } from '../../training/bundle-engines.ts';
import { type EvaluateResult, evaluate } from '../../training/evaluate.ts';
import { writeEvaluation } from '../../training/evaluation-page.ts';
import { loadQueries } from '../../training/evaluation-queries.ts';
import { benchFreshness } from '../../training/freshness.ts';
import { InputError } from '../../training/input-error.ts';
import type { Query } from '../../training/queries.ts';
import { replay } from '../../training/replay.ts';
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
  const items = join(data, 'items.csv.gz');
  const unsold = gunzipSync(readFileSync(items))
    .toString('utf8')
    .replace(/\n[^,]+(,.*\n)$/, '$&unsold$1');
  writeFileSync(items, gzipSync(unsold));
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

/** A copy of the log with a file of queries. */
function withQueries(name: string, rows: readonly string[]): string {
  const copy = join(dir, name);
  cpSync(data, copy, { recursive: true });
  const header = 'query_id,session_id,user_id,session_start_ms,context,target,candidates';
  writeFileSync(join(copy, 'rerank_valid.csv.gz'), gzipSync([header, ...rows, ''].join('\n')));
  return copy;
}

describe('queries of a file', () => {
  const source = async () => {
    const log = await readSiteLog(data, ignore);
    const engines = readBundleEngines(bundle);
    return { ...(await loadQueries({ ...options, log, engines })), log, engines };
  };
  const rowOf = ({ queryId, sessionId, userId, startAt, context, target, candidates }: Query): string =>
    [queryId, sessionId, userId, startAt, context.join(' '), target, candidates.join(' ')].join(',');

  test('are refused where training may hold their session; a replay warns of them', async () => {
    const { queries, engines } = await source();
    const end = Date.parse(engines.manifest.trainingWindow.to);
    const old = { ...queries[3], queryId: 'old', startAt: end };
    const seen = withQueries('seen', [...queries, old].map(rowOf));
    const message = new RegExp(
      `rerank_valid.csv.gz: query old is of a session that began at .*(1 of ${String(queries.length + 1)} queries are such)`,
    );
    await expect(evaluate({ ...options, dataDir: seen })).rejects.toThrow(InputError);
    await expect(evaluate({ ...options, dataDir: seen })).rejects.toThrow(message);
    await expect(benchFreshness({ ...options, dataDir: seen })).rejects.toThrow(message);
    const held = withQueries('held', [...queries, { ...old, startAt: end + 1 }].map(rowOf));
    expect((await evaluate({ ...options, dataDir: held, limit: 5 })).queriesAvailable).toBe(queries.length + 1);
    // no browser is needed to see what it says before it plays
    vi.stubEnv('CHROME_PATH', '/nope');
    const warnings = async (folder: string): Promise<string[]> => {
      const warn = vi.fn<(line: string) => void>();
      const queriesFile = join(folder, 'rerank_valid.csv.gz');
      await expect(
        replay({ ...quiet, warn, dataDir: folder, bundleDir: bundle, queriesFile, engine: 'micro' }),
      ).rejects.toThrow(InputError);
      return warn.mock.calls.flat();
    };
    expect(await warnings(seen)).toEqual([
      expect.stringContaining(`: 1 of ${String(queries.length + 1)} queries are of`),
    ]);
    expect(await warnings(held)).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe('evaluate --out', () => {
  const printed: EvaluateResult[] = [];
  const progress = vi.fn();
  const io = { ...quiet, progress, print: (object: EvaluateResult) => printed.push(object) };
  const run = (out: string) =>
    runCommand(evaluateCommand, ['--data', data, '--bundle', bundle, '--limit', '5', '--out', out], io as never);

  test('is refused before anything is read where it cannot be written to', async () => {
    await expect(run(join(data, 'events.csv.gz'))).rejects.toThrow(/events\.csv\.gz: cannot be written to/);
    expect(progress).not.toHaveBeenCalled();
  });

  test('the result is printed whatever becomes of the page', async () => {
    const out = join(dir, 'no-page');
    mkdirSync(join(out, 'evaluation.md'), { recursive: true });
    await expect(run(out)).rejects.toThrow(/evaluation\.md: cannot be written to/);
    expect(printed).toMatchObject([{ queries: 5 }]);
  });
});

test('what else may be refused is read before the judging', async () => {
  const progress = vi.fn();
  const judged = (): number => progress.mock.calls.flat().filter((text) => String(text).startsWith('evaluate:')).length;
  const all = { ...options, progress, limit: 1000 };
  await expect(evaluate({ ...all, againstBundle: dir })).rejects.toThrow(/is .* a trained bundle/);
  const broken = join(dir, 'broken');
  cpSync(data, broken, { recursive: true });
  writeFileSync(join(broken, 'impressions.csv.gz'), 'plain text');
  await expect(evaluate({ ...all, dataDir: broken })).rejects.toThrow(/impressions\.csv\.gz/);
  expect(judged()).toBe(0);
  await evaluate(all);
  expect(judged()).toBeGreaterThan(0);
});

test('items that training does not know are ranked, as in a page; over all training items they are not there', async () => {
  const log = await readSiteLog(data, ignore);
  const { queries } = await loadQueries({ ...options, log, engines: readBundleEngines(bundle) });
  // ten candidates, of which nobody but chance can miss the first ten
  const rows = queries.map(({ queryId, sessionId, userId, startAt, context, candidates }) =>
    [queryId, sessionId, userId, startAt, context.join(' '), 'new', ['new', ...candidates.slice(1, 10)].join(' ')].join(
      ',',
    ),
  );
  const fresh = withQueries('fresh', rows);
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
  // an item that only items.csv.gz names is no training item
  const { vocabulary } = readBundleEngines(bundle);
  expect(result.full.items).toBe(vocabulary.counts.filter((count) => count > 0).length);
  expect(result.full.items).toBeLessThan(trained.items);
});
