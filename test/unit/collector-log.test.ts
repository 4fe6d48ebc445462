import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, openLog } from '../../collector/index.ts';
import type { EventLog, LogRow } from '../../collector/index.ts';

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
    expect(() => openLog(file)).toThrow('log schema 99');
  });
});
