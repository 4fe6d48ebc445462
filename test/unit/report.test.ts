import { expect, test } from 'vitest';
import { DAY_MS } from '../../collector/day.ts';
import type { Report } from '../../collector/index.ts';
import { LATER, START, bought, createRows, exposed, reportOf, unitsIn, withAnalysis } from './report-log.ts';

const valuesOf = ({ metrics }: Report, name: string) => {
  const metric = metrics.find((one) => one.name === name);
  return metric?.notObservable ?? metric?.arms.map(({ value }) => value);
};

test('lift is intention to treat: what an exposed unit buys within the window counts, whatever it clicked', async () => {
  const row = createRows();
  const [[a, b], [c, d]] = [unitsIn('control', 2), unitsIn('diverse', 2)];
  const report = await reportOf([
    ...[a, b].map((unit) => row(unit ?? '', 1, exposed('control'))),
    ...[c, d].map((unit) => row(unit ?? '', 1, exposed('diverse'))),
    row(a ?? '', 2, bought(10)),
    row(c ?? '', 8, bought(30, { attribution: 'click', slateId: 's', itemId: 'i' })),
    row(c ?? '', 3, bought(20)),
    // before the exposure, and after the window
    row(d ?? '', 0.5, bought(500)),
    row(d ?? '', 8.001, bought(700)),
    // of somebody who saw nothing
    row('another', 2, bought(900)),
  ]);
  expect(valuesOf(report, 'conversions')).toEqual([0.5, 1]);
  expect(valuesOf(report, 'conversion')).toEqual([0.5, 0.5]);
  expect(valuesOf(report, 'revenue')).toEqual([5, 25]);
  expect(valuesOf(report, 'aov')).toEqual([10, 25]);
  expect(report.attribution?.arms).toEqual([
    { arm: 'control', attributed: 0, conversions: 1 },
    { arm: 'diverse', attributed: 1, conversions: 2 },
  ]);
  expect(report.units).toEqual([
    { arm: 'control', exposed: 2, counted: 2 },
    { arm: 'diverse', exposed: 2, counted: 2 },
  ]);
});

test('the first exposure counts, in whatever order events came', async () => {
  const row = createRows();
  const [unit = ''] = unitsIn('control', 1);
  const rows = [row(unit, 5, exposed('control')), row(unit, 3, bought(7)), row(unit, 2, exposed('control'))];
  expect(valuesOf(await reportOf(rows), 'revenue')).toEqual([7, null]);
});

test('a unit counts once its window is over', async () => {
  const row = createRows();
  const [early = '', late = ''] = unitsIn('control', 2);
  const rows = [row(early, 0, exposed('control')), row(late, 4, exposed('control'))];
  const report = await reportOf(rows, { now: START + 7 * DAY_MS });
  expect(report.units[0]).toEqual({ arm: 'control', exposed: 2, counted: 1 });
  const none = await reportOf(rows, { now: START + 6.9 * DAY_MS });
  expect(none.verdict.decision).toBe('wait');
  expect(none.verdict.sentence).toMatch(/the window of 2\sunits is not over yet/);
});

test('what is longer than a browser keeps an id is told of ids from the site alone', async () => {
  const row = createRows();
  const [site = '', device = ''] = unitsIn('control', 2);
  const rows = [row(site, 0, exposed('control')), row(device, 0, exposed('control', { unitSource: 'device' }))];
  const both = [...rows, row(site, 20, bought(1)), row(device, 20, bought(1))];
  const report = await reportOf(both);
  expect(report.metrics.find(({ name }) => name === 'return_28d')?.arms[0]).toMatchObject({ units: 1, value: 1 });
  const long = await reportOf(both, { set: withAnalysis({ windowDays: 21 }) });
  expect(long.metrics.find(({ name }) => name === 'revenue')?.arms[0]).toMatchObject({ units: 1, value: 1 });
  const devices = await reportOf([rows[1] ?? row(device, 0, exposed('control'))]);
  expect(valuesOf(devices, 'return_28d')).toContain('needs units with an id from the site');
});

