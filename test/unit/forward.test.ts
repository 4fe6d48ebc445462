import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ForwardCursor, type StreamMessage, openForwardCursor } from '../../collector/forward-cursor.ts';
import { type Forwarder, type Sink, startForwarder } from '../../collector/forward.ts';
import { createLog, eraseFromLog, retainLog } from '../../collector/index.ts';
import type { EventLog, LogRow } from '../../collector/index.ts';
import { openWriter } from '../../collector/log-database.ts';
import { parseStored } from '../../collector/stored-message.ts';
import { addTombstone } from '../../collector/tombstones.ts';
import { DAY_MS, createRowMaker, idsOf } from './stored-events.ts';

vi.setConfig({ testTimeout: 60_000 });
const PATIENT = { timeout: 30_000, interval: 5 };

let folder: string;
let file: string;
let log: EventLog;
let makeRow: ReturnType<typeof createRowMaker>;
let forwarder: Forwarder | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-forward-'));
  file = join(folder, 'log.sqlite');
  log = createLog(file);
  makeRow = createRowMaker(3);
  forwarder = undefined;
});

afterEach(async () => {
  await forwarder?.close();
  log.close();
  rmSync(folder, { recursive: true });
});

/** A stream in memory that takes each id once, as JetStream does, and does as it is told. */
function createStream(name = 'first') {
  const taken = new Map<string, string>();
  const stream = {
    taken,
    published: 0,
    connects: 0,
    fault: undefined as 'refuses' | 'rejects' | 'loses answers' | 'hangs' | undefined,
    ids: () => [...taken.keys()],
    connect: (): Promise<Sink> => {
      stream.connects += 1;
      if (stream.fault === 'refuses') return Promise.reject(new Error('connection refused'));
      let end: (error: Error) => void = () => undefined;
      const closed = new Promise<never>((_, reject) => (end = reject));
      closed.catch(() => undefined);
      let isOpen = true;
      const publish = async (messages: readonly StreamMessage[]): Promise<number> => {
        if (stream.fault === 'hangs') return closed;
        if (stream.fault === 'rejects') throw new Error('no space');
        for (const { id, text } of messages) if (!taken.has(id)) taken.set(id, text);
        stream.published += messages.length;
        if (stream.fault === 'loses answers') throw new Error('timeout');
        return messages.filter(({ text }) => text.includes('too-large')).length;
      };
      const close = (): Promise<void> => {
        isOpen = false;
        end(new Error('closed'));
        return Promise.resolve();
      };
      return Promise.resolve({ stream: name, isOpen: () => isOpen, publish, close });
    },
  };
  return stream;
}

const outages: string[] = [];
function start(stream: ReturnType<typeof createStream>, cursor: ForwardCursor = openForwardCursor(file)): Forwarder {
  outages.length = 0;
  const onOutage = (message: string): void => void outages.push(message);
  // random 0: the backoff is no time at all
  forwarder = startForwarder({ cursor, connect: stream.connect, random: () => 0, onOutage });
  return forwarder;
}
async function store(...rows: LogRow[]): Promise<void> {
  expect(log.append(rows)).toEqual(rows.map(() => 'ok'));
  forwarder?.wake();
  await Promise.resolve();
}
const rowsOf = (count: number, more: Partial<LogRow> = {}): LogRow[] =>
  Array.from({ length: count }, () => makeRow(more));
const untilForwarded = (): Promise<void> => vi.waitFor(() => expect(forwarder?.state().behind).toBe(0), PATIENT);

