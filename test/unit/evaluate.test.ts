import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { runCommand } from '../../cli/command.ts';
import { evaluateCommand } from '../../cli/evaluate.ts';
import { BASELINES } from '../../training/baselines.ts';
import { readBundleEngines } from '../../training/bundle-engines.ts';
import { type EvaluateResult, evaluate } from '../../training/evaluate.ts';
import { loadQueries } from '../../training/evaluation-queries.ts';
import { type FreshnessResult, benchFreshness } from '../../training/freshness.ts';
import { writeEvaluation } from '../../training/evaluation-page.ts';
import { plotFreshness, writeFreshness } from '../../training/freshness-page.ts';
import { meanQuality } from '../../training/metrics.ts';
import { rankQueries } from '../../training/score-queries.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { simulate } from '../../training/simulate.ts';
import { type SiteLog, readSiteLog } from '../../training/site-log.ts';
import { train } from '../../training/train.ts';

const dir = mkdtempSync(join(tmpdir(), 'nearside-evaluate-'));
const data = join(dir, 'log');
const bundle = join(dir, 'bundle');
const ignore = (): undefined => undefined;
const quiet = { progress: ignore, warn: ignore, stopwatch: () => 0 };
const QUERIES = 80;
const options = { ...quiet, dataDir: data, bundleDir: bundle, split: 'valid' as const, seed: 1, limit: QUERIES };

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

let times: { valid_from_ms: number; test_from_ms: number };

beforeAll(async () => {
  const catalogue = createNeutralCatalogue(120, 1);
  writeSimulation(encodeSimulation(simulate({ visits: 600, seed: 1, catalogue }), catalogue), data);
  // a log without impressions until a test brings its own
  rmSync(join(data, 'impressions.csv.gz'));
  const rows = gunzipSync(readFileSync(join(data, 'events.csv.gz')))
    .toString('utf8')
    .split('\n')
    .slice(1, -1);
  const at = (share: number): number => Number(rows[Math.floor(rows.length * share)].split(',')[4]);
  times = { valid_from_ms: at(0.8), test_from_ms: at(0.95) };
  writeFileSync(join(data, 'splits.json'), JSON.stringify(times));
  await train({ ...quiet, dataDir: data, outDir: bundle, fit: 'train', seed: 1, force: true });
}, 120_000);

/** Slates over the held-out sessions: the next item among four others, clicked; every other slate has no click. */
function impressionsOf(log: SiteLog): string {
  const random = createRandom(2);
  const ids = [...log.items.keys()];
  const lines = ['slate_id,session_id,user_id,timestamp_ms,position,item_id,clicked'];
  for (const { sessionId, userId, startAt, events } of log.sessions) {
    if (startAt < times.valid_from_ms) continue;
    events.slice(1).forEach(({ itemId, at }, i) => {
      const others = Array.from({ length: 4 }, () => ids[Math.floor(random() * ids.length)]);
      const shown = i % 2 === 0 ? [...new Set([...others, itemId])] : [...new Set(others)];
      const slate = `${sessionId}-${String(i)}`;
      shown.forEach((id, position) => {
        const clicked = i % 2 === 0 && id === itemId ? 1 : 0;
        lines.push([slate, sessionId, userId, at, position, id, clicked].join(','));
      });
    });
  }
  return `${lines.join('\n')}\n`;
}

