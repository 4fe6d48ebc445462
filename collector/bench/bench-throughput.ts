import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/core/random.ts';
import { createApp } from '../app.ts';
import { inTransaction, openWriter } from '../log-database.ts';
import { type EventLog, createLog } from '../log.ts';
import { medianOf, round4 } from '../mean.ts';
import { type RunningServer, serveApp } from '../serve.ts';
import { type CollectorProcess, startCollector } from './collector-process.ts';
import { createBatchMaker } from './event-maker.ts';
import { createPoster } from './poster.ts';

export interface ThroughputOptions {
  /** This program's own file, to start the collector with. */
  readonly program: string;
  /** That post at once, each waiting for its answer. */
  readonly clients: number;
  /** Events of a batch. */
  readonly size: number;
  /** Batches of one measurement. */
  readonly batches: number;
  /** Measurements of each server, in turn. */
  readonly rounds: number;
  /** Ids that the log knows beforehand, as it does of events that retention has deleted. */
  readonly seen: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Milliseconds from any origin. */
  readonly stopwatch: () => number;
}

export interface Throughput {
  readonly batchesPerSecond: number;
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many batches shared one commit and its fsync. */
  readonly batchesPerCommit: number;
}

export interface ThroughputResult {
  readonly clients: number;
  readonly batchEvents: number;
  readonly rounds: number;
  readonly seen: number;
  readonly seed: number;
  /** Medians over the rounds. */
  readonly stored: Throughput;
  readonly unstored: Throughput;
  /** Of batches per second, stored / unstored: the median over the rounds, the lowest and the highest. */
  readonly ratio: number;
  readonly ratios: readonly [number, number];
  readonly checks: { readonly 'ratio at least .5': boolean };
}

const WARM_UP_SHARE = 0.2;
const GOAL = 0.5;

/** Compares a collector with fsync to the same server that stores nothing, in turns, so that both meet the same machine. */
export async function benchThroughput(options: ThroughputOptions): Promise<ThroughputResult> {
  const { rounds, seen, progress } = options;
  const random = createRandom(options.seed);
  const pairs: [stored: Throughput, unstored: Throughput][] = [];
  for (let round = 1; round <= rounds; round++) {
    const measure = (stores: boolean) => measureServer(options, random, stores);
    // each first in every other round
    const first = await measure(round % 2 === 1);
    const second = await measure(round % 2 === 0);
    pairs.push(round % 2 === 1 ? [first, second] : [second, first]);
    progress(`${String(round)} of ${String(rounds)} rounds`);
  }
  const ratios = pairs.map(([stored, unstored]) => stored.batchesPerSecond / unstored.batchesPerSecond);
  const ratio = medianOf(ratios) ?? 0;
  return {
    ...{ clients: options.clients, batchEvents: options.size, rounds, seen, seed: options.seed },
    stored: summarize(pairs.map(([stored]) => stored)),
    unstored: summarize(pairs.map(([, unstored]) => unstored)),
    ...{ ratio: round4(ratio), ratios: [round4(Math.min(...ratios)), round4(Math.max(...ratios))] },
    checks: { 'ratio at least .5': ratio >= GOAL },
  };
}

/** What is measured: a collector over a log in a file, or over one that forgets at once. */
export async function serveForBench(target: string): Promise<RunningServer> {
  const log = target === 'nothing' ? NO_LOG : createLog(target);
  const server = await serveApp(createApp({ log }), { port: 0 });
  const close = async (): Promise<void> => {
    await server.close();
    log.close();
  };
  return { url: server.url, close };
}

const NO_LOG: Pick<EventLog, 'commit' | 'probe' | 'sizeBytes' | 'walSizeBytes' | 'close'> = {
  commit: (writes) => writes.map(({ rows }) => rows.map(() => 'ok')),
  probe: () => undefined,
  sizeBytes: () => 0,
  walSizeBytes: () => 0,
  close: () => undefined,
};

async function measureServer(options: ThroughputOptions, random: () => number, stores: boolean): Promise<Throughput> {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-bench-'));
  const file = join(folder, 'log.sqlite');
  if (stores && options.seen > 0) fillSeen(file, options.seen);
  const server = await startCollector(options.program, [
    ...['bench', 'collector', '--serve', stores ? file : 'nothing'],
  ]);
  try {
    return await load(server, options, random);
  } finally {
    await server.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  }
}

/** Makes a log that knows so many ids of events that it no longer has. */
export function fillSeen(file: string, count: number): void {
  const database = openWriter(file);
  // sorted, because a table in the order of its key is filled many times faster
  inTransaction(database, () =>
    database.exec(`
      INSERT INTO seen WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${String(count)})
      SELECT randomblob(32) AS id_hash, 0 FROM row ORDER BY id_hash`),
  );
  database.close();
}

async function load(
  server: CollectorProcess,
  { clients, size, batches, stopwatch }: ThroughputOptions,
  random: () => number,
): Promise<Throughput> {
  const make = createBatchMaker(random);
  const warmUp = Math.ceil(batches * WARM_UP_SHARE);
  // made beforehand: the client's share of the machine is to be small
  const bodies = Array.from({ length: warmUp + batches }, () => Buffer.from(JSON.stringify(make(size))));
  const poster = createPoster(server.url);
  const durations: number[] = [];
  let next = 0;
  const runUntil = async (end: number): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined && next <= end; body = bodies[next++]) {
      const startedAt = stopwatch();
      const { status } = await poster.post(body);
      if (status !== 200) throw new Error(`the collector answered ${String(status)}`);
      durations.push(stopwatch() - startedAt);
    }
  };
  const runAll = (end: number) => Promise.all(Array.from({ length: clients }, () => runUntil(end)));
  await runAll(warmUp);
  [next, durations.length] = [warmUp, 0];
  const commitsBefore = await countCommits(server.url);
  const startedAt = stopwatch();
  await runAll(bodies.length);
  const seconds = (stopwatch() - startedAt) / 1000;
  const commits = (await countCommits(server.url)) - commitsBefore;
  poster.close();
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const batchesPerSecond = sorted.length / seconds;
  return {
    ...{ batchesPerSecond, eventsPerSecond: batchesPerSecond * size },
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), batchesPerCommit: sorted.length / commits },
  };
}

async function countCommits(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nearside_commit_seconds_count (\d+)$/m.exec(text)?.[1]);
}

function summarize(rounds: readonly Throughput[]): Throughput {
  const median = (name: keyof Throughput): number => round4(medianOf(rounds.map((round) => round[name])) ?? 0);
  return {
    batchesPerSecond: Math.round(median('batchesPerSecond')),
    eventsPerSecond: Math.round(median('eventsPerSecond')),
    ...{ p50Ms: median('p50Ms'), p99Ms: median('p99Ms'), batchesPerCommit: median('batchesPerCommit') },
  };
}
