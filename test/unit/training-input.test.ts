import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { findBrowser } from '../../training/browser.ts';
import { readBundleItems } from '../../training/bundle-items.ts';
import { InputError } from '../../training/input-error.ts';
import { openReplayBrowser } from '../../training/replay-browser.ts';
import { readQueries } from '../../training/queries.ts';
import { readSiteLog } from '../../training/site-log.ts';
import { train } from '../../training/train.ts';

const dir = mkdtempSync(join(tmpdir(), 'nearside-input-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const EVENTS = 'session_id,item_id,event_type,timestamp_ms';
const ignore = (): undefined => undefined;

/** A folder with these rows as its log. */
function createLogFolder(rows: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(dir, 'log-'));
  writeFileSync(join(folder, 'events.csv.gz'), gzipSync([EVENTS, ...rows, ''].join('\n')));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  }
  return folder;
}

const GOOD_ROWS = Array.from({ length: 100 }, (_, i) => `s${String(i >> 1)},i${String(i % 10)},view,${String(i >> 1)}`);

describe('a site’s log', () => {
  test.each([
    ['null', /splits\.json:1: not a JSON object/],
    ['{', /splits\.json:1: not JSON/],
    ['{"valid_from_ms":2,"test_from_ms":1}', /splits\.json:1: valid_from_ms and test_from_ms must be numbers/],
    ['{"valid_from_ms":2,"test_from_ms":1e999}', /splits\.json:1: valid_from_ms and test_from_ms must be numbers/],
  ])('refuses splits.json with %s', async (text, message) => {
    const error: unknown = await readSiteLog(createLogFolder(GOOD_ROWS, { 'splits.json': text }), ignore).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
  });

  test.each([' ', '', '-1', '1.5', '1e3', '0x10', '+1', '8640000000000001'])(
    'timestamp "%s" is a bad row',
    async (at) => {
      const warn = vi.fn();
      const log = await readSiteLog(createLogFolder([...GOOD_ROWS, `s0,i0,view,${at}`]), warn);
      expect(log.rejectedRows).toBe(1);
      expect(warn.mock.calls[0][0]).toMatch(/timestamp_ms is not epoch milliseconds/);
    },
  );

  test('a price is a finite number or missing', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `i${String(i)},1`);
    const text = ['item_id,price', ...rows, 'endless,1e999', 'negative,-1', 'blank, ', 'free,0', ''].join('\n');
    const { items, rejectedRows } = await readSiteLog(createLogFolder(GOOD_ROWS, { 'items.csv.gz': text }), ignore);
    expect(rejectedRows).toBe(2);
    expect(['endless', 'negative', 'blank', 'free'].map((id) => items.get(id))).toEqual([
      undefined,
      undefined,
      { itemId: 'blank' },
      { itemId: 'free', price: 0 },
    ]);
  });
});

test('a session is of the first user that its rows name, in order of time', async () => {
  const folder = mkdtempSync(join(dir, 'users-'));
  const rows = [
    // signs in on the way
    ...['in,,a,view,10', 'in,anna,b,view,20', 'in,berta,c,view,30'],
    // rows out of order: berta was first
    ...['late,anna,a,view,30', 'late,berta,b,view,20', 'late,,c,view,10'],
    ...['nobody,,a,view,10', 'nobody,,b,view,20'],
  ];
  writeFileSync(
    join(folder, 'events.csv.gz'),
    gzipSync(['session_id,user_id,item_id,event_type,timestamp_ms', ...rows, ''].join('\n')),
  );
  const { sessions } = await readSiteLog(folder, ignore);
  expect(Object.fromEntries(sessions.map(({ sessionId, userId }) => [sessionId, userId]))).toEqual({
    in: 'anna',
    late: 'berta',
    nobody: '',
  });
});

/** A log by its newest session's start. */
const logAt = (startAt: number) => ({ sessions: [{ sessionId: 's', userId: 'u', startAt, events: [] }] });

test('a query needs a time in epoch milliseconds', async () => {
  const row = (at: string): string => `q,s,${at},a,b,a b`;
  const file = join(dir, 'queries.csv.gz');
  const header = 'query_id,session_id,session_start_ms,context,target,candidates';
  writeFileSync(file, gzipSync([header, ...Array.from({ length: 30 }, () => row('1')), row('1e999'), ''].join('\n')));
  expect((await readQueries(file, { log: logAt(1), warn: ignore })).queries).toHaveLength(30);
});