describe('evaluate', { timeout: 120_000 }, () => {
  let result: EvaluateResult;
  beforeAll(async () => {
    result = await evaluate(options);
  }, 60_000);

  test('judges every recommender in every way', () => {
    expect(result).toMatchObject({
      split: 'valid',
      queries: QUERIES,
      queriesFrom: 'sessions of the log',
      rejectedRows: 0,
    });
    expect(Object.keys(result.models)).toEqual(['model', 'linear', ...BASELINES]);
    for (const one of Object.values(result.models)) {
      expect(one['HR@10']).toBeLessThanOrEqual(one['HR@20']);
      expect(one['NDCG@10']).toBe(one['NDCG@10Interval'].mean);
      const inSegments = Object.entries(one.segments).filter(([name]) => name.endsWith('visitor'));
      expect(inSegments.reduce((sum, [, { queries }]) => sum + queries, 0)).toBe(QUERIES);
      expect(one['coverage@10']).toBeGreaterThan(0);
    }
    expect(result.models.model['NDCG@10']).toBeGreaterThan(result.models.random['NDCG@10'] + 0.1);
    expect(result.calibration).toBe('not calibratable: no impressions');
  });

  test('differences are paired: this minus that', () => {
    const { model, linear, popularity } = result.models;
    expect(model.minusModel).toBeUndefined();
    expect(popularity.minusModel?.mean).toBeCloseTo(popularity['NDCG@10'] - model['NDCG@10'], 3);
    expect(model.minusLinear?.mean).toBeCloseTo(-(linear.minusModel?.mean ?? NaN), 6);
    expect(linear.full.minusModel?.mean).toBeCloseTo(linear.full['NDCG@10'] - model.full['NDCG@10'], 3);
  });

  test('says of the engines what training’s own ranking says', async () => {
    const log = await readSiteLog(data, ignore);
    const engines = readBundleEngines(bundle);
    const { queries } = await loadQueries({ ...options, log, engines });
    const [ranks] = rankQueries({ log, ...engines, queries }, [() => engines.model]);
    const { model } = result.models;
    expect(meanQuality(ranks)).toEqual({ 'HR@10': model['HR@10'], MRR: model.MRR, 'NDCG@10': model['NDCG@10'] });
  });

  test('is the same for the same seed; what comes after the part changes nothing', async () => {
    const later = join(dir, 'later');
    cpSync(data, later, { recursive: true });
    const csv = gunzipSync(readFileSync(join(data, 'events.csv.gz'))).toString('utf8');
    const item = csv.split('\n')[1].split(',')[2];
    const rows = Array.from(
      { length: 300 },
      (_, i) => `z${String(i >> 1)},,${item},view,${String(times.test_from_ms + 9e8 + i)},,`,
    );
    writeFileSync(join(later, 'events.csv.gz'), gzipSync(`${csv}${rows.join('\n')}\n`));
    expect(await evaluate({ ...options, dataDir: later })).toEqual(result);
  });

  test('refuses a part that the bundle was trained on, and one that is not there', async () => {
    const all = join(dir, 'all');
    await train({ ...quiet, dataDir: data, outDir: all, fit: 'train+valid', seed: 1, force: true });
    await expect(evaluate({ ...options, bundleDir: all })).rejects.toThrow(/trained on events up to .* valid part/);
    const unsplit = join(dir, 'unsplit');
    cpSync(data, unsplit, { recursive: true });
    rmSync(join(unsplit, 'splits.json'));
    await expect(evaluate({ ...options, dataDir: unsplit, split: 'test' })).rejects.toThrow(/no test part/);
  });

  test('calibrates where the log has impressions, in whatever unit their clock is, and counts their bad rows', async () => {
    const shown = join(dir, 'shown');
    cpSync(data, shown, { recursive: true });
    const text = impressionsOf(await readSiteLog(data, ignore));
    // a clock in seconds, and a row without an item
    const seconds = text.replaceAll(/,(\d{10})\d{3},/g, ',$1,');
    writeFileSync(join(shown, 'impressions.csv.gz'), gzipSync(`${seconds}x,x,,1750000000,0,,0\n`));
    const { calibration, rejectedRows } = await evaluate({ ...options, dataDir: shown });
    if (typeof calibration === 'string') throw new Error(calibration);
    expect(rejectedRows).toBe(1);
    expect(calibration.clicks).toBeGreaterThan(100);
    for (const { before, platt, isotonic, constant } of [calibration.model, calibration.linear]) {
      expect(platt.ECE).toBeLessThan(before.ECE);
      expect(isotonic.ECE).toBeLessThan(before.ECE);
      // scores tell the clicked item from the others, the constant does not
      expect(platt.brier).toBeLessThan(constant.brier);
    }
  });

  test('writes its tables between markers, again and again', () => {
    const out = join(dir, 'pages');
    writeEvaluation(result, out);
    const file = join(out, 'evaluation.md');
    writeFileSync(file, `# Before\n\n${readFileSync(file, 'utf8')}\nAfter.\n`);
    writeEvaluation({ ...result, queries: 7 }, out);
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^# Before\n\n<!-- evaluate-valid:begin -->[^]*<!-- evaluate-valid:end -->\n\nAfter\.\n$/);
    expect(page).toContain(': 7 queries');
    expect(page.match(/`simpleMix`/g)).toHaveLength(3);
    writeEvaluation({ ...result, split: 'test' }, out);
    expect(readFileSync(file, 'utf8')).toMatch(/After\.\n\n<!-- evaluate-test:begin -->/);
  });
});

