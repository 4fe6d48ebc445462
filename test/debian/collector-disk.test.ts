import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBatchMaker } from '../../collector/bench/event-maker.ts';
import { type Poster, createPoster } from '../../collector/bench/poster.ts';
import { openLog } from '../../collector/index.ts';
import type { BatchResult } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PROGRAM = fromHere('../../cli/nearside.ts');
const SEED = 5;

let folder: string;
let child: ChildProcess | undefined;
const make = createBatchMaker(createRandom(SEED));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-disk-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true });
});

async function start(command: readonly string[], db: string): Promise<Poster & { url: string }> {
  const [name = '', ...args] = [...command, PROGRAM, 'collect', '--db', db, '--port', '0'];
  child = spawn(name, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const { stdout } = child;
  if (stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface(stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return { ...createPoster(url), url };
}

async function end(): Promise<void> {
  if (child === undefined) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}

const bodyOf = (batch: object): Uint8Array => Buffer.from(JSON.stringify(batch));

/**
 * Reads a trace: how many 2xx answers there were, and how many of them left while the log's write-ahead log had a write
 * that no sync had followed, or without a sync since the answer before (`alone`: requests came one by one).
 */
function readTrace(trace: string, alone: boolean): { answers: number; early: number } {
  let [answers, early, unsynced, synced] = [0, 0, false, false];
  for (const line of trace.split('\n')) {
    const isLog = /\((\d+)<[^>]*log\.sqlite-wal>/.test(line);
    if (isLog && /pwrite64\(|\bwrite\(/.test(line)) unsynced = true;
    else if (isLog && /(?:fsync|fdatasync)\(.*= 0$/.test(line)) [unsynced, synced] = [false, true];
    else if (/(?:write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 2\d\d/.test(line)) {
      answers++;
      if (unsynced || (alone && !synced)) early++;
      synced = false;
    }
  }
  return { answers, early };
}

const hasStrace = spawnSync('strace', ['-V']).status === 0;

describe.skipIf(!hasStrace)('strace (Debian package strace)', () => {
  /** Runs a collector under strace while batches come one by one and then ten at once. */
  async function traceOf(nodeArgs: readonly string[]): Promise<[alone: string, together: string]> {
    const parts: string[] = [];
    for (const clients of [1, 10]) {
      const file = join(folder, `trace-${String(clients)}`);
      const strace = ['strace', '-f', '-y', '-s', '32', '-o', file];
      const calls = ['-e', 'trace=write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync'];
      const db = join(folder, String(clients), 'log.sqlite');
      const { post, close } = await start([...strace, ...calls, process.execPath, ...nodeArgs], db);
      const client = async (): Promise<void> => {
        for (let n = 0; n < 20; n++) expect((await post(bodyOf(make(5)))).status).toBe(200);
      };
      await Promise.all(Array.from({ length: clients }, client));
      close();
      await end();
      parts.push(readFileSync(file, 'utf8'));
    }
    return parts as [string, string];
  }

  test('shows a sync of the write-ahead log before each 2xx', async () => {
    const [alone, together] = await traceOf([]);
    expect(readTrace(alone, true)).toEqual({ answers: 20, early: 0 });
    expect(readTrace(together, false)).toEqual({ answers: 200, early: 0 });
  });

  test('shows that there is none where SQLite does not wait', async () => {
    const [alone, together] = await traceOf(['--import', fromHere('unsynced.ts')]);
    expect(readTrace(alone, true)).toEqual({ answers: 20, early: 20 });
    expect(readTrace(together, false)).toEqual({ answers: 200, early: 200 });
  });
});

/** Mounting takes rights that not every container has. */
const canMount = ((): boolean => {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]);
  if (status === 0) spawnSync('umount', [dir]);
  rmSync(dir, { recursive: true });
  return status === 0;
})();

describe.skipIf(!canMount)('a full disk (needs the right to mount)', () => {
  test('gives 503, loses nothing that was acknowledged, and heals alone when there is room', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status).toBe(0);
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(2_500_000, 1));
      const db = join(disk, 'log.sqlite');
      const { post, close, url } = await start([process.execPath], db);
      const healthOf = async (): Promise<number> => (await fetch(`${url}/healthz`)).status;
      const acked: string[] = [];
      const refused: Uint8Array[] = [];
      const send = async (body: Uint8Array): Promise<number> => {
        const { status, body: answer } = await post(body);
        if (status === 200) acked.push(...Object.keys((JSON.parse(answer) as BatchResult).results));
        else refused.push(body);
        return status;
      };
      const seen = new Set<number>();
      while (refused.length < 20) seen.add(await send(bodyOf(make(20))));
      expect(seen).toEqual(new Set([200, 503]));
      expect(statfsSync(disk).bavail * statfsSync(disk).bsize).toBeLessThan(100_000);
      expect(await healthOf()).toBe(503);
      rmSync(ballast);
      expect(await healthOf()).toBe(200);
      for (const body of refused.splice(0)) expect(await send(body)).toBe(200);
      close();
      await end();
      const log = openLog(db);
      const stored = [...log.read()].map(({ event }) => event.id);
      log.close();
      expect(stored.toSorted()).toEqual(acked.toSorted());
    } finally {
      child?.kill('SIGKILL');
      spawnSync('umount', ['-l', disk]);
    }
  });
});
