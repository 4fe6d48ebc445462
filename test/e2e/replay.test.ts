import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { type Manifest, parseManifest } from '../../src/core/manifest.ts';
import { parseMicro, scoreMicro } from '../../src/core/micro.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { createVocabulary } from '../../training/catalogue.ts';
import { PopularitySampler } from '../../training/examples.ts';
import { readBundleItems } from '../../training/bundle-items.ts';
import { meanQuality } from '../../training/metrics.ts';
import { type Query, makeQueries } from '../../training/queries.ts';
import { replay } from '../../training/replay.ts';
import { rankQueries } from '../../training/score-queries.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { simulate } from '../../training/simulate.ts';
import { type SiteLog, readSiteLog } from '../../training/site-log.ts';
import { train } from '../../training/train.ts';

const dir = mkdtempSync(join(tmpdir(), 'nearside-replay-'));
const [data, bundle, queriesFile] = ['log', 'bundle', 'queries.csv.gz'].map((name) => join(dir, name));
const quiet = { progress: () => undefined, warn: () => undefined };
let log: SiteLog;
let queries: Query[];

beforeAll(async () => {
  const catalogue = createNeutralCatalogue(120, 1);
  writeSimulation(encodeSimulation(simulate({ visits: 500, seed: 1, catalogue }), catalogue), data);
  await train({ dataDir: data, outDir: bundle, fit: 'train', seed: 1, force: true, stopwatch: () => 0, ...quiet });
  log = await readSiteLog(data, quiet.warn);
  const { counts, ids } = createVocabulary(trainingSessions());
  const random = createRandom(7);
  const sampler = new PopularitySampler(random);
  sampler.reset([...counts]);
  queries = makeQueries(
    log.sessions.filter(({ startAt }) => startAt >= log.splits.validFrom),
    new Set(ids),
    {
      random,
      draw: (count, isExcluded) => sampler.draw(count, (row) => isExcluded(ids[row]))?.map((row) => ids[row]),
      maxQueries: 40,
    },
  );
  const rows = queries.map(({ queryId, sessionId, userId, startAt, context, target, candidates }) =>
    [queryId, sessionId, userId, startAt, context.join(' '), target, candidates.join(' ')].join(','),
  );
  const header = 'query_id,session_id,user_id,session_start_ms,context,target,candidates';
  writeFileSync(queriesFile, gzipSync([header, ...rows, ''].join('\n')));
}, 120_000);

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const trainingSessions = () => log.sessions.filter(({ startAt }) => startAt < log.splits.validFrom);

/** Quality of the same queries through the trainer's own path. */
function offlineQuality() {
  const manifest = parseManifest(readFileSync(join(bundle, 'manifest.json'), 'utf8'));
  const micro = parseMicro(readFileSync(join(bundle, 'micro.bin')));
  if (isProblem(manifest) || micro === undefined) throw new Error('the bundle cannot be read');
  const { features }: Manifest = manifest;
  const items = readBundleItems(bundle);
  const vocabulary = createVocabulary(trainingSessions());
  const known = vocabulary.ids.map((id) => items.get(id) ?? { id });
  const [ranks] = rankQueries({ log, vocabulary, data: known, queries }, [
    () => (batch) => scoreMicro(fillMissing(batch, features), features, micro),
  ]);
  return meanQuality(ranks);
}

describe('replay', () => {
  test('the public API in a browser ranks as the trainer does, on wasm as on micro', async () => {
    const options = { dataDir: data, bundleDir: bundle, queriesFile, ...quiet };
    const result = await replay({ ...options, engine: 'wasm', against: 'micro' });
    const { 'HR@10': hitRate, MRR, 'NDCG@10': ndcg } = result;
    expect(result).toMatchObject({ queries: queries.length, tiers: { wasm: queries.length }, tierProblems: {} });
    expect({ 'HR@10': hitRate, MRR, 'NDCG@10': ndcg }).toEqual(offlineQuality());
    expect(result.against).toMatchObject({ tiers: { micro: queries.length }, 'HR@10': hitRate, MRR, 'NDCG@10': ndcg });
    expect(result.against?.difference).toMatchObject({ mean: 0 });
  });

  test('the server’s order answers without a model', async () => {
    const options = { dataDir: data, bundleDir: bundle, queriesFile, limit: 5, ...quiet };
    expect(await replay({ ...options, engine: 'server' })).toMatchObject({ queries: 5, tiers: { server: 5 } });
  });

  test('the default policy is replayed beside the order of the scores, which stays what it is alone', async () => {
    const options = { dataDir: data, bundleDir: bundle, queriesFile, ...quiet, engine: 'micro' as const };
    const alone = await replay(options);
    const { scores, ...result } = await replay({ ...options, policy: {} });
    expect(result).toMatchObject({ policy: {}, queries: queries.length, tiers: { micro: queries.length } });
    const figures = ['NDCG@10', 'coverage@10', 'diversity@10', 'repetition@10'] as const;
    expect(figures.map((name) => scores?.[name])).toEqual(figures.map((name) => alone[name]));
    const gap = result['NDCG@10'] - alone['NDCG@10'];
    expect(scores?.difference.mean).toBeCloseTo(gap, 3);
    // likeness costs something in every list of ten
    expect(result['diversity@10']).toBeGreaterThan(alone['diversity@10'] ?? 1);
  });
});
