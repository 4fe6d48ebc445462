import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ARCHIVE_COLUMNS } from '../../collector/archive-columns.ts';
import { openDuck } from '../../collector/duck.ts';
import {
  DUPLICATE_WINDOW_MINUTES,
  STREAM,
  STREAM_DAYS,
  SUBJECT,
  createLog,
  eraseFromLog,
  openArchive,
  writeArchive,
} from '../../collector/index.ts';
import type { LogRow } from '../../collector/index.ts';
import { DAY_MS, MIDNIGHT, createRowMaker, idsOf } from './stored-events.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let out: string;
let makeRow: ReturnType<typeof createRowMaker>;

beforeEach(() => {
  // a quote and what a glob would read: paths are texts
  folder = mkdtempSync(join(tmpdir(), "nearside-archive's-[1]*-"));
  out = join(folder, 'archive');
  makeRow = createRowMaker(5);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Stores rows in a log of that name and returns its file. */
function writeLog(name: string, rows: readonly LogRow[]): string {
  const file = join(folder, name);
  const log = createLog(file);
  log.append(rows);
  log.close();
  return file;
}
const archive = (...logs: string[]) => writeArchive({ logs, outDir: out });
async function readAll(dir = out): Promise<LogRow[]> {
  const archived = await openArchive(dir);
  const rows: LogRow[] = [];
  try {
    for await (const row of archived.read()) rows.push(row);
  } finally {
    archived.close();
  }
  return rows;
}
const daysOf = (): string[] => readdirSync(out).filter((name) => name.startsWith('day='));
const partOf = (day: string): string => join(out, `day=${day}`, 'part-0.parquet');

describe('an archive', () => {
  test('holds the union of logs, each event once, as it was received first and in that order', async () => {
    const both = makeRow({ receivedAt: MIDNIGHT + 2 });
    const a = [makeRow({ sentAt: 3 }), makeRow(), both, makeRow({ receivedAt: MIDNIGHT + 9 })];
    const b = [{ ...both, clientId: 'retried', receivedAt: MIDNIGHT + 5 }, makeRow({ receivedAt: MIDNIGHT + 6 })];
    const logs = [writeLog('b', b), writeLog('a', a)];
    expect(await archive(...logs)).toEqual({ events: 5, days: 1, files: 1, duplicates: 1, erased: 0 });
    expect(await readAll()).toEqual([...a.slice(0, 3), b[1], a[3]]);
    expect(readdirSync(out).sort()).toEqual(['_nearside.json', 'day=2026-01-31']);
  });

  test('is the same after the same again, to the byte and without a write', async () => {
    const log = writeLog('a', [makeRow(), makeRow({ receivedAt: MIDNIGHT + DAY_MS })]);
    await archive(log);
    const before = ['2026-01-31', '2026-02-01'].map((day) => statSync(partOf(day)).ino);
    expect(await archive(log)).toEqual({ events: 2, days: 2, files: 0, duplicates: 2, erased: 0 });
    expect(['2026-01-31', '2026-02-01'].map((day) => statSync(partOf(day)).ino)).toEqual(before);
  });

  test('has a folder a UTC day of receipt, and only days that change are written', async () => {
    const edges = [-1, 0, DAY_MS - 1, DAY_MS].map((ms) => makeRow({ receivedAt: MIDNIGHT + ms }));
    await archive(writeLog('a', edges));
    expect(daysOf().sort()).toEqual(['day=2026-01-30', 'day=2026-01-31', 'day=2026-02-01']);
    const later = makeRow({ receivedAt: MIDNIGHT + 1 });
    expect(await archive(writeLog('b', [later]))).toMatchObject({ events: 5, days: 3, files: 1, duplicates: 0 });
    expect(idsOf(await readAll())).toEqual(idsOf([...edges.slice(0, 2), later, ...edges.slice(2)]));
  });

  test('moves an event to the day on which another collector had received it first', async () => {
    const row = makeRow({ receivedAt: MIDNIGHT });
    const first = { ...row, receivedAt: MIDNIGHT - 1 };
    await archive(writeLog('b', [row]));
    expect(await archive(writeLog('a', [first]))).toEqual({ events: 1, days: 1, files: 2, duplicates: 1, erased: 0 });
    expect(await readAll()).toEqual([first]);
    expect(daysOf()).toEqual(['day=2026-01-30']);
  });

  test('rewrites the days of what was erased, and keeps out late copies without the log that knows of it', async () => {
    const erased = [
      makeRow({ clientId: 'planted-client' }),
      makeRow({ receivedAt: MIDNIGHT + DAY_MS }, { unitId: 'planted-unit' }),
      makeRow({ receivedAt: MIDNIGHT + 2 * DAY_MS, clientId: 'c9' }, { unitId: 'planted-account' }),
    ];
    const kept = [makeRow(), makeRow({ receivedAt: MIDNIGHT + DAY_MS })];
    const log = writeLog('a', [...erased, ...kept]);
    const copies = writeLog('b', erased);
    await archive(log);
    const keys = (['client', 'unit', 'account'] as const).map((kind) => ({ kind, key: `planted-${kind}` }));
    eraseFromLog(log, keys, { now: 1 });
    expect(await archive(log)).toEqual({ events: 2, days: 2, files: 3, duplicates: 2, erased: 3 });
    expect(await archive(copies)).toEqual({ events: 2, days: 2, files: 0, duplicates: 0, erased: 3 });
    expect(idsOf(await readAll())).toEqual(idsOf(kept));
    expect(daysOf().sort()).toEqual(['day=2026-01-31', 'day=2026-02-01']);
    // Parquet compresses, so that bytes alone would prove nothing: the columns are read too
    const duck = await openDuck();
    for (const day of ['2026-01-31', '2026-02-01'])
      expect(
        JSON.stringify(
          await duck.all(
            `SELECT event, client_id, unit_id FROM read_parquet('${partOf(day).replaceAll("'", "''").replace(/[*[]/g, '[$&]')}')`,
          ),
        ),
      ).not.toContain('planted');
    duck.close();
    expect(readFileSync(join(out, '_nearside.json'), 'utf8')).not.toContain('planted');
  });

  test('an account key is no client id, and a client id no unit id', async () => {
    const rows = [makeRow({ clientId: 'x' }), makeRow({}, { unitId: 'y' })];
    const log = writeLog('a', rows);
    const keys = [{ kind: 'unit', key: 'x' } as const, { kind: 'client', key: 'y' } as const];
    eraseFromLog(log, keys, { now: 1 });
    expect(await archive(log)).toMatchObject({ events: 2, erased: 0 });
    expect(await readAll()).toEqual(rows);
  });

  test('has typed columns, the day and the whole event as warehouses read them', async () => {
    const value = { amount: 19.99, currency: 'GBP' };
    const about = {
      slateId: 's',
      placement: 'home',
      itemId: 'é"\'',
      modelId: 'm',
      tier: 'wasm',
      consent: 'training',
    } as const;
    const numbers = { position: 2, propensity: 0.1, signalAgeMs: 1.5, serverLag: 3, quantity: 2, at: MIDNIGHT - 0.5 };
    const ascribed = { margin: { ...value, amount: -0.5 }, attribution: 'click', lagMs: 9, team: 'own' } as const;
    const full = makeRow({ sentAt: MIDNIGHT - 1 }, { kind: 'conversion', ...about, ...numbers, value, ...ascribed });
    // a device's clock at the largest time that a Date can hold
    const bare = makeRow({ receivedAt: MIDNIGHT + 1 }, { at: 8.64e15 });
    await archive(writeLog('a', [full, bare]));
    const duck = await openDuck();
    const path = out.replaceAll("'", "''").replace(/[*[]/g, '[$&]');
    const from = `read_parquet('${path}/*/*.parquet', hive_partitioning = true)`;
    const [row, other] = await duck.all(`SELECT * FROM ${from} ORDER BY received_at`);
    const types = await duck.all(`DESCRIBE SELECT * FROM ${from}`);
    duck.close();
    const { event } = full;
    expect(row).toEqual({
      ...{ id: event.id, kind: 'conversion', client_id: 'c1', client_seq: BigInt(event.clientSeq), unit_id: 'u1' },
      ...{ received_at: new Date(MIDNIGHT), sent_at: new Date(MIDNIGHT - 1), at: new Date(MIDNIGHT) },
      ...{ consent: 'training', slate_id: 's', placement: 'home', item_id: 'é"\'', position: 2n, propensity: 0.1 },
      ...{ model_id: 'm', tier: 'wasm', signal_age_ms: 1.5, server_lag: 3n, quantity: 2 },
      ...{ value_amount: 19.99, value_currency: 'GBP', day: new Date(MIDNIGHT) },
      ...{ margin_amount: -0.5, margin_currency: 'GBP', attribution: 'click', lag_ms: 9, team: 'own' },
      ...{ dwell: null, unit_source: null, diversity: null },
      event: JSON.stringify({ ...event, clientId: 'c1', receivedAt: MIDNIGHT, sentAt: MIDNIGHT - 1 }),
    });
    expect(other).toMatchObject({ at: null, sent_at: null, slate_id: null, position: null, value_amount: null });
    expect(await readAll()).toEqual([full, bare]);
    expect(types.map(({ column_name: name }) => name)).toEqual([
      ...ARCHIVE_COLUMNS.map(([name]) => name),
      'event',
      'day',
    ]);
    expect(new Set(types.map(({ column_type: type }) => type))).toEqual(
      new Set(['VARCHAR', 'TIMESTAMP WITH TIME ZONE', 'BIGINT', 'DOUBLE', 'DATE']),
    );
  });

  test('a run that was ended between two days: readers drop what it left, and the next run puts it right', async () => {
    const late = { ...makeRow({ clientId: 'twice' }), receivedAt: MIDNIGHT + DAY_MS };
    const early = { ...late, receivedAt: MIDNIGHT };
    const rows = [
      early,
      makeRow({ clientId: 'gone', receivedAt: MIDNIGHT + 1 }),
      makeRow({ receivedAt: MIDNIGHT + 2 }),
    ];
    await archive(writeLog('b', [late]));
    cpSync(join(out, 'day=2026-02-01'), join(folder, 'left'), { recursive: true });
    const log = writeLog('a', rows);
    await archive(log);
    // the row has moved to its new day and is not yet gone from the old one
    cpSync(join(folder, 'left'), join(out, 'day=2026-02-01'), { recursive: true });
    expect(await readAll()).toEqual(rows);
    // a tombstone is known, and its day is not yet rewritten
    eraseFromLog(log, [{ kind: 'client', key: 'gone' }], { now: 1 });
    await writeArchive({ logs: [log], outDir: join(folder, 'other') });
    cpSync(join(folder, 'other', '_nearside.json'), join(out, '_nearside.json'));
    expect(await readAll()).toEqual([early, rows[2]]);
    expect(await archive(log)).toEqual({ events: 2, days: 1, files: 2, duplicates: 2, erased: 1 });
    expect(await readAll()).toEqual([early, rows[2]]);
  });

  test('one process writes it at a time, and what a killed one has left is no obstacle', async () => {
    const log = writeLog('a', [makeRow()]);
    await archive(log);
    const program = `
      const { openStaging } = await import(${JSON.stringify(new URL('../../collector/archive-staging.ts', import.meta.url).href)});
      const staging = await openStaging(${JSON.stringify(out)}, []);
      console.log('open');
      setInterval(() => staging, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(archive(log)).rejects.toThrow('another process');
    child.kill('SIGKILL');
    await once(child, 'close');
    // a power cut may leave anything
    for (const name of ['staging.duckdb', 'staging.duckdb.wal']) writeFileSync(join(out, '.staging', name), 'torn');
    expect(await archive(log)).toMatchObject({ events: 1, files: 0 });
    expect(existsSync(join(out, '.staging'))).toBe(false);
  });

  test('a log that cannot be read leaves the archive as it was', async () => {
    const rows = [makeRow()];
    await archive(writeLog('a', rows));
    writeFileSync(join(folder, 'torn'), 'SQLite format 3\0 no more');
    const more = writeLog('b', [makeRow()]);
    await expect(archive(more, join(folder, 'torn'))).rejects.toThrow('torn');
    expect(await readAll()).toEqual(rows);
    expect(readdirSync(out).sort()).toEqual(['_nearside.json', 'day=2026-01-31']);
  });

  test('no other folder is written to or read as one', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'x');
    await expect(writeArchive({ logs: [], outDir: folder })).rejects.toThrow('is neither empty nor an archive');
    await expect(openArchive(folder)).rejects.toThrow('is no archive');
    expect(existsSync(join(folder, '_nearside.json'))).toBe(false);
  });
});

test('what a reader cannot hold goes to the folder for temporary files, and is gone with the reader', async () => {
  const duck = await openDuck();
  const [row] = await duck.all("SELECT current_setting('temp_directory') AS folder");
  const temporary = String(row?.['folder']);
  expect(dirname(temporary)).toBe(tmpdir());
  await duck.run(
    "SET memory_limit = '50MB'; CREATE TABLE big AS SELECT i, sha256(i::VARCHAR) AS text FROM range(2000000) r(i)",
  );
  expect(existsSync(temporary)).toBe(true);
  duck.close();
  expect([existsSync(temporary), existsSync('.tmp')]).toEqual([false, false]);
});

test('docs/archive.md lists the columns as they are, and states the age of the stream', () => {
  const docs = readFileSync(new URL('../../docs/archive.md', import.meta.url), 'utf8');
  const [, table = ''] = docs.split(/<!-- columns(?: end)? -->/);
  const rows = [...table.matchAll(/^\| `(\S+)` +\| (\w+) +\| `(\S+)` +\|$/gm)].map(([, ...cells]) => cells);
  const types = { text: 'text', integer: 'int64', number: 'double', time: 'timestamp' };
  expect(rows).toEqual(ARCHIVE_COLUMNS.map(([name, path, type]) => [name, types[type], path]));
  expect(docs).toContain(`messages are deleted after ${String(STREAM_DAYS)} days`);
  expect(docs).toContain(`drops a repeat within ${String(DUPLICATE_WINDOW_MINUTES)} minutes`);
  expect(docs).toContain(`\`${STREAM}\`, \`${SUBJECT}\``);
});
