import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, eraseFromLog, openLog, retainLog } from '../../collector/index.ts';
import type { ErasureKind, ErasureOptions, ErasureResult, EventLog, LogReader, LogRow } from '../../collector/index.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';

const SEED = 7;
const DAY_MS = 86_400_000;
const NOW = 400 * DAY_MS;

let folder: string;
let file: string;
let log: EventLog;
const random = createRandom(SEED);
const uuid = (): string => createUuid({ clock: () => random() * 4e12, random });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-erase-'));
  file = join(folder, 'log.sqlite');
  log = createLog(file);
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

let sequence = 0;
const row = (clientId: string, unitId: string, receivedAt = NOW): LogRow => ({
  ...{ clientId, receivedAt },
  event: { id: uuid(), clientSeq: ++sequence, unitId, at: 1, kind: 'click', consent: 'events', itemId: `of ${unitId}` },
});
const letterOf = ({ clientId, receivedAt, event }: LogRow) => ({
  ...{ clientId, receivedAt, code: 'kind_invalid', unitId: event.unitId },
  body: JSON.stringify({ ...event, note: '"' }),
});
/** Which of some texts stand anywhere in the log's files, not only in its rows. */
function findBytes(texts: readonly string[]): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return texts.filter((text) => files.some((bytes) => bytes.includes(text)));
}
const ids = (): string[] => [...log.read()].map(({ event }) => event.id);
const textsOf = (rows: readonly LogRow[]): string[] => [
  ...new Set(rows.flatMap(({ clientId, event }) => [clientId, event.unitId, event.id, String(event.itemId)])),
];

const erase = (kind: ErasureKind, key: string, more: Partial<ErasureOptions> = {}): ErasureResult =>
  eraseFromLog(file, [{ kind, key }], { now: NOW, ...more });

describe('erase', () => {
  /** Events of many visitors in turn, in many commits, with some broken ones between. */
  function fill(owner: (n: number) => LogRow, count = 4000): LogRow[] {
    const rows = Array.from({ length: count }, (_, n) => owner(n));
    for (let from = 0; from < count; from += 50) {
      const part = rows.slice(from, from + 50);
      log.commit([{ rows: part, deadLetters: part.slice(0, 2).map(letterOf) }]);
    }
    return rows;
  }

  test.each(['client', 'unit', 'account'] as const)(
    'leaves no byte of one %s in any file, and all else (seed 7)',
    (kind) => {
      const [client, unit, other] = [uuid(), `unit "${uuid()}" é`, uuid()];
      const rows = fill((n) => (n % 3 === 0 ? row(client, unit) : row(other, other)));
      const [gone, kept] = [
        rows.filter((one) => one.clientId === client),
        rows.filter((one) => one.clientId === other),
      ];
      expect(findBytes(textsOf(gone)).length).toBeGreaterThan(gone.length);
      const lettersOf = (part: readonly LogRow[]): number => part.filter((one) => rows.indexOf(one) % 50 < 2).length;
      const key = kind === 'client' ? client : unit;
      const { deleted, deletedDeadLetters, tombstones } = erase(kind, key);
      expect([deleted, deletedDeadLetters, countLetters()]).toEqual([gone.length, lettersOf(gone), lettersOf(kept)]);
      const sha256 = createHash('sha256').update(key).digest('hex');
      expect(tombstones).toEqual([{ kind, sha256, erasedAt: NOW }]);
      expect(findBytes([...textsOf(gone), unit.replaceAll('"', '\\"')])).toEqual([]);
      expect(ids()).toEqual(kept.map(({ event }) => event.id));
      expect(new Set(findBytes(textsOf(kept)))).toEqual(new Set(textsOf(kept)));
      expect(statSync(`${file}-wal`).size).toBe(0);
    },
  );

  const countLetters = (): number => {
    const database = new DatabaseSync(file);
    const { letters } = database.prepare('SELECT count(*) AS letters FROM dead_letters').get() as { letters: number };
    database.close();
    return letters;
  };

  test('what comes later is dropped and leaves nothing, by the collector that runs and by the next', () => {
    const [client, unit] = [uuid(), uuid()];
    const keys = [
      { kind: 'client', key: client },
      { kind: 'account', key: unit },
    ] as const;
    expect(eraseFromLog(file, keys, { now: NOW }).tombstones).toHaveLength(2);
    const late = [row(client, 'u1'), row('c1', unit)];
    for (let n = 0; n < 2; n++) {
      expect(log.append(late)).toEqual(['erased', 'erased']);
      log.commit(late.map((one) => ({ rows: [], deadLetters: [letterOf(one)] })));
      log.commit(
        late.map((one) => ({ rows: [one], deadLetters: [{ ...letterOf(one), clientId: 'c2', unitId: 'u2' }] })),
      );
      // a client id is no unit id
      expect(log.append([row(unit, 'u1'), row('c1', client)])).toEqual(['ok', 'ok']);
      log.close();
      log = createLog(file);
    }
    expect(countLetters()).toBe(0);
    expect(ids()).toHaveLength(4);
  });

  test('a short key takes no dead letter in which it stands by chance', () => {
    const letter = (fields: object, clientId = 'other') => ({
      ...{ clientId, receivedAt: NOW, code: 'kind_invalid' },
      body: JSON.stringify({ id: uuid(), at: 1_760_000_004_217, ...fields }),
    });
    const named = [letter({ unitId: '42' }), letter({ odd: ['42'] }), letter({ unitId: 42 }), letter({}, '42')];
    const long = letter({ note: 'of account-0042, said twice' });
    log.commit([{ rows: [], deadLetters: [...named, long, letter({ unitId: '421' }), letter({ note: 'a 42 b' })] }]);
    expect(erase('account', '42').deletedDeadLetters).toBe(4);
    expect(erase('account', 'account-0042').deletedDeadLetters).toBe(1);
    expect(countLetters()).toBe(2);
  });

  test('may be repeated, and does nothing to a key that is unknown', () => {
    const mine = row('c1', 'u1');
    log.append([mine]);
    for (let n = 0; n < 2; n++) {
      expect(erase('unit', 'u2').deleted).toBe(0);
    }
    expect(ids()).toEqual([mine.event.id]);
    expect(erase('unit', 'u1').deleted).toBe(1);
    expect(erase('unit', 'u1').deleted).toBe(0);
  });

  test('what a restored backup brings back is not read, and is deleted again without its id', () => {
    const [mine, unit, other] = [row('planted-c', 'u1'), row('c1', 'planted-u'), row('c2', 'u2')];
    log.commit([{ rows: [mine, unit, other], deadLetters: [mine, unit, other].map(letterOf) }]);
    log.close();
    const backup = join(folder, 'backup');
    cpSync(file, backup);
    erase('client', 'planted-c');
    erase('unit', 'planted-u');
    const database = new DatabaseSync(backup);
    database.exec(`ATTACH '${file}' AS old; INSERT INTO tombstones SELECT * FROM old.tombstones; DETACH old`);
    database.close();
    cpSync(backup, file);
    rmSync(backup);
    log = createLog(file);
    const reader = openLog(file);
    expect([...reader.read()]).toEqual([other]);
    reader.close();
    expect(ids()).toEqual([other.event.id]);
    expect(findBytes(['planted'])).toEqual(['planted']);
    const both = { deleted: 2, deletedDeadLetters: 2, tombstones: [] };
    expect(eraseFromLog(file, [], { now: NOW })).toEqual(both);
    expect(findBytes(['planted'])).toEqual([]);
    expect([ids(), countLetters()]).toEqual([[other.event.id], 1]);
  });

  /** Holds on to the log as it is now, until it is closed. */
  function startReader(): LogReader {
    const reader = openLog(file);
    reader.read()[Symbol.iterator]().next();
    return reader;
  }

  test('waits for whoever keeps old pages', { timeout: 60_000 }, () => {
    log.append([row('c1', 'u1'), row('c1', 'u1')]);
    const reader = startReader();
    const waits: number[] = [];
    const wait = (ms: number): void => {
      if (waits.push(ms) === 2) reader.close();
    };
    expect(erase('client', 'c1', { wait }).deleted).toBe(2);
    expect(waits).toEqual([100, 100]);
    expect(findBytes(['u1'])).toEqual([]);
  });

  test('says so where that takes too long', { timeout: 60_000 }, () => {
    log.append([row('c1', 'u1'), row('c1', 'u1')]);
    const reader = startReader();
    let time = 5;
    const wait = (ms: number): void => void (time += ms);
    expect(() => erase('client', 'c1', { maxWaitMs: 150, stopwatch: () => time, wait })).toThrow('in use');
    expect(time).toBe(205);
    reader.close();
    expect(erase('client', 'c1').deleted).toBe(0);
    expect(findBytes(['u1'])).toEqual([]);
  });
});

