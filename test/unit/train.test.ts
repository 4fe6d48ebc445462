import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch, largestDifference } from '../../src/core/golden.ts';
import { parseManifest } from '../../src/core/manifest.ts';
import { parseMicro, scoreMicro } from '../../src/core/micro.ts';
import { isProblem } from '../../src/core/problem.ts';
import { benchForwardChaining } from '../../training/bench-training.ts';
import { createVocabulary } from '../../training/catalogue.ts';
import { type ItemData, createItemDataAt } from '../../training/item-data.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { simulate } from '../../training/simulate.ts';
import { readSiteLog } from '../../training/site-log.ts';
import { type TrainOptions, overBudget, train } from '../../training/train.ts';

const dir = mkdtempSync(join(tmpdir(), 'nearside-train-'));
const data = join(dir, 'log');
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const readGzip = (file: string): string => gunzipSync(readFileSync(file)).toString('utf8');
const writeGzip = (file: string, text: string): void => {
  writeFileSync(file, gzipSync(text));
};
const bytesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

const warnings: string[] = [];
/** So small a log teaches nothing beyond the linear blend: written by force. */
const trainOn = (dataDir: string, outDir: string, { seed = 1, force = true, ...more }: Partial<TrainOptions> = {}) =>
  train({
    dataDir,
    outDir,
    fit: 'train',
    ...more,
    seed,
    force,
    progress: () => undefined,
    warn: (line) => warnings.push(line),
    stopwatch: () => performance.now(),
  });

/** A copy of the small log whose events file is changed by `edit`. */
function copyLog(name: string, edit: (csv: string) => string): string {
  const copy = join(dir, name);
  cpSync(data, copy, { recursive: true });
  writeGzip(join(copy, 'events.csv.gz'), edit(readGzip(join(data, 'events.csv.gz'))));
  return copy;
}

beforeAll(() => {
  const catalogue = createNeutralCatalogue(120, 1);
  writeSimulation(encodeSimulation(simulate({ visits: 500, seed: 1, catalogue }), catalogue), data);
  const times = readGzip(join(data, 'events.csv.gz')).split('\n').slice(1, -1);
  const at = (share: number): number => Number(times[Math.floor(times.length * share)].split(',')[4]);
  writeFileSync(join(data, 'splits.json'), JSON.stringify({ valid_from_ms: at(0.8), test_from_ms: at(0.9) }));
});