describe('forwarding', () => {
  test('publishes all events in the order of the log, each as `events` prints it', async () => {
    const rows = [...rowsOf(600), makeRow({ clientId: 'ü"', sentAt: 7 }, { itemId: 'a\u2028"b' })];
    await store(...rows.slice(0, 300));
    const stream = createStream();
    start(stream);
    await untilForwarded();
    await store(...rows.slice(300));
    await untilForwarded();
    expect(stream.ids()).toEqual(idsOf(rows));
    const texts = [...stream.taken.values()];
    expect(texts).toEqual(rows.map(({ event, ...arrival }) => JSON.stringify({ ...event, ...arrival })));
    expect(texts.map(parseStored)).toEqual(rows.map((row) => ({ row })));
    expect(forwarder?.state()).toMatchObject({ connected: true, events: 601, failures: 0, oldestAt: null });
  });

  test('goes on where it stood: nothing is published again after a restart', async () => {
    const stream = createStream();
    await store(...rowsOf(5));
    await start(stream).close();
    await store(...rowsOf(5));
    await start(stream).close();
    forwarder = undefined;
    expect([stream.published, stream.taken.size]).toEqual([10, 10]);
  });

  test.each(['refuses', 'rejects', 'loses answers'] as const)('a sink that %s: nothing is lost', async (fault) => {
    const stream = createStream();
    stream.fault = fault;
    const rows = rowsOf(300);
    await store(...rows);
    const started = start(stream);
    await vi.waitFor(() => expect(started.state().failures).toBeGreaterThan(3), PATIENT);
    expect(started.state()).toMatchObject({ behind: 300, oldestAt: rows[0]?.receivedAt, events: 0 });
    expect(outages).toHaveLength(1);
    stream.fault = undefined;
    await untilForwarded();
    expect(stream.ids()).toEqual(idsOf(rows));
  });

  test('a sink that never answers holds up neither the log nor the end', async () => {
    const stream = createStream();
    stream.fault = 'hangs';
    await store(...rowsOf(3));
    const started = start(stream);
    await vi.waitFor(() => expect(stream.connects).toBe(1), PATIENT);
    await store(...rowsOf(3));
    expect(started.state().behind).toBe(6);
    forwarder = undefined;
    await started.close();
    expect(stream.taken.size).toBe(0);
  });

  test('a crash between acknowledgement and cursor repeats, and loses nothing', async () => {
    const stream = createStream();
    const rows = rowsOf(10);
    await store(...rows);
    const cursor = openForwardCursor(file);
    const crash = (): never => {
      throw new Error('crash');
    };
    await start(stream, { ...cursor, move: crash }).close();
    expect(stream.published).toBeGreaterThanOrEqual(10);
    const before = stream.published;
    await start(stream).close();
    forwarder = undefined;
    expect(stream.published).toBe(before + 10);
    expect(stream.ids()).toEqual(idsOf(rows));
  });

  test('a log that fails keeps no connection open', async () => {
    const stream = createStream();
    const sinks: Sink[] = [];
    const connect = async (): Promise<Sink> => {
      sinks.push(await stream.connect());
      return sinks.at(-1) as Sink;
    };
    const begin = (): never => {
      throw new Error('database is locked');
    };
    const started = start({ ...stream, connect }, { ...openForwardCursor(file), begin });
    await vi.waitFor(() => expect(started.state().failures).toBeGreaterThan(2), PATIENT);
    await started.close();
    forwarder = undefined;
    expect(sinks.length).toBeGreaterThan(2);
    expect(sinks.map((sink) => sink.isOpen())).toEqual(sinks.map(() => false));
  });

  test('a stream that was made anew gets all that is stored', async () => {
    const rows = rowsOf(4);
    await store(...rows);
    await start(createStream()).close();
    const second = createStream('second');
    await start(second).close();
    forwarder = undefined;
    expect(second.ids()).toEqual(idsOf(rows));
  });

  test('an event that no message can hold is counted and holds up nothing', async () => {
    const stream = createStream();
    await store(makeRow({}, { itemId: 'too-large' }), ...rowsOf(2));
    start(stream);
    await untilForwarded();
    expect(forwarder?.state()).toMatchObject({ events: 2, tooLarge: 1, failures: 0 });
  });

  test('passes over what is erased and still there', async () => {
    const stream = createStream();
    const [first, last] = [makeRow(), makeRow()];
    // one round finds nothing else
    await store(first, ...rowsOf(600, { clientId: 'gone' }), makeRow({}, { unitId: 'gone' }), last);
    const database = openWriter(file);
    for (const kind of ['client', 'account'] as const) addTombstone(database, { kind, key: 'gone', erasedAt: 1 });
    database.close();
    await start(stream).close();
    forwarder = undefined;
    const sha256 = createHash('sha256').update('gone').digest('hex');
    const tombstones = ['client', 'account'].map((kind) => `tombstone-${kind}-${sha256}`);
    expect(stream.ids().toSorted()).toEqual([...idsOf([first, last]), ...tombstones].toSorted());
    const cursor = openForwardCursor(file);
    expect(cursor.lag()).toEqual({ behind: 0, oldestAt: null });
    cursor.close();
  });

  test('what was forwarded before it was erased is followed by a tombstone that names nobody', async () => {
    const stream = createStream();
    await store(makeRow({ clientId: 'planted' }), makeRow());
    // beyond what one round takes: its statement is left in the middle, which must not keep old pages in use
    for (let n = 0; n < 3; n++) await store(makeRow({}, { itemId: 'x'.repeat(600_000) }));
    start(stream);
    await untilForwarded();
    expect(eraseFromLog(file, [{ kind: 'client', key: 'planted' }], { now: 9, maxWaitMs: 0 }).deleted).toBe(1);
    await vi.waitFor(() => expect(forwarder?.state().tombstones).toBe(1), PATIENT);
    const text = [...stream.taken.values()].at(-1) ?? '';
    expect(text).not.toContain('planted');
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(parseStored(text)).toEqual({ tombstone: { kind: 'client', sha256, erasedAt: 9 } });
  });
});