describe('retention', () => {
  const aged = (days: number): LogRow => row('c1', 'u1', NOW - days * DAY_MS);

  test('deletes what is too old, dead letters too; a late copy is a duplicate for 7 days, across restarts', async () => {
    const [old, week, recent] = [aged(9), aged(6), aged(1)];
    log.append([recent, old, week]);
    log.commit([{ rows: [], deadLetters: [old, recent].map(letterOf) }]);
    expect(await retainLog(file, { days: 3, now: NOW })).toEqual({ deleted: 2, deletedDeadLetters: 1 });
    expect(ids()).toEqual([recent.event.id]);
    log.close();
    log = createLog(file);
    expect(log.append([old, week, recent])).toEqual(['ok', 'duplicate', 'duplicate']);
    await retainLog(file, { days: 3, now: NOW + 0.9 * DAY_MS });
    expect(log.append([week])).toEqual(['duplicate']);
    await retainLog(file, { days: 3, now: NOW + 1.1 * DAY_MS });
    expect(log.append([week])).toEqual(['ok']);
  });

  test('overwrites what it deletes, and keeps ids as hashes alone', async () => {
    const mine = aged(2);
    log.append([mine]);
    await retainLog(file, { days: 1, now: NOW });
    expect(log.append([mine])).toEqual(['duplicate']);
    log.close();
    log = createLog(file);
    expect(findBytes([mine.event.id, String(mine.event.itemId)])).toEqual([]);
  });

  test('ends early where it is asked to, and the next one goes on', async () => {
    log.append(Array.from({ length: 1234 }, () => aged(40)));
    const ending = new AbortController();
    const retained = retainLog(file, { days: 30, now: NOW, signal: ending.signal });
    ending.abort();
    const { deleted } = await retained;
    expect(deleted).toBeGreaterThan(0);
    expect(deleted).toBeLessThan(1234);
    expect((await retainLog(file, { days: 30, now: NOW })).deleted).toBe(1234 - deleted);
  });

  test('of more than a chunk, while the collector stores', async () => {
    const rows = Array.from({ length: 1234 }, () => aged(40));
    log.append(rows);
    const retained = retainLog(file, { days: 30, now: NOW });
    expect([log.append([aged(0)]), await retained]).toEqual([['ok'], { deleted: 1234, deletedDeadLetters: 0 }]);
    expect(ids()).toHaveLength(1);
  });
});