describe('train', { timeout: 120_000 }, () => {
  test('writes a bundle that the page reads and whose golden rows hold', async () => {
    const result = await trainOn(data, join(dir, 'a'));
    expect(result).toMatchObject({ rejectedRows: 0, seed: 1, fit: 'train' });
    expect(result.valid?.['NDCG@10']).toBeGreaterThan(0.15);
    const manifest = parseManifest(readFileSync(join(dir, 'a/manifest.json'), 'utf8'));
    if (isProblem(manifest)) throw new Error(manifest.message);
    const micro = parseMicro(readFileSync(join(dir, 'a/micro.bin')));
    if (micro === undefined) throw new Error('micro.bin cannot be read');
    expect(manifest.golden.length).toBeGreaterThan(0);
    for (const row of manifest.golden) {
      const logits = scoreMicro(fillMissing(goldenBatch(row), manifest.features), manifest.features, micro);
      expect(largestDifference(logits, row.logits)).toBeLessThan(1e-6);
    }
  });

  test('the same seed gives the same bytes; another seed another model', async () => {
    await trainOn(data, join(dir, 'b'));
    expect(bytesOf(join(dir, 'b'))).toEqual(bytesOf(join(dir, 'a')));
    const other = await trainOn(data, join(dir, 'c'), { seed: 2 });
    expect(other.modelId).not.toBe(
      (JSON.parse(readFileSync(join(dir, 'a/manifest.json'), 'utf8')) as { modelId: string }).modelId,
    );
  });

  test('refuses a model that does not beat its linear blend; force writes and marks it', async () => {
    const refused = await trainOn(data, join(dir, 'refused'), { force: false });
    expect(refused).toMatchObject({ modelId: null, onnxBytes: null, forced: false });
    expect(refused.gate?.failures[0]).toMatch(/does not beat its linear blend: NDCG@10 differs by .*95 % interval/);
    expect(existsSync(join(dir, 'refused/manifest.json'))).toBe(false);
    const { quality } = JSON.parse(readFileSync(join(dir, 'a/manifest.json'), 'utf8')) as { quality: unknown };
    expect(quality).toMatchObject({ forced: true, gate: refused.gate });
  });

  test('the large size is another net; each part has its time', async () => {
    const large = await trainOn(data, join(dir, 'large'), { size: 'large' });
    const { size } = await stat(join(dir, 'large/rank.onnx'));
    expect(size).toBe(large.onnxBytes);
    expect(size).toBeGreaterThan(20_000);
    expect(large.size).toBe('large');
    const parts = ['read', 'neighbours', 'vectors', 'features', 'model', 'linear', 'gate', 'goldenRows', 'export'];
    expect(Object.keys(large.parts).sort()).toEqual(parts.sort());
  });

  test('fitted on both parts, a twin is judged on the later one, and int8 on the net that ships', async () => {
    const both = await trainOn(data, join(dir, 'both'), { fit: 'train+valid' });
    expect(both).toMatchObject({ valid: null, gate: { on: 'held-out examples' } });
    const { cases, model, linear, difference } = both.gate?.generated ?? {};
    expect(cases).toBeGreaterThan(10);
    expect(difference?.mean).toBeCloseTo((model?.['NDCG@10'] ?? NaN) - (linear?.['NDCG@10'] ?? NaN), 3);
    expect(both.gate?.cases).toBeGreaterThan(20);
    expect(both.examples).toBeGreaterThan(both.gate?.cases ?? 0);
    expect(both.gate?.quantization.sameTop1).toBeGreaterThan(0.9);
  });

  test('the bench of forward chaining trains the recipe and its control', async () => {
    const quiet = { progress: () => undefined, warn: () => undefined };
    const [recipe, control] = await benchForwardChaining({ dataDir: data, seed: 1, ...quiet });
    expect(recipe.name).toBe('forward-chained');
    expect(recipe.model['NDCG@10']).toBeGreaterThan(0.15);
    expect(control.model['NDCG@10']).not.toBe(recipe.model['NDCG@10']);
    expect(control.payloadBytes).toBe(recipe.payloadBytes);
  });

  test('items may travel without a vector or a neighbour', async () => {
    const log = await readSiteLog(data, () => undefined);
    const vocabulary = createVocabulary(log.sessions);
    const at = log.sessions[log.sessions.length - 1].startAt;
    const shaped = (width: number, neighbours: number) =>
      createItemDataAt({ ...{ log, vocabulary }, sessions: log.sessions, shape: { width, neighbours } }, at);
    const bytes = ({ nbrs }: ItemData): number => Buffer.from(nbrs ?? '', 'base64').length;
    expect(shaped(0, 0).every((item) => bytes(item) === 0)).toBe(true);
    expect(Math.max(...shaped(0, 3).map(bytes))).toBe(15);
    const [none] = shaped(0, 3);
    const [eight] = shaped(8, 3);
    const numbers = (item: ItemData): number =>
      Buffer.from(item.vec ?? '', 'base64').filter((byte) => byte !== 0).length;
    expect(numbers(none)).toBe(0);
    expect(numbers(eight)).toBeGreaterThan(8);
  });

  test('rows after the cut change nothing', async () => {
    const { test_from_ms: from } = JSON.parse(readFileSync(join(data, 'splits.json'), 'utf8')) as {
      test_from_ms: number;
    };
    const appended = copyLog('appended', (csv) => {
      const row = (i: number): string =>
        `late-${String(i)},late-user,new-item-${String(i % 3)},view,${String(from + i)},,`;
      return `${csv}${Array.from({ length: 500 }, (_, i) => row(i)).join('\n')}\n`;
    });
    await trainOn(appended, join(dir, 'd'));
    expect(bytesOf(join(dir, 'd'))).toEqual(bytesOf(join(dir, 'a')));
  });

  test('a few bad rows are skipped, counted, and the first five named with file and line', async () => {
    const lines = (csv: string): string[] => csv.split('\n');
    const bad = copyLog('bad-rows', (csv) => {
      const all = lines(csv);
      all.splice(2, 0, ...Array.from({ length: 7 }, () => 's1,u1,item,view,not-a-time,,'), 'short');
      return all.join('\n');
    });
    warnings.length = 0;
    const result = await trainOn(bad, join(dir, 'e'));
    expect(result.rejectedRows).toBe(8);
    const named = warnings.filter((line) => line.startsWith('skipped'));
    expect(named).toHaveLength(5);
    expect(named[0]).toMatch(/events\.csv\.gz:3: timestamp_ms is not epoch milliseconds/);
    expect(bytesOf(join(dir, 'e'))).toEqual(bytesOf(join(dir, 'a')));
  });

  test.each([
    [
      'a missing column',
      (csv: string) => csv.replace('item_id', 'thing'),
      /events\.csv\.gz:1: required column missing: item_id/,
    ],
    ['no rows', (csv: string) => `${csv.split('\n')[0]}\n`, /events\.csv\.gz:1: no rows/],
    [
      'over 5 % bad rows',
      (csv: string) =>
        csv
          .split('\n')
          .map((line, i) => (i % 10 === 1 ? 'x,y,,view,1,,' : line))
          .join('\n'),
      /over 5 %; the first: .*events\.csv\.gz:2: item_id is empty/,
    ],
    [
      'only other event types',
      (csv: string) => csv.replace(/,(view|click|add_to_cart|purchase),/g, ',return,'),
      /no row of type/,
    ],
  ])('refuses %s', async (name, edit, message) => {
    const broken = copyLog(name.replace(/\W+/g, '-'), edit);
    await expect(readSiteLog(broken, () => undefined)).rejects.toThrow(message);
  });

  test('refuses a file that is not gzip, and a folder without events', async () => {
    const broken = copyLog('not-gzip', (csv) => csv);
    writeFileSync(join(broken, 'events.csv.gz'), 'plain text');
    await expect(readSiteLog(broken, () => undefined)).rejects.toThrow(/events\.csv\.gz.*cannot be read/);
    await expect(readSiteLog(join(dir, 'nowhere'), () => undefined)).rejects.toThrow(/cannot be read/);
  });

  test('other event types are counted, optional columns may be missing', async () => {
    const thin = copyLog('thin', (csv) =>
      csv
        .split('\n')
        .map((line, i) => {
          const [session, , item, type, at] = line.split(',');
          return line === '' ? '' : [session, item, i % 50 === 1 ? 'return' : type, at].join(',');
        })
        .join('\n'),
    );
    rmSync(join(thin, 'items.csv.gz'));
    const log = await readSiteLog(thin, () => undefined);
    expect(log.otherEvents['return']).toBeGreaterThan(10);
    expect(log.items.size).toBe(0);
    expect(log.sessions.every(({ userId }) => userId === '')).toBe(true);
  });
});

const retail = new URL('../../../shared/data/online-retail/', import.meta.url).pathname;
test.skipIf(!existsSync(retail))('reads the shared data: online-retail', { timeout: 60_000 }, async () => {
  const log = await readSiteLog(retail, () => undefined);
  expect(log.rejectedRows).toBe(0);
  expect(log.otherEvents).toEqual({ return: 7719 });
  expect(log.sessions.reduce((sum, { events }) => sum + events.length, 0)).toBe(443_372);
});

describe('budgets', () => {
  test('name what is too large; large may weigh more', () => {
    expect(overBudget({ onnxBytes: 50_000, payloadBytes: 25_000 }, 'default')).toEqual([]);
    expect(overBudget({ onnxBytes: 50_001, payloadBytes: 25_001 }, 'default')).toEqual([
      expect.stringMatching(/rank.onnx has 50001 bytes/),
      expect.stringMatching(/25001 bytes, more than 25000/),
    ]);
    expect(overBudget({ onnxBytes: 300_000, payloadBytes: 1 }, 'large')).toEqual([]);
    expect(overBudget({ onnxBytes: 300_001, payloadBytes: 1 }, 'large')).toHaveLength(1);
  });
});
