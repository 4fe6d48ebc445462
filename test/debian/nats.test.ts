import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CollectorProcess, startCollector } from '../../collector/bench/collector-process.ts';
import { createBatchMaker } from '../../collector/bench/event-maker.ts';
import { type Poster, createPoster } from '../../collector/bench/poster.ts';
import { createLog, eraseFromLog, openArchive, openLog, writeArchive } from '../../collector/index.ts';
import { DUPLICATE_WINDOW_MINUTES, STREAM_DAYS, openNatsReader } from '../../collector/nats-stream.ts';
import type { BatchResult, EventBatch } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { type NatsServer, createNatsServer } from './nats-server.ts';

const PROGRAM = fileURLToPath(new URL('../../cli/nearside.ts', import.meta.url));
const CRASH = fileURLToPath(new URL('crash-before-cursor.ts', import.meta.url));
const SEED = 11;
const BATCH = 20;
const KILLS = 3;
/** A machine that others use too, and a backoff of up to 16 s. */
const PATIENT = { timeout: 120_000, interval: 100 };

let folder: string;
let server: NatsServer;
let makeBatch: ReturnType<typeof createBatchMaker>;
const collectors: CollectorProcess[] = [];
const posters: Poster[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-forward-'));
  server = await createNatsServer();
  await server.start();
  makeBatch = createBatchMaker(createRandom(SEED));
});

afterEach(async () => {
  for (const poster of posters.splice(0)) poster.close();
  await Promise.all(collectors.splice(0).map((collector) => collector.stop('SIGKILL')));
  await server.remove();
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string): string => join(folder, `${name}.sqlite`);

async function collect(name: string) {
  const collector = await startCollector(PROGRAM, [
    'collect',
    '--db',
    fileOf(name),
    '--port',
    '0',
    '--nats',
    server.url,
  ]);
  const poster = createPoster(collector.url);
  collectors.push(collector);
  posters.push(poster);
  const post = async (batch: EventBatch) => {
    const { status, body } = await poster.post(Buffer.from(JSON.stringify(batch)));
    return { status, results: (JSON.parse(body) as Partial<BatchResult>).results ?? {} };
  };
  const forward = async () => {
    const health = (await (await fetch(`${collector.url}/healthz`)).json()) as { forward: Record<string, number> };
    return health.forward;
  };
  const untilForwarded = () => vi.waitFor(async () => expect(await forward()).toMatchObject({ behind: 0 }), PATIENT);
  return { ...collector, post, forward, untilForwarded };
}

/** Ids of the stream's messages, one for each message. */
async function readStream(): Promise<string[]> {
  const reader = await openNatsReader(server.url);
  const ids: string[] = [];
  try {
    for await (const { text } of reader.read(0)) ids.push((JSON.parse(text) as { id: string }).id);
  } finally {
    await reader.close();
  }
  return ids;
}
async function readArchive(out: string): Promise<string[]> {
  const archive = await openArchive(out);
  const ids: string[] = [];
  for await (const { event } of archive.read()) ids.push(event.id);
  archive.close();
  return ids;
}
/** Sends a batch and is gone before an answer; resolves to the bytes of it that came nevertheless. */
async function postAndLeave(url: string, batch: EventBatch): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const body = JSON.stringify(batch);
  const lines = ['POST /v1/events HTTP/1.1', `host: ${host}`, 'content-type: application/json'];
  const socket = connect(Number(port), hostname);
  socket.write([...lines, `content-length: ${String(Buffer.byteLength(body))}`, '', body].join('\r\n'), () => {
    socket.destroy();
  });
  await once(socket, 'close');
  return socket.bytesRead;
}
function countIn(name: string): number {
  const log = openLog(fileOf(name));
  const { length } = [...log.read()];
  log.close();
  return length;
}
const idsOf = (batches: readonly EventBatch[]): string[] => batches.flatMap(({ events }) => events.map(({ id }) => id));
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

test(`nats-server is killed ${String(KILLS)} times under load and comes back: no event is lost, none is counted twice`, async () => {
  const [a, b] = [await collect('a'), await collect('b')];
  const acked: EventBatch[] = [];
  let isOn = true;
  const load = async (one: typeof a): Promise<void> => {
    while (isOn) {
      const batch = makeBatch(BATCH);
      const { status, results } = await one.post(batch);
      // the outage of the stream is none of the collector's
      expect(status).toBe(200);
      expect(new Set(Object.values(results).map((result) => result.status))).toEqual(new Set(['ok']));
      acked.push(batch);
    }
  };
  const loads = [load(a), load(b)];
  for (let kills = 0; kills < KILLS; kills++) {
    const { events = 0 } = await a.forward();
    await vi.waitFor(async () => expect((await a.forward()).events).toBeGreaterThan(events), PATIENT);
    await server.kill();
    const count = acked.length;
    await vi.waitFor(async () => {
      expect(acked.length).toBeGreaterThan(count + 20);
      for (const one of [a, b]) expect(await one.forward()).toMatchObject({ connected: false });
    }, PATIENT);
    expect((await a.forward()).behind).toBeGreaterThan(0);
    await server.start();
    await vi.waitFor(async () => expect((await a.forward()).connected).toBe(true), PATIENT);
  }
  isOn = false;
  await Promise.all(loads);
  await Promise.all([a.untilForwarded(), b.untilForwarded()]);
  const sent = sorted(idsOf(acked));
  const streamed = await readStream();
  expect(sorted(new Set(streamed))).toEqual(sent);
  const out = join(folder, 'archive');
  const result = await writeArchive({ logs: [], natsUrl: server.url, outDir: out });
  expect(result).toMatchObject({ events: sent.length, duplicates: streamed.length - sent.length, erased: 0 });
  expect(sorted(await readArchive(out))).toEqual(sent);
  console.log(
    `seed ${String(SEED)}: ${String(sent.length)} events, ${String(streamed.length - sent.length)} repeated in the stream`,
  );
});

