import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCheckedLog } from '../../training/checked-log.ts';
import { SIMULATION_END_MS, SIMULATION_START_MS } from '../../training/simulate-model.ts';
import {
  type Row,
  DAY,
  WEEK,
  between,
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

const rowsOf = ({ log }: Awaited<ReturnType<typeof check>>): number =>
  log?.sessions.reduce((sum, { events }) => sum + events.length, 0) ?? 0;

describe('rows', () => {
  test('repeats are left out where times are fine, and where they are too many for chance', async () => {
    const twice = { ...whole, events: [...whole.events, ...whole.events.slice(0, 700)] };
    const { findings, log } = await check(twice);
    expect(codes(findings)).toEqual(['mended duplicate_rows']);
    expect(findings[0].seen).toMatch(/^700 rows/);
    const plain = await check(whole);
    expect(log?.sessions).toEqual(plain.log?.sessions);
    const coarse = (events: readonly Row[]) =>
      mapEvents({ ...whole, events }, (row) => ({
        ...row,
        timestamp_ms: Math.floor(Number(row['timestamp_ms']) / 1000) * 1000,
      }));
    const second = await check(coarse(twice.events));
    expect(codes(second.findings)).toEqual(['mended duplicate_rows']);
    expect(second.findings[0].rule).toContain('over 1 % of the rows is no chance');
    expect(rowsOf(second)).toBe(whole.events.length);
    const few = whole.events.flatMap((row, i) => (i % 200 === 0 ? [row, row] : [row]));
    const kept = await check(coarse(few));
    expect(codes(kept.findings)).toEqual([]);
    expect(rowsOf(kept)).toBe(few.length);
  });

  test('a long session is searched for repeats like a short one', async () => {
    const bot = Array.from({ length: 300 }, (_, i) => ({
      ...whole.events[0],
      session_id: 'bot',
      timestamp_ms: SIMULATION_START_MS + (i % 150) * 1001,
    }));
    const { findings, log } = await check({ ...whole, events: [...whole.events, ...bot] });
    expect(findings.find(({ code }) => code === 'duplicate_rows')?.seen).toMatch(/^150 rows/);
    expect(log?.sessions.find(({ sessionId }) => sessionId === 'bot')?.events).toHaveLength(150);
  });

  test('late rows are put where they belong', async () => {
    const [late, rest] = [whole.events.slice(0, 1000), whole.events.slice(1000)];
    const { findings, log } = await check({ ...whole, events: [...rest, ...late] }, { previous });
    // the cut goes through a few sessions
    expect(codes(findings)).toEqual(['mended session_order', 'mended late_rows']);
    expect(log?.sessions).toEqual((await check(whole)).log?.sessions);
  });

  test('a late row moves neither its session nor the order in it; equal times stay as in the file', async () => {
    const row = (item: string, at: number): Row => ({
      ...{ session_id: 'one', user_id: 'u', item_id: item, event_type: 'view' },
      timestamp_ms: SIMULATION_START_MS + at,
    });
    const events = [row('c', 2000), row('a', 501), row('d', 2000), row('b', 999), row('e', 2001)];
    const { findings, log } = await check({ ...whole, events: [...whole.events, ...events] });
    expect(codes(findings)).toEqual(['mended session_order']);
    expect(findings[0].seen).toMatch(/^2 rows older/);
    const session = log?.sessions.find(({ sessionId }) => sessionId === 'one');
    expect(session?.startAt).toBe(SIMULATION_START_MS + 501);
    expect(session?.events.map(({ itemId }) => itemId).join('')).toBe('abcde');
    const starts = log?.sessions.map(({ startAt }) => startAt) ?? [];
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('bad rows are warned of from 1 % on', async () => {
    const bad = (every: number) => mapEvents(whole, (row, i) => (i % every === 0 ? { ...row, item_id: '' } : row));
    expect(codes((await check(bad(50), { previous })).findings)).toEqual(['warned rows_rejected']);
    expect((await check(bad(200), { previous })).findings).toEqual([]);
    await expect(check(bad(10))).rejects.toThrow(/over 5 %/);
  });

  test('fewer rows are refused, as many as usual are not', async () => {
    const keep = (share: number, isCut: (row: Row) => boolean) => ({
      ...whole,
      events: whole.events.filter((row) => !isCut(row) || Number(String(row['session_id']).slice(1)) % 10 < share * 10),
    });
    // a week that is mostly missing; a part that is missing all the time
    expect(codes((await check(keep(0.2, isFresh), { previous })).findings)).toContain('refused rows_collapse');
    expect(
      codes(
        (
          await check(
            keep(0.3, () => true),
            { previous },
          )
        ).findings,
      ),
    ).toContain('refused rows_collapse');
    expect(
      codes(
        (
          await check(
            keep(0.6, () => true),
            { previous },
          )
        ).findings,
      ),
    ).toEqual(['warned rows_collapse']);
    expect((await check(keep(1, isFresh), { previous })).findings).toEqual([]);
  });

  test('doubled rows are warned of', async () => {
    const doubled = whole.events.flatMap((row) =>
      isFresh(row)
        ? [0, 1, 2].map((copy) => ({ ...row, session_id: `${String(row['session_id'])}-${String(copy)}` }))
        : [row],
    );
    expect(codes((await check({ ...whole, events: doubled }, { previous })).findings)).toEqual(['warned rows_jump']);
  });

  test('an older export is refused', async () => {
    const { findings } = await check(between(whole, 0, SIMULATION_END_MS - 3 * WEEK), { previous });
    expect(codes(findings)).toEqual(['refused log_older']);
  });

  test('missing days are named, and refused where they are many', async () => {
    const without = (days: readonly number[]) => ({
      ...whole,
      events: whole.events.filter(
        ({ timestamp_ms: time }) => !days.includes(Math.floor((SIMULATION_END_MS - Number(time)) / DAY)),
      ),
    });
    const one = (await check(without([3]), { previous })).findings;
    expect(codes(one)).toEqual(['warned days_missing']);
    expect(one[0].seen).toBe('no row on 2026-10-28');
    expect(codes((await check(without([1, 2, 3, 4]), { previous })).findings)).toEqual(['refused days_missing']);
    // alone it has its own weekdays to go by
    expect(codes((await check(without([3]))).findings)).toEqual(['warned days_missing']);
    expect(codes((await check(without([2, 3, 4]))).findings)).toEqual(['warned days_missing']);
  });
});

describe('event types, users, sessions', () => {
  test('a type that is gone is refused, and what came instead is named', async () => {
    const gone = mapEvents(whole, (row) =>
      row['event_type'] === 'add_to_cart' ? { ...row, event_type: 'basket' } : row,
    );
    const { findings } = await check(gone, { previous });
    expect(codes(findings)).toEqual(['refused event_type_missing', 'warned event_type_new']);
    expect(findings[0].rule).toContain('new here: basket');
  });

  test('a type that shrank is refused or warned of', async () => {
    const keep = (every: number) => ({
      ...whole,
      events: whole.events.filter(({ event_type: type }, i) => type !== 'click' || i % every === 0),
    });
    expect(codes((await check(keep(10), { previous })).findings)).toContain('refused event_type_collapse');
    expect(codes((await check(keep(3), { previous })).findings)).toContain('warned event_type_collapse');
  });

  test('users that are gone', async () => {
    const { findings } = await check(
      mapEvents(whole, (row) => ({ ...row, user_id: '' })),
      { previous },
    );
    expect(codes(findings)).toEqual(['refused user_share']);
    const fewer = mapEvents(whole, (row) => (String(row['user_id']).endsWith('3') ? { ...row, user_id: '' } : row));
    expect((await check(fewer, { previous })).findings).toEqual([]);
  });

  test('a session a page, and one for all', async () => {
    const split = mapEvents(whole, (row, i) => ({ ...row, session_id: `s${String(i)}` }));
    expect(codes((await check(split, { previous })).findings)).toEqual(['refused session_length']);
    const merged = mapEvents(whole, (row) => ({ ...row, session_id: String(row['session_id']).slice(0, -1) }));
    expect(codes((await check(merged, { previous })).findings)).toContain('refused session_length');
  });
});

describe('items', () => {
  test('another way of writing ids is refused, the shapes named', async () => {
    const write = (id: unknown): string => String(id).replace('item-', 'P');
    const other = mapItems(
      mapEvents(whole, (row) => ({ ...row, item_id: write(row['item_id']) })),
      (row) => ({ ...row, item_id: write(row['item_id']) }),
    );
    const { findings } = await check(other, { previous });
    expect(codes(findings)).toEqual(['refused items_changed']);
    expect(findings[0].seen).toContain('ids look like A9, before like a-9');
  });

  test.each(['price', 'category', 'brand'])('%s that is gone', async (field) => {
    const drop = (every: number) => mapItems(whole, (row, i) => (i % every === 0 ? { ...row, [field]: '' } : row));
    expect(codes((await check(drop(1), { previous })).findings)).toEqual([`refused ${field}_coverage`]);
    expect(codes((await check(drop(5), { previous })).findings)).toEqual([`warned ${field}_coverage`]);
    expect((await check(drop(40), { previous })).findings).toEqual([]);
  });

  const scaled = (factor: number, isScaled: (i: number) => boolean = () => true) =>
    mapItems(whole, (row, i) =>
      isScaled(i) ? { ...row, price: Number((Number(row['price']) * factor).toFixed(6)) } : row,
    );

  test('prices in cents are mended, and so are euros for cents', async () => {
    const plain = (await check(whole)).log;
    for (const factor of [100, 0.01]) {
      const { findings, log } = await check(scaled(factor), { previous });
      expect(codes(findings)).toEqual(['mended price_unit']);
      expect([...(log?.items.values() ?? [])]).toEqual([...(plain?.items.values() ?? [])]);
    }
    // a few prices changed as well
    const moved = mapItems(scaled(100), (row, i) =>
      i % 20 === 0 ? { ...row, price: Number(row['price']) * 1.3 } : row,
    );
    expect(codes((await check(moved, { previous })).findings)).toEqual(['mended price_unit']);
  });

  test('two price units in one file, or another currency, are refused', async () => {
    expect(
      codes(
        (
          await check(
            scaled(100, (i) => i % 3 === 0),
            { previous },
          )
        ).findings,
      ),
    ).toEqual(['refused price_unit_mixed']);
    expect(codes((await check(scaled(7.45), { previous })).findings)).toEqual(['refused price_shift']);
    expect((await check(scaled(1.1), { previous })).findings).toEqual([]);
  });

  test('prices of rows and of items in two units', async () => {
    const prices = new Map(whole.items.map((row) => [row['item_id'], Number(row['price'])]));
    const sold = (factor: number) =>
      mapEvents(whole, (row) => ({ ...row, unit_price: (prices.get(row['item_id'] ?? '') ?? 0) * factor }));
    const wrong = sold(100);
    expect(codes((await check(wrong)).findings)).toEqual(['mended price_disagrees']);
    // the items that have no price of their own do not take one in the other unit
    const half = mapItems(wrong, (row, i) => (i % 2 === 0 ? { ...row, price: '' } : row));
    const { profileBefore } = await readCheckedLog({ dataDir: writeLog(half), warn: ignore });
    expect(profileBefore(Infinity)?.coverage.price).toBeCloseTo(0.5, 1);
    expect((await check(sold(1.2))).findings).toEqual([]);
  });
});
