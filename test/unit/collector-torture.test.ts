import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { benchCrash } from '../../collector/bench/bench-crash.ts';
import { benchFuzz } from '../../collector/bench/bench-fuzz.ts';
import { benchThroughput, fillSeen } from '../../collector/bench/bench-throughput.ts';
import { startCollector } from '../../collector/bench/collector-process.ts';
import { createBatchMaker } from '../../collector/bench/event-maker.ts';
import { createPoster } from '../../collector/bench/poster.ts';
import { createApp, createLog } from '../../collector/index.ts';
import type { BatchResult, EventBatch } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';

const [program, corpus] = ['../../cli/nearside.ts', '../corpus/collector/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
) as [string, string];
const progress = (): void => undefined;
const seed = 11;

// each starts many collectors, or asks one for much, on a machine that other tests share
vi.setConfig({ testTimeout: 240_000 });

describe(`a collector (seed ${String(seed)})`, () => {
  test('that is killed under load 10 times has lost and doubled nothing', async () => {
    const { acked, stored, checks } = await benchCrash({ program, cycles: 10, seed, progress });
    expect(checks).toEqual({ 'nothing lost': true, 'nothing doubled': true });
    expect(stored).toBeGreaterThanOrEqual(acked);
    expect(acked).toBeGreaterThan(500);
  });

  test('that does not know again what it has acknowledged is found out', async () => {
    const forgetful = fileURLToPath(new URL('forgetful-collector.ts', import.meta.url));
    const { checks, doubled } = await benchCrash({ program: forgetful, cycles: 3, seed, progress });
    expect(checks).toEqual({ 'nothing lost': true, 'nothing doubled': false });
    expect(doubled).toBeGreaterThan(0);
  });

  test('that gets 5,000 made-up bodies neither fails, nor crashes, nor grows', async () => {
    const before = readdirSync(corpus);
    const { failures, checks, statuses } = await benchFuzz({ program, bodies: 5000, seed, corpus, progress });
    expect(failures).toEqual([]);
    expect(Object.values(checks)).toEqual([true, true, true, true]);
    for (const status of ['200', '400', '413', '415']) expect(statuses[status]).toBeGreaterThan(0);
    expect(readdirSync(corpus)).toEqual(before);
  });

  test('is compared with one that stores nothing', async () => {
    const counts = { clients: 5, size: 3, batches: 40, rounds: 1, seen: 1000, seed };
    const stopwatch = () => performance.now();
    const { stored, unstored, seen, ratio } = await benchThroughput({ program, ...counts, progress, stopwatch });
    expect(seen).toBe(1000);
    expect(ratio).toBeCloseTo(stored.batchesPerSecond / unstored.batchesPerSecond, 1);
    expect(stored.p99Ms).toBeGreaterThanOrEqual(stored.p50Ms);
    expect(stored.batchesPerCommit).toBeGreaterThanOrEqual(1);
  });
});

test('an erasure beside a collector under load leaves no byte either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-busy-'));
  const db = join(folder, 'log.sqlite');
  const make = createBatchMaker(createRandom(seed));
  const log = createLog(db);
  const gone = make(20);
  const store = ({ clientId, events }: EventBatch) =>
    log.append(events.map((event) => ({ clientId, receivedAt: 1, event })));
  store(gone);
  // the larger the log, the longer the collector takes to write back what the erasure has rewritten
  for (let n = 0; n < 60; n++) store(make(1000));
  log.close();
  const collector = await startCollector(program, ['collect', '--db', db, '--port', '0', '--log', 'failures']);
  const poster = createPoster(collector.url);
  const statuses = new Set<number>();
  let isOn = true;
  const client = async (): Promise<void> => {
    while (isOn) statuses.add((await poster.post(Buffer.from(JSON.stringify(make(20))))).status);
  };
  const clients = Array.from({ length: 12 }, client);
  const exits: unknown[] = [];
  for (const id of [gone.clientId, 'nobody', 'nobody else']) {
    const child = spawn(process.execPath, [program, 'erase', '--db', db, '--client', id], { stdio: 'ignore' });
    exits.push(await once(child, 'close'));
  }
  isOn = false;
  await Promise.all(clients);
  poster.close();
  await collector.stop('SIGTERM');
  expect(exits).toEqual(Array(3).fill([0, null]));
  expect(statuses).toContain(200);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  expect(files.some((bytes) => bytes.includes(gone.clientId))).toBe(false);
  rmSync(folder, { recursive: true });
});

test('a log that is to know ids beforehand knows as many', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-seen-'));
  const file = join(folder, 'log.sqlite');
  fillSeen(file, 1000);
  const database = new DatabaseSync(file);
  expect(database.prepare('SELECT count(*) AS ids FROM seen WHERE length(id_hash) = 32').get()).toEqual({ ids: 1000 });
  database.close();
  rmSync(folder, { recursive: true });
});

describe('a disk that is full', () => {
  test('is answered 503 with nothing stored, and no more once there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nearside-full-'));
    const opened = vi.spyOn(DatabaseSync.prototype, 'exec');
    const log = createLog(join(folder, 'log.sqlite'));
    const [database] = opened.mock.contexts as [DatabaseSync];
    opened.mockRestore();
    const errors: string[] = [];
    const app = createApp({ log, onStoreError: (message) => errors.push(message) });
    const make = createBatchMaker(createRandom(seed));
    const post = async (batch: object): Promise<Response> => {
      const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(batch) };
      return app.request('/v1/events', init);
    };
    const healthOf = async (): Promise<number> => (await app.request('/healthz')).status;
    // SQLite's own limit fails as a disk does: SQLITE_FULL
    database.exec('PRAGMA max_page_count = 40');
    const sent: { events: readonly { id: string }[] }[] = [];
    const refused: typeof sent = [];
    while (refused.length < 3) {
      const batch = make(20);
      const { status, headers } = await post(batch);
      if (status === 200) sent.push(batch);
      else {
        expect([status, headers.get('retry-after')]).toEqual([503, '5']);
        refused.push(batch);
      }
    }
    expect(sent.length).toBeGreaterThan(1);
    // a page or two are left, which a batch does not fit into
    expect(await healthOf()).toBe(503);
    expect(errors).toEqual(Array(3).fill('database or disk is full'));
    const ids = (batches: typeof sent): string[] => batches.flatMap(({ events }) => events.map(({ id }) => id));
    expect([...log.read()].map(({ event }) => event.id)).toEqual(ids(sent));
    database.exec('PRAGMA max_page_count = 100000');
    expect(await healthOf()).toBe(200);
    for (const batch of refused) {
      const { results } = (await (await post(batch)).json()) as BatchResult;
      expect(Object.values(results)).toEqual(batch.events.map(() => ({ status: 'ok' })));
    }
    expect([...log.read()].map(({ event }) => event.id)).toEqual(ids([...sent, ...refused]));
    log.close();
    rmSync(folder, { recursive: true });
  });
});