describe('bench freshness', { timeout: 120_000 }, () => {
  let result: FreshnessResult;
  beforeAll(async () => {
    result = await benchFreshness(options);
  }, 60_000);

  test('behind by nothing, stale, device and fresh are one', () => {
    const [zero] = result.events;
    expect(zero.behind).toBe(0);
    for (const engine of [zero.model, zero.linear]) {
      expect(engine.device).toEqual(engine.stale);
      expect(engine.fresh).toEqual(engine.stale);
      expect(engine.signalGain).toEqual({ mean: 0, low: 0, high: 0 });
      expect(engine.recovered).toEqual({ ratio: null, low: null, high: null });
    }
    expect(zero.freshGenerator).toEqual(zero.generator);
  });

  test('behind by more, the two gains make up the whole way', () => {
    for (const lag of [...result.events.slice(1), ...result.sessions]) {
      for (const { stale, device, fresh, signalGain, candidateGain, recovered } of [lag.model, lag.linear]) {
        expect(signalGain.mean).toBeCloseTo(device.mean - stale.mean, 3);
        expect(candidateGain.mean).toBeCloseTo(fresh.mean - device.mean, 3);
        if (recovered.ratio !== null)
          expect(recovered.ratio).toBeCloseTo(signalGain.mean / (fresh.mean - stale.mean), 1);
        // a target that is no candidate counts 0
        expect(Math.max(stale.mean, device.mean)).toBeLessThanOrEqual(lag['recall@100'].mean);
      }
    }
    expect(result.events[2].model.fresh).toEqual(result.events[0].model.fresh);
    expect(result.events.every(({ queries }) => queries === QUERIES)).toBe(true);
    expect(result.sessions[0].queries).toBeLessThan(QUERIES);
  });

  test('parts that measure the same thing agree', () => {
    const fresh = result.events[0].model.fresh;
    expect(result.supply.variants[0].model.quality).toEqual(fresh);
    expect(result.snapshot.model.fresh).toEqual(fresh);
    expect(result.identity.model.stitched).toEqual(result.sessions[0].model.fresh);
    expect(result.identity.queries).toBe(result.sessions[0].queries);
  });

  test('what arrives late or not at all changes the ranking', () => {
    const quality = new Map(result.supply.variants.map(({ name, linear }) => [name, linear.quality.mean]));
    expect([...quality.keys()].filter((name) => name.startsWith('no ')).length).toBe(6);
    for (const name of [
      'no vec',
      'no nbrs',
      'no popularity, no sales',
      'demand 28 days old',
      'vec and nbrs 28 days older',
    ]) {
      expect(quality.get(name), name).not.toBe(quality.get('everything, live'));
    }
    expect(quality.get('no vec, no nbrs')).toBeLessThan(quality.get('everything, live') ?? 0);
  });

  test('a generator that training never saw ranks by the same measures', () => {
    const { otherGenerator, events } = result;
    expect(otherGenerator).toMatchObject({ behind: 2, queries: QUERIES });
    expect(otherGenerator.generator).not.toEqual(events[2].generator);
    expect(otherGenerator.model.device.mean).toBeGreaterThan(otherGenerator.model.stale.mean);
    const { model, linear, modelMinusLinear } = otherGenerator;
    expect(modelMinusLinear.mean).toBeCloseTo(model.device.mean - linear.device.mean, 3);
  });

  test('is the same for the same seed', async () => {
    expect(await benchFreshness(options)).toEqual(result);
  });

  test('writes table and plot', () => {
    const out = join(dir, 'fresh');
    writeFreshness(result, out);
    expect(readFileSync(join(out, 'freshness.md'), 'utf8')).toContain(
      '![NDCG@10 by how many events the generator is behind](freshness.svg)',
    );
    const svg = readFileSync(join(out, 'freshness.svg'), 'utf8');
    expect(svg).toBe(plotFreshness(result));
    expect(readFileSync(join(out, 'freshness.md'), 'utf8')).toContain(
      '**Another generator**, which training never saw',
    );
    expect(svg.match(/<path class="line/g)).toHaveLength(7);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('bad flags and folders are said', async () => {
    const run = (...args: string[]) => runCommand(evaluateCommand, args, quiet as never);
    await expect(run('--data', data, '--bundle', bundle, '--split', 'train')).rejects.toThrow(
      '--split must be valid or test',
    );
    await expect(run('--data', data, '--bundle', dir)).rejects.toThrow(
      /manifest\.json: cannot be read; is .* a trained bundle/,
    );
    expect(existsSync(join(dir, 'manifest.json'))).toBe(false);
  });
});
