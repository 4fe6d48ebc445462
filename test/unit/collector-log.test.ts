import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, openLog } from '../../collector/index.ts';
import type { EventLog, LogRow } from '../../collector/index.ts';
import { type DeadLetterLimits, MAX_DEAD_LETTERS, createDeadLetterBox } from '../../collector/dead-letter-box.ts';

let folder: string;
let file: string;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-log-'));
  file = join(folder, 'log.sqlite');
  log = createLog(file);
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

const row = (n: number): LogRow => ({
  clientId: 'c1',
  receivedAt: 1,
  event: { id: `id ${String(n)}`, clientSeq: n, unitId: 'u1', at: 1, kind: 'click', consent: 'events' },
});

const letter = (body: string) => ({ clientId: 'c1', receivedAt: 1, code: 'kind_invalid', body });
const letters = (): string[] => {
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT body FROM dead_letters ORDER BY seq').all();
  database.close();
  return rows.map((one) => String(one['body']));
};

describe('the log', () => {
  test('stores all of a batch or nothing', () => {
    expect(() => log.append([row(1), { ...row(2), clientId: null as never }])).toThrow(/NOT NULL/);
    expect([...log.read()]).toEqual([]);
    expect(log.append([row(1), row(1)])).toEqual(['ok', 'duplicate']);
  });

  test('can be read beside its writer', () => {
    const reader = openLog(file);
    log.append([row(1)]);
    expect([...reader.read()]).toHaveLength(1);
    reader.close();
  });

  test('refuses files that are not a log and leaves them as they are', () => {
    const [text, foreign] = [join(folder, 'text'), join(folder, 'foreign.sqlite')];
    writeFileSync(text, 'not a database, but long enough to be looked at as one'.repeat(20));
    new DatabaseSync(foreign).exec('CREATE TABLE theirs (x)');
    for (const open of [createLog, openLog]) {
      expect(() => open(text)).toThrow(`${text}: file is not a database`);
      expect(() => open(foreign)).toThrow(`${foreign}: not an event log`);
    }
    const tables = new DatabaseSync(foreign).prepare('SELECT name FROM sqlite_master').all();
    expect(tables.map((table) => table['name'])).toEqual(['theirs']);
  });

  test.each(['', ' ', ':memory:', 'file:x.sqlite?mode=memory', 'FILE::memory:'])('refuses "%s": no file', (name) => {
    for (const open of [createLog, openLog]) expect(() => open(name)).toThrow(`"${name}" names no file on disk`);
  });

  test('refuses a log of a later version', () => {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    for (const open of [createLog, openLog]) expect(() => open(file)).toThrow('log schema 99');
  });
});

describe('many batches in one commit', () => {
  const bad = { ...row(9), clientId: null as never };

  test('one that cannot be stored fails alone, with all of its rows', () => {
    const [first, second, third] = log.commit([
      { rows: [row(1)], deadLetters: [] },
      { rows: [row(2), bad], deadLetters: [letter('x')] },
      { rows: [row(3), row(1)], deadLetters: [] },
    ]);
    expect([first, third]).toEqual([['ok'], ['ok', 'duplicate']]);
    expect(String(second)).toContain('NOT NULL');
    expect([...log.read()].map(({ event }) => event.clientSeq)).toEqual([1, 3]);
    expect(letters()).toEqual([]);
  });

  test('a log that fails stores nothing of any and says so at once', () => {
    const lock = new DatabaseSync(file);
    lock.exec('BEGIN IMMEDIATE');
    const writes = [row(1), row(2)].map((one) => ({ rows: [one], deadLetters: [] }));
    expect(() => log.commit(writes)).toThrow('database is locked');
    lock.exec('ROLLBACK');
    log.probe();
    expect(log.commit(writes)).toEqual([['ok'], ['ok']]);
    lock.close();
  });
});

describe('a log of version 1', () => {
  const VERSION_1 = `
    CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL,
      received_at INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT;
    PRAGMA application_id = ${String(0x4e656172)};
    PRAGMA user_version = 1;
    PRAGMA journal_mode = WAL;`;
  const rows = [3, 1, 2].map(row);
  let old: string;

  beforeEach(() => {
    old = join(folder, 'old.sqlite');
    const database = new DatabaseSync(old);
    database.exec(VERSION_1);
    const insert = database.prepare('INSERT INTO events (id, client_id, received_at, body) VALUES (?, ?, ?, ?)');
    for (const { event, clientId, receivedAt } of rows)
      insert.run(event.id, clientId, receivedAt, JSON.stringify(event));
    database.close();
  });

  const readOld = (): LogRow[] => {
    const reader = openLog(old);
    const all = [...reader.read()];
    reader.close();
    return all;
  };

  test('is read as it is, and brought to the present version by the next writer', () => {
    expect(readOld()).toEqual(rows);
    const migrated = createLog(old);
    expect(migrated.append([row(1), { ...row(4), sentAt: 5 }])).toEqual(['duplicate', 'ok']);
    migrated.close();
    createLog(old).close();
    expect(readOld()).toEqual([...rows, { ...row(4), sentAt: 5 }]);
    const database = new DatabaseSync(old);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 4 });
    expect(database.prepare('SELECT max(seq) AS seq FROM events').get()).toEqual({ seq: 5 });
    database.close();
  });

  test('stays as it was where that fails', () => {
    const database = new DatabaseSync(old);
    database.exec('CREATE TABLE tombstones (x)');
    database.close();
    expect(() => createLog(old)).toThrow('table tombstones already exists');
    expect(readOld()).toEqual(rows);
    const mended = new DatabaseSync(old);
    mended.exec('DROP TABLE tombstones');
    mended.close();
    createLog(old).close();
    expect(readOld()).toEqual(rows);
  });
});

describe('dead letters', () => {
  test('the oldest go when there are too many, or too many bytes', () => {
    const database = new DatabaseSync(file);
    const fill = (limits: DeadLetterLimits, bodies: readonly string[]): string[] => {
      const box = createDeadLetterBox(database, limits);
      for (const body of bodies) {
        box.add(letter(body));
        box.trim();
      }
      return letters();
    };
    const bodies = Array.from({ length: 45 }, (_, n) => String(n).padStart(10, '0'));
    const kept = fill({ maxRows: 20, maxBytes: 1e6 }, bodies);
    expect(kept.length).toBeGreaterThanOrEqual(18);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept).toEqual(bodies.slice(-kept.length));
    // two bytes a letter in UTF-8
    const wide = 'é'.repeat(10);
    const bytes = Buffer.byteLength(fill({ maxRows: 1000, maxBytes: 200 }, Array(30).fill(wide)).join(''));
    expect(bytes).toBeGreaterThanOrEqual(160);
    expect(bytes).toBeLessThanOrEqual(200);
    database.close();
  });

  test('the log keeps no more than its caps', () => {
    for (let n = 0; n < 13; n++) {
      log.commit([{ rows: [], deadLetters: Array.from({ length: 999 }, (_, i) => letter(String(n * 1000 + i))) }]);
    }
    const kept = letters();
    expect(kept.length).toBeLessThanOrEqual(MAX_DEAD_LETTERS);
    expect(kept.length).toBeGreaterThanOrEqual(MAX_DEAD_LETTERS * 0.9);
    expect(kept.at(-1)).toBe('12998');
  });
});