test('acts are counted by unit, in its window and after its exposure', async () => {
  const row = createRows();
  const [unit = '', other = ''] = unitsIn('control', 2);
  const item = (itemId: string, position = 0) => ({ slateId: 's', itemId, position });
  const rows = [
    row(unit, 0, { kind: 'impression', ...item('x') }),
    row(unit, 1, exposed('control', { diversity: 0.5 })),
    ...['a', 'b', 'a', 'c'].map((id) => row(unit, 1, { kind: 'impression', ...item(id) })),
    row(unit, 1, { kind: 'click', ...item('a') }),
    row(unit, 1, { kind: 'dwell', ...item('a'), dwell: 'long' }),
    row(unit, 1, { kind: 'dwell', ...item('b'), dwell: 'quick_back' }),
    row(unit, 2, { kind: 'dismiss', ...item('b') }),
    row(unit, 2, { kind: 'add_to_cart', ...item('b') }),
    row(unit, 3, { kind: 'vitals', vitals: { lcpMs: 1000, cls: 0.2 } }),
    row(unit, 3, { kind: 'opt_out' }),
    row(unit, 4, { kind: 'refund', value: { amount: 5, currency: 'EUR' } }),
    row(unit, 4, { kind: 'complaint' }),
    row(unit, 4, bought(8, { margin: { amount: 2, currency: 'EUR' } })),
    row(unit, 9, { kind: 'click', ...item('a') }),
    row(other, 1, exposed('control', { diversity: 0.3 })),
  ];
  const report = await reportOf(rows);
  const expected = {
    ...{ ctr: 1 / 4, carts: 1 / 4, dismissals: 1 / 4, repetition: 1 / 4, diversity: 0.4, long_dwell: 1 / 2 },
    ...{ quick_back: 1 / 2, lcp_ms: 1000, cls: 0.2, opt_outs: 1 / 2, refunds: 1 / 2, refunded: 2.5, complaints: 1 / 2 },
    ...{ margin: 1, revenue: 4, return_7d: 1 / 2, novelty: (2 * Math.log2(5 / 2) + 2 * Math.log2(5)) / 4 },
  };
  for (const [name, value] of Object.entries(expected))
    expect([name, (valuesOf(report, name) as number[])[0]]).toEqual([name, expect.closeTo(value, 12)]);
});

test('revenue is of one currency, and the others are named', async () => {
  const row = createRows();
  const [unit = '', other = '', third = ''] = unitsIn('control', 3);
  const yen = bought(1000, { value: { amount: 1000, currency: 'JPY' } });
  const rows = [
    ...[unit, other, third].map((one) => row(one, 0, exposed('control'))),
    ...[
      row(unit, 1, bought(5)),
      row(unit, 1, bought(6)),
      row(unit, 1, yen),
      row(other, 1, bought(4)),
      row(third, 1, yen),
    ],
    // of nobody who was exposed
    ...Array.from({ length: 9 }, (_, n) => row(`stranger ${String(n)}`, 1, yen)),
  ];
  const report = await reportOf(rows);
  expect([report.currency, valuesOf(report, 'revenue'), valuesOf(report, 'aov')]).toEqual([
    'EUR',
    [5, null],
    [5, null],
  ]);
  expect(report.findings.find(({ code }) => code === 'currencies_mixed')?.message).toContain('1 units bought in JPY');
});

test('clicks in an interleaved slate are credit of whose item it was, each unit once', async () => {
  const row = createRows();
  const units = unitsIn('diverse', 3);
  const rows = units.flatMap((unit, n) => [
    row(unit, 0, exposed('diverse')),
    ...Array.from({ length: n === 0 ? 10 : 1 }, () =>
      row(unit, 0, { kind: 'click', slateId: 's', itemId: 'i', team: 'other' }),
    ),
    ...(n === 2 ? [row(unit, 0, { kind: 'click' as const, slateId: 's', itemId: 'i', team: 'own' as const })] : []),
  ]);
  const variations = [{}, { interleave: '/other/' }];
  const { interleaving } = await reportOf(rows, { set: withAnalysis({}, { variations }) });
  expect(interleaving).toMatchObject([{ arm: 'diverse', units: 3, ownCredit: 1, otherCredit: 12 }]);
  expect(interleaving[0]?.preference?.mean).toBeCloseTo(2 / 3, 12);
  // clicks in slates of another experiment are none of this one's
  expect((await reportOf(rows)).interleaving).toEqual([]);
});

