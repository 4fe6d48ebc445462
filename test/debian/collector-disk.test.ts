import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBatchMaker } from '../../collector/bench/event-maker.ts';
import { openLog } from '../../collector/index.ts';
import type { BatchResult } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { startWrapped } from './wrapped-collector.ts';

const SEED = 5;
const CLIENTS = 8;
/** Batches that must be refused before the disk counts as full. */
const REFUSED = 40;
/** What is said goes to the same disk, where it fails as well. */
const RUN = 'exec "$@" 2>"$0/stderr"';
const MOUNT = `mount -t tmpfs -o size=20m tmpfs "$0" && ${RUN}`;

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-disk-'));
  mkdirSync(join(folder, 'disk'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  child = undefined;
  rmSync(folder, { recursive: true });
});

/** A name space of its own: its mount goes when the collector does. Without the right to mount, one where this user has it. */
const NAMESPACES = [
  ['unshare', '--mount'],
  ['unshare', '--mount', '--map-root-user'],
];
const namespace = NAMESPACES.find(
  (command) => spawnSync('sh', ['-c', `${command.join(' ')} mount -t tmpfs tmpfs /mnt`]).status === 0,
);

/** How a log comes to its limit, and how room is made. `inside` is the disk as the collector sees it. */
interface SmallDisk {
  readonly name: string;
  readonly wrap: (disk: string) => readonly string[];
  readonly begin: (inside: string) => void;
  readonly makeRoom: (inside: string, pid: number) => void;
}

const TMPFS: SmallDisk = {
  name: 'a tmpfs of 20 MB',
  wrap: (disk) => [...(namespace ?? []), 'sh', '-c', MOUNT, disk],
  begin: (inside) => writeFileSync(join(inside, 'ballast'), Buffer.alloc(12_000_000, 1)),
  makeRoom: (inside) => rmSync(join(inside, 'ballast')),
};

/** Another error than a full disk's, and without any right: files that may not grow beyond 2 MB (setrlimit). */
const QUOTA: SmallDisk = {
  name: 'files of 2 MB at most',
  wrap: (disk) => ['prlimit', '--fsize=2000000:unlimited', 'sh', '-c', RUN, disk],
  begin: () => undefined,
  makeRoom: (_, pid) => void spawnSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited']),
};

interface Sender {
  /** Ids of the events whose `ok` has arrived. */
  readonly acked: readonly string[];
  /** Bodies that were refused. */
  readonly refused: string[];
  readonly send: (body?: string) => Promise<number>;
}

function createSender(url: string): Sender {
  const make = createBatchMaker(createRandom(SEED));
  const [acked, refused]: [string[], string[]] = [[], []];
  const send = async (body = JSON.stringify(make(20))): Promise<number> => {
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body };
    const response = await fetch(`${url}/v1/events`, init);
    const answer = (await response.json()) as Partial<BatchResult>;
    const results = Object.entries(answer.results ?? {});
    expect(results.map(([, { status }]) => status)).toEqual(results.map(() => 'ok'));
    if (response.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    if (response.status === 200) acked.push(...results.map(([id]) => id));
    else refused.push(body);
    return response.status;
  };
  return { acked, refused, send };
}

/** What the files hold at this moment, as a crash would leave them. */
function storedIn(inside: string): string[] {
  const copy = mkdtempSync(join(folder, 'copy-'));
  for (const name of ['log.sqlite', 'log.sqlite-wal']) cpSync(join(inside, name), join(copy, name));
  const log = openLog(join(copy, 'log.sqlite'));
  const ids = [...log.read()].map(({ event }) => event.id);
  log.close();
  return ids.toSorted();
}

describe.each([TMPFS, QUOTA])(`a collector with $name (seed ${String(SEED)})`, (small) => {
  test('answers 503 when it is full, has stored what it acknowledged, and heals alone', async ({ skip }) => {
    skip(small === TMPFS && namespace === undefined, 'this user may not mount');
    const disk = join(folder, 'disk');
    const collector = await startWrapped(small.wrap(disk), join(disk, 'log.sqlite'), { args: ['--log', 'requests'] });
    ({ child } = collector);
    const pid = child?.pid ?? 0;
    const inside = `/proc/${String(pid)}/root${disk}`;
    small.begin(inside);
    const { acked, refused, send } = createSender(collector.url);
    const healthOf = async (): Promise<number> => (await fetch(`${collector.url}/healthz`)).status;
    const seen = new Set<number>();
    const fill = async (): Promise<void> => {
      while (refused.length < REFUSED) seen.add(await send());
    };
    await Promise.all(Array.from({ length: CLIENTS }, fill));
    // a commit of many batches fails while there is room for one alone: until there is none for that either
    let last = 200;
    while (last === 200) last = await send();
    expect(seen).toEqual(new Set([200, 503]));
    expect(await healthOf()).toBe(503);
    expect(storedIn(inside)).toEqual(acked.toSorted());

    small.makeRoom(inside, pid);
    expect(await healthOf()).toBe(200);
    for (const body of refused.splice(0)) expect(await send(body)).toBe(200);
    expect(await send()).toBe(200);
    expect(storedIn(inside)).toEqual(acked.toSorted());
    expect(new Set(acked).size).toBe(acked.length);
    const lastSaid = readFileSync(join(inside, 'stderr'), 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(lastSaid)).toMatchObject({ status: 200, events: 20 });
    const closed = once(collector.child, 'close');
    collector.child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });
});
