import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCheckedLog } from '../../training/checked-log.ts';
import { checkData } from '../../training/data-check.ts';
import { refusedCodes } from '../../training/data-finding.ts';
import { type DataProfile, createProfile } from '../../training/data-profile.ts';
import { InputError } from '../../training/input-error.ts';
import { LogRows } from '../../training/log-rows.ts';
import { readPreviousProfile } from '../../training/previous-profile.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { SIMULATION_END_MS, SIMULATION_START_MS } from '../../training/simulate-model.ts';
import {
  type TestLog,
  WEEK,
  between,
  check,
  codes,
  createPrevious,
  createTestLog,
  ignore,
  testFolder,
  whole,
  writeManifest,
} from './data-log.ts';

vi.setConfig({ testTimeout: 60_000 });
let previous = '';
beforeAll(async () => {
  previous = await createPrevious();
});
afterAll(() => {
  rmSync(testFolder, { recursive: true, force: true });
});

const catalogue = createNeutralCatalogue(120, 1);

describe('a normal week', () => {
  test('has no finding, with and without the previous profile', async () => {
    expect((await check(whole)).findings).toEqual([]);
    expect((await check(whole, { previous })).findings).toEqual([]);
  });

  /** The log as the checks see it, without the files. */
  function facts({ events, items }: TestLog) {
    const rows = new LogRows();
    for (const row of events) rows.add(Object.fromEntries(Object.entries(row).map(([key, of]) => [key, String(of)])));
    const clean = rows.finish();
    const known = items.map((row) => {
      const [itemId, category, brand] = [row['item_id'], row['category'], row['brand']].map(String);
      return [itemId, { itemId, category, brand, price: Number(row['price']) }] as const;
    });
    return { facts: clean.facts, sessions: clean.sessions, items: new Map(known) };
  }

  test('of 300 weeks none is refused, and few are warned of', () => {
    let warned = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const log = createTestLog(catalogue, { visits: seed % 2 === 0 ? 200 : 600, seed });
      const profile = (from: number, to: number) => {
        const before = createProfile({ ...facts(between(log, from, to)), before: Infinity });
        if (before === undefined) throw new Error('no rows');
        return before;
      };
      const compare = (was: DataProfile, now: TestLog) => checkData({ ...facts(now), rejectedRows: 0, previous: was });
      const start = SIMULATION_START_MS;
      // a log that grows, a window that moves, and two windows that share nothing
      for (const { findings } of [
        compare(profile(start, SIMULATION_END_MS - WEEK), log),
        compare(profile(start, start + 4 * WEEK), between(log, start + WEEK, start + 5 * WEEK)),
        compare(profile(start, start + 4 * WEEK), between(log, start + 4 * WEEK, start + 8 * WEEK)),
      ]) {
        expect({ seed, refused: refusedCodes(findings) }).toEqual({ seed, refused: [] });
        warned += Math.min(1, findings.length);
      }
    }
    expect(warned).toBeLessThan(15);
  }, 300_000);

  const retail = new URL('../../../shared/data/online-retail/', import.meta.url).pathname;
  test.skipIf(!existsSync(retail))('the shared data: weeks of online-retail are not refused', async () => {
    const { log, profileBefore } = await readCheckedLog({ dataDir: retail, warn: ignore });
    const before = profileBefore(log.splits.validFrom);
    expect(JSON.stringify(before).length).toBeLessThan(2000);
    const again = await readCheckedLog({ dataDir: retail, previous: writeManifest(before), warn: ignore });
    expect(refusedCodes(again.findings)).toEqual([]);
  });
});

describe('what the caller says', () => {
  const broken = between(whole, 0, SIMULATION_END_MS - 3 * WEEK);

  test('an accepted refusal is a warning', async () => {
    const { findings, log } = await check(broken, { previous, accept: ['log_older'] });
    expect(codes(findings)).toEqual(['warned log_older']);
    expect(log).toBeDefined();
    expect(codes((await check(broken, { previous, accept: ['price_shift'] })).findings)).toEqual(['refused log_older']);
  });

  test('a manifest without a readable profile is bad input', () => {
    expect(() => readPreviousProfile('/nope/manifest.json')).toThrow(InputError);
    expect(() => readPreviousProfile(writeManifest(undefined))).toThrow(/no dataProfile/);
    const profile = readPreviousProfile(previous);
    expect(() => readPreviousProfile(writeManifest({ ...profile, version: 2 }))).toThrow(/not one of version 1/);
    for (const key of Object.keys(profile)) {
      expect(() => readPreviousProfile(writeManifest({ ...profile, [key]: undefined }))).toThrow(InputError);
    }
  });
});