test('a batch whose answer is lost at one collector and that is sent to another is counted once', async () => {
  const [a, b] = [await collect('a'), await collect('b')];
  const batch = makeBatch(BATCH);
  expect(await postAndLeave(a.url, batch)).toBe(0);
  await vi.waitFor(() => expect(countIn('a')).toBe(BATCH), PATIENT);
  // so the device asks b, which has not seen the events either
  const { results } = await b.post(batch);
  expect(Object.values(results)).toEqual(batch.events.map(() => ({ status: 'ok' })));
  await Promise.all([a.untilForwarded(), b.untilForwarded()]);
  expect(sorted(await readStream())).toEqual(sorted(idsOf([batch])));
  const logs = [fileOf('a'), fileOf('b')];
  for (const [name, input, duplicates] of [
    ['stream', { logs: [], natsUrl: server.url }, 0],
    ['logs', { logs }, BATCH],
    ['all', { logs, natsUrl: server.url }, 2 * BATCH],
  ] as const) {
    const out = join(folder, name);
    expect(await writeArchive({ ...input, outDir: out })).toMatchObject({ events: BATCH, duplicates });
    expect(sorted(await readArchive(out))).toEqual(sorted(idsOf([batch])));
  }
});

test('a collector that is killed between acknowledgement and cursor repeats, and the stream knows the ids', async () => {
  const [batch, later] = [makeBatch(BATCH), makeBatch(BATCH)];
  const log = createLog(fileOf('a'));
  const store = ({ clientId, events }: EventBatch) =>
    log.append(events.map((event) => ({ clientId, receivedAt: Date.now(), event })));
  store(batch);
  const child = spawn(process.execPath, [CRASH, fileOf('a'), server.url], { stdio: 'inherit' });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  expect(await readStream()).toEqual(idsOf([batch]));
  store(later);
  log.close();
  const a = await collect('a');
  expect(await a.forward()).toMatchObject({ events: expect.any(Number) as number });
  await a.untilForwarded();
  expect(await a.forward()).toMatchObject({ events: 2 * BATCH });
  expect(await readStream()).toEqual(idsOf([batch, later]));
});

test('SIGTERM forwards what waits, and a restart goes on from there', async () => {
  const a = await collect('a');
  const batches = Array.from({ length: 30 }, () => makeBatch(BATCH));
  await Promise.all(batches.map((batch) => a.post(batch)));
  await a.stop('SIGTERM');
  expect(sorted(await readStream())).toEqual(sorted(idsOf(batches)));
  const again = await collect('a');
  await again.post(makeBatch(BATCH));
  await again.untilForwarded();
  expect(await again.forward()).toMatchObject({ events: BATCH, connected: true });
});

test('erasure at one collector reaches the archive of the stream, also for copies that another forwards later', async () => {
  const [a, b] = [await collect('a'), await collect('b')];
  const [gone, kept] = [makeBatch(BATCH), makeBatch(BATCH)];
  await a.post(gone);
  await a.post(kept);
  await a.untilForwarded();
  const out = join(folder, 'archive');
  const archive = () => writeArchive({ logs: [], natsUrl: server.url, outDir: out });
  expect(await archive()).toMatchObject({ events: 2 * BATCH });
  eraseFromLog(fileOf('a'), [{ kind: 'client', key: gone.clientId }], { now: Date.now() });
  await vi.waitFor(async () => expect(await a.forward()).toMatchObject({ tombstones: 1 }), PATIENT);
  const late = { ...makeBatch(BATCH), clientId: gone.clientId };
  await b.post(late);
  await b.untilForwarded();
  expect(await archive()).toMatchObject({ events: BATCH, erased: 2 * BATCH, duplicates: 0 });
  expect(sorted(await readArchive(out))).toEqual(sorted(idsOf([kept])));
  // the second run went on behind what the first had read, and remembers the tombstone
  expect(await archive()).toMatchObject({ events: BATCH, erased: 0, files: 0 });
});

test('the stream keeps messages on disk for the stated days, and knows ids for the stated minutes', async () => {
  const a = await collect('a');
  await a.post(makeBatch(1));
  await a.untilForwarded();
  const { connect: connectNats } = await import('@nats-io/transport-node');
  const { jetstreamManager } = await import('@nats-io/jetstream');
  const nats = await connectNats({ servers: server.url.slice('nats://'.length) });
  const { config } = await (await jetstreamManager(nats)).streams.info('nearside');
  await nats.close();
  expect(config).toMatchObject({ subjects: ['nearside.events'], storage: 'file', discard: 'new', retention: 'limits' });
  expect([config.max_age, config.duplicate_window]).toEqual([STREAM_DAYS * 86_400e9, DUPLICATE_WINDOW_MINUTES * 60e9]);
  expect(countIn('a')).toBe(1);
});