test('queries in seconds are mended and said; one at an impossible time is a bad row', async () => {
  const file = join(dir, 'queries-seconds.csv.gz');
  const times = [...Array.from({ length: 40 }, (_, i) => 1_750_000_000 + i), 7];
  const rows = times.map((at) => `q,s,${String(at)},a,b,a b`);
  writeFileSync(
    file,
    gzipSync(['query_id,session_id,session_start_ms,context,target,candidates', ...rows, ''].join('\n')),
  );
  const warn = vi.fn();
  const { queries, rejectedRows } = await readQueries(file, { log: logAt(1_750_000_000_000), warn });
  expect(queries.map(({ startAt }) => startAt)).toEqual(times.slice(0, 40).map((at) => at * 1000));
  expect(rejectedRows).toBe(1);
  expect(warn.mock.calls.flat().join('\n')).toMatch(/queries-seconds\.csv\.gz: data mended: clock_seconds/);
  // where the log's own times are no dates, these look like seconds by chance
  const raw = await readQueries(file, { log: logAt(2_000_000_000), warn: ignore });
  expect(raw.queries.map(({ startAt }) => startAt)).toEqual(times);
});

describe('training', () => {
  const trainOn = (dataDir: string, outDir = mkdtempSync(join(dir, 'out-'))) =>
    train({
      dataDir,
      outDir,
      fit: 'train',
      seed: 1,
      accept: ['clock_implausible'],
      progress: ignore,
      warn: ignore,
      stopwatch: () => 0,
    });
  const split = (from: number) => ({ 'splits.json': JSON.stringify({ valid_from_ms: from, test_from_ms: from + 1 }) });
  /** Sessions of one event each, over 50 items. */
  const singles = Array.from({ length: 100 }, (_, i) => `s${String(i)},i${String(i % 50)},view,${String(i)}`);

  test.each([
    [
      'nothing before the cut',
      createLogFolder(GOOD_ROWS, split(0)),
      /splits\.json: no session .* begins before valid_from_ms/,
    ],
    [
      'one moment only',
      createLogFolder(['s,i,view,1', 't,i,view,1']),
      /events\.csv\.gz: all sessions begin at one time/,
    ],
    [
      'few items',
      createLogFolder(GOOD_ROWS, split(40)),
      /events\.csv\.gz: too little .* only 10 items, and an example takes 32/,
    ],
    [
      'few examples',
      createLogFolder(singles, split(90)),
      /events\.csv\.gz: too little .* 90 sessions gave 0 examples of the 100/,
    ],
  ])('says what is too little: %s', async (_, folder, message) => {
    await expect(trainOn(folder)).rejects.toThrow(InputError);
    await expect(trainOn(folder)).rejects.toThrow(message);
    await expect(trainOn(folder)).rejects.toThrow(folder);
  });

  test('refuses an out folder that cannot be written to before it trains, and leaves no probe behind', async () => {
    const folder = createLogFolder(GOOD_ROWS, split(40));
    for (const out of [join(folder, 'splits.json'), join(folder, 'splits.json/x')]) {
      await expect(trainOn(folder, out)).rejects.toThrow(`${out}: cannot be written to`);
    }
    const fresh = join(dir, 'a/b');
    await expect(trainOn(folder, fresh)).rejects.toThrow('too little');
    expect(readdirSync(fresh)).toEqual([]);
  });
});

describe('items of a bundle', () => {
  const read = (text: string) => {
    writeFileSync(join(dir, 'items.ndjson'), text);
    return readBundleItems(dir);
  };

  test('are read by id, blank lines aside', () => {
    expect([...read('{"id":"a"}\n\n{"id":"b"}\n').keys()]).toEqual(['a', 'b']);
  });

  test.each([
    ['{"id":"a"}\n\n{', /items\.ndjson:3: not JSON/],
    ['\n{"id":1}', /items\.ndjson:2: no item with a text id/],
    ['{"id":""}', /items\.ndjson:1: no item/],
    ['null', /items\.ndjson:1: no item/],
  ])('%j is refused with its line', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('a browser that does not start', () => {
  test('CHROME_PATH that names nothing is bad input', async () => {
    vi.stubEnv('CHROME_PATH', '/nope');
    await expect(findBrowser()).rejects.toThrow(InputError);
  });

  test.skipIf(!existsSync('/bin/false'))('is bad input in one plain line, and leaves no server open', async () => {
    const servers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = servers();
    vi.stubEnv('CHROME_PATH', '/bin/false');
    const error: unknown = await openReplayBrowser(dir, {
      items: [],
      maxTier: 'linear',
      kind: 'view',
      policy: 'scores',
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^the browser \/bin\/false cannot be started: [\x20-\x7e]+$/);
    expect(servers()).toBe(before);
  });
});