describe('retention', () => {
  const now = 2 * 400 * DAY_MS;
  const retain = (more: object = {}) => retainLog(file, { days: 1, now, ...more });

  test('keeps what is not forwarded, unless it is told not to', async () => {
    await store(...rowsOf(3, { receivedAt: 1 }));
    await start(createStream()).close();
    forwarder = undefined;
    await store(...rowsOf(2, { receivedAt: 1 }));
    expect(await retain()).toEqual({ deleted: 3, deletedDeadLetters: 0, unforwarded: 2 });
    expect(await retain({ unforwarded: true })).toEqual({ deleted: 2, deletedDeadLetters: 0 });
  });

  test('keeps what is to be forwarded where no stream has been reached yet', async () => {
    const stream = createStream();
    stream.fault = 'refuses';
    await store(...rowsOf(3, { receivedAt: 1 }));
    const started = start(stream);
    await vi.waitFor(() => expect(started.state().failures).toBeGreaterThan(1), PATIENT);
    expect(await retain()).toEqual({ deleted: 0, deletedDeadLetters: 0, unforwarded: 3 });
    expect(started.state()).toMatchObject({ behind: 3, oldestAt: 1 });
    stream.fault = undefined;
    await untilForwarded();
    expect(stream.taken.size).toBe(3);
    expect(await retain()).toMatchObject({ deleted: 3 });
  });

  test('deletes what is old where nothing was ever to be forwarded', async () => {
    await store(...rowsOf(2, { receivedAt: 1 }));
    expect(await retain()).toEqual({ deleted: 2, deletedDeadLetters: 0 });
  });
});

test('tombstones of a log of version 2 are kept, in the order in which they came', () => {
  eraseFromLog(file, [{ kind: 'unit', key: 'u1' }], { now: 5 });
  log.close();
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE old (key_hash BLOB NOT NULL, kind TEXT NOT NULL, erased_at INTEGER NOT NULL,
      PRIMARY KEY (key_hash, kind)) STRICT, WITHOUT ROWID;
    INSERT INTO old SELECT key_hash, kind, erased_at FROM tombstones;
    INSERT INTO old VALUES (zeroblob(32), 'client', 3);
    DROP TABLE tombstones; DROP TABLE forward_cursor; DROP TABLE experiment_sets; ALTER TABLE old RENAME TO tombstones;
    PRAGMA user_version = 2;`);
  database.close();
  log = createLog(file);
  expect(log.append([makeRow()])).toEqual(['erased']);
  const cursor = openForwardCursor(file);
  const { tombstones } = cursor.read(cursor.begin('s'));
  cursor.close();
  expect(tombstones.map(({ text }) => (JSON.parse(text) as { erasedAt: number }).erasedAt)).toEqual([3, 5]);
});
