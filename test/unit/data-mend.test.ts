import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../training/input-error.ts';
import { SIMULATION_END_MS, SIMULATION_START_MS } from '../../training/simulate-model.ts';
import { readSiteLog } from '../../training/site-log.ts';
import {
  type Row,
  DAY,
  check,
  codes,
  createPrevious,
  ignore,
  isFresh,
  mapEvents,
  mapItems,
  testFolder,
  whole,
  writeLog,
} from './data-log.ts';

vi.setConfig({ testTimeout: 60_000 });
let previous = '';
beforeAll(async () => {
  previous = await createPrevious();
});
afterAll(() => {
  rmSync(testFolder, { recursive: true, force: true });
});

const rename = (row: Row, names: Readonly<Record<string, string>>): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? name, value]));

describe('columns', () => {
  test('known other names are mended, the alias named', async () => {
    const names = { item_id: 'sku', timestamp_ms: 'ts', event_type: 'event', session_id: 'Session ID' };
    const renamed = mapEvents(whole, (row) => rename(row, names));
    const { findings, log } = await check(mapItems(renamed, (row) => rename(row, { item_id: 'product_id' })));
    expect(codes(findings)).toEqual(new Array(5).fill('mended column_renamed'));
    expect(findings.map(({ seen }) => seen)).toContain('column sku in events.csv.gz');
    const plain = await readSiteLog(writeLog(whole), ignore);
    expect(log?.sessions).toEqual(plain.sessions);
    expect(log?.items).toEqual(plain.items);
  });

  test.each([
    ['timestamp_ms', 'moment', '"moment" may be timestamp_ms'],
    ['event_type', 'what', '"what" may be event_type'],
    ['item_id', 'bought_item', '"bought_item" may be item_id'],
  ])('an unknown name for %s is refused, the likely column named', async (column, other, hint) => {
    const log = mapEvents(whole, (row) => rename(row, { [column]: other }));
    await expect(check(log)).rejects.toThrow(InputError);
    await expect(check(log)).rejects.toThrow(`required column missing: ${column}; ${hint}: rename it`);
  });

  test('an alias is not taken where the column itself is there', async () => {
    const { findings, log } = await check(mapEvents(whole, (row) => ({ ...row, sku: 'other' })));
    expect(findings).toEqual([]);
    expect(log?.sessions[0].events[0].itemId).toMatch(/^item-/);
  });
});

describe('the clock', () => {
  const at = (scale: number) =>
    mapEvents(whole, (row) => ({ ...row, timestamp_ms: Math.floor(Number(row['timestamp_ms']) * scale) }));
  const times = (log: Awaited<ReturnType<typeof check>>['log']): number[] =>
    log?.sessions.flatMap(({ events }) => events.map((event) => event.at)) ?? [];

  test('seconds and microseconds are mended, and compare as milliseconds do', async () => {
    const plain = times((await check(whole)).log);
    const seconds = await check(at(1 / 1000), { previous });
    expect(codes(seconds.findings)).toEqual(['mended clock_seconds']);
    expect(times(seconds.log).toSorted()).toEqual(plain.map((time) => Math.floor(time / 1000) * 1000).toSorted());
    const micros = await check(at(1000), { previous });
    expect(codes(micros.findings)).toEqual(['mended clock_microseconds']);
    expect(times(micros.log)).toEqual(plain);
  });

  test('two units in one file are mended row by row', async () => {
    const mixed = mapEvents(whole, (row) =>
      isFresh(row) ? { ...row, timestamp_ms: Number(row['timestamp_ms']) * 1000 } : row,
    );
    const { findings, log } = await check(mixed, { previous });
    expect(codes(findings)).toEqual(['mended clock_mixed']);
    expect(times(log)).toEqual(times((await check(whole)).log));
  });

  test('a few rows at impossible times are left out; many make the clock unknown', async () => {
    const wrong = (share: number, time: number) =>
      mapEvents(whole, (row, i) => (i % share === 1 ? { ...row, timestamp_ms: time } : row));
    for (const time of [0, 4_000_000_000_000, SIMULATION_END_MS + 365 * DAY]) {
      const { findings, log } = await check(wrong(500, time), { previous });
      expect(codes(findings)).toEqual(['mended clock_rows']);
      expect(log?.rejectedRows).toBe(Math.ceil((whole.events.length - 1) / 500));
      expect(Math.max(...times(log))).toBeLessThan(SIMULATION_END_MS + DAY);
    }
    expect(codes((await check(wrong(10, 0))).findings)).toContain('refused clock_implausible');
  });

  test.each([
    ['1750000000000000000', /nanoseconds/],
    ['1750000000.5', /seconds/],
    ['2026-01-01T00:00:00Z', /date as text/],
  ])('%s is refused with what it looks like', async (time, message) => {
    await expect(check(mapEvents(whole, (row) => ({ ...row, timestamp_ms: time })))).rejects.toThrow(message);
  });

  test('a clock of its own is refused, and left alone where it is accepted', async () => {
    const own = mapEvents(whole, (row) => ({
      ...row,
      timestamp_ms: Number(row['timestamp_ms']) - SIMULATION_START_MS,
    }));
    expect(codes((await check(own)).findings)).toEqual(['refused clock_implausible']);
    const { findings, log } = await check(own, { accept: ['clock_implausible'] });
    expect(codes(findings)).toEqual(['warned clock_implausible']);
    expect(Math.max(...times(log))).toBeLessThan(61 * DAY);
  });
});
