import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBatchMaker } from '../../collector/bench/event-maker.ts';
import { createPoster } from '../../collector/bench/poster.ts';
import { createRandom } from '../../src/core/random.ts';
import { readSyncTrace } from './sync-trace.ts';
import { startWrapped } from './wrapped-collector.ts';

const SEED = 5;
const [CLIENTS, BATCHES, EVENTS] = [10, 20, 5];
const UNSYNCED = fileURLToPath(new URL('unsynced.ts', import.meta.url));
/** Node's own; execve first, so that the first line names the collector's process. */
const CALLS = 'trace=execve,write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-strace-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What strace sees of a collector while ten clients send batches, and each its last one twice. */
async function trace(nodeArgs: readonly string[] = []): Promise<string> {
  const file = join(folder, 'trace');
  const strace = ['strace', '-f', '-y', '-s', '65536', '-e', CALLS, '-e', 'signal=none', '-o', file];
  const { url, child } = await startWrapped(strace, join(folder, 'log.sqlite'), { nodeArgs });
  const make = createBatchMaker(createRandom(SEED));
  const poster = createPoster(url);
  const client = async (): Promise<void> => {
    const bodies = Array.from({ length: BATCHES }, () => Buffer.from(JSON.stringify(make(EVENTS))));
    for (const body of [...bodies, ...bodies.slice(-1)]) expect((await poster.post(body)).status).toBe(200);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  poster.close();
  // strace itself hears no signals while it writes to a file
  const closed = once(child, 'close');
  process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 'SIGTERM');
  await closed;
  return readFileSync(file, 'utf8');
}

const answers = CLIENTS * (BATCHES + 1);

describe(`a collector under strace (Debian package strace; seed ${String(SEED)})`, () => {
  test('syncs the write-ahead log with all events of a batch before each 2xx', async () => {
    expect(readSyncTrace(await trace())).toEqual({ answers, events: answers * EVENTS, early: 0 });
  });

  test('that waits for no disk (synchronous = OFF) is found out in each 2xx', async () => {
    expect(readSyncTrace(await trace(['--import', UNSYNCED]))).toEqual({
      ...{ answers, events: answers * EVENTS },
      early: answers,
    });
  });
});