test('a phase is looked at alone', async () => {
  const row = createRows();
  const [unit = '', other = ''] = unitsIn('control', 2);
  const old = { arms: [{ experiment: 'fresh-first', arm: 'control', phase: 0 }] };
  const now = { arms: [{ experiment: 'fresh-first', arm: 'control', phase: 1 }] };
  const rows = [row(unit, 0, exposed('control', old)), row(other, 20, exposed('control', now))];
  const set = withAnalysis({}, { phase: 1 });
  const report = await reportOf(rows, { set });
  expect([report.phase, report.units[0]?.exposed]).toEqual([1, 1]);
  expect(report.findings).toMatchObject([{ code: 'other_phases', blocks: false }]);
  expect((await reportOf(rows, { set, phase: 0 })).units[0]?.exposed).toBe(1);
});

test('without a declaration there is a report and no decision', async () => {
  const row = createRows();
  const seen = (arm: 'control' | 'diverse') => unitsIn(arm, 3).map((unit) => row(unit, 0, exposed(arm)));
  const report = await reportOf([...seen('diverse').slice(1), ...seen('control')], { sets: [] });
  expect([report.verdict.decision, report.srm, report.declaredAt]).toEqual(['wait', null, null]);
  expect(report.findings).toMatchObject([{ code: 'not_declared', blocks: true }]);
  expect(report.units).toEqual([
    { arm: 'control', exposed: 3, counted: 3 },
    { arm: 'diverse', exposed: 2, counted: 2 },
  ]);
});

test('an analysis counts as it was declared first, and what came after the start is named', async () => {
  const row = createRows();
  const rows = unitsIn('control', 3).map((unit) => row(unit, 0, exposed('control')));
  const sets = [
    { declaredAt: START + 3 * DAY_MS, body: withAnalysis({ windowDays: 3 }) },
    { declaredAt: START + 5 * DAY_MS, body: withAnalysis({ windowDays: 5 }) },
  ];
  const report = await reportOf(rows, { sets });
  expect(report.analysis.windowDays).toBe(3);
  expect(report.findings.map(({ code }) => code)).toEqual(['declaration_odd', 'declared_late']);
  expect((await reportOf(rows, { sets: sets.slice(0, 1), now: LATER })).findings).toHaveLength(1);
});

test('the holdout is reported by the month', async () => {
  const set = { holdout: { key: 'all', share: 0.1 }, experiments: [] };
  const row = createRows();
  const told = (arm: string) => ({ kind: 'exposure' as const, arms: [{ experiment: 'all', arm, phase: 0 }] });
  const rows = ['held', 'open'].flatMap((arm) =>
    [0, 1, 2, 3].flatMap((n) => {
      const unit = `${arm} ${String(n)}`;
      const late = arm === 'open' && n > 0 ? [row(unit, 33, bought(4))] : [];
      return [row(unit, 1, told(arm)), row(unit, 2, bought(n)), row(unit, 32, told(arm)), ...late];
    }),
  );
  const { months, srm } = await reportOf(rows, { set, experiment: 'all' });
  expect(srm?.expected.map((units) => units / 8)).toEqual([0.1, 0.9]);
  expect(months.map(({ month, units }) => [month, units])).toEqual([
    ['2026-03', [4, 4]],
    ['2026-04', [4, 4]],
  ]);
  expect(months.map(({ conversions, revenue }) => [conversions?.difference ?? 0, revenue?.difference])).toEqual([
    [0, 0],
    [0.75, 3],
  ]);
});

test('a device whose clock is wrong is put right by what lies between sending and receipt', async () => {
  const row = createRows();
  const [unit = ''] = unitsIn('control', 1);
  // a year ahead, and on its way for two seconds, then for none
  const ahead = 365;
  const [seen, sold] = [row(unit, ahead, exposed('control')), row(unit, ahead + 1, bought(5))];
  const sent = (one: typeof seen, delayMs: number) => ({
    ...one,
    sentAt: one.event.at,
    receivedAt: one.event.at - ahead * DAY_MS + delayMs,
  });
  const report = await reportOf([sent(seen, 2000), sent(sold, 0)]);
  expect(report.units[0]).toEqual({ arm: 'control', exposed: 1, counted: 1 });
  expect([valuesOf(report, 'revenue'), report.period?.from]).toEqual([[5, null], new Date(START).toISOString()]);
});
