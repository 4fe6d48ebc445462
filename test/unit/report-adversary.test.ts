import { expect, test } from 'vitest';
import { type ExperimentWorld, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { DAY_MS } from '../../collector/day.ts';
import type { LogRow } from '../../collector/index.ts';
import { START, bought, createRows, exposed, reportOf, unitsIn, withAnalysis } from './report-log.ts';

const WORLD: ExperimentWorld = { seed: 8, units: 3000, rate: 0.2, effect: 0.5, days: 10 };
const made = (world: Partial<ExperimentWorld> = {}): LogRow[] => [...createExperimentRows({ ...WORLD, ...world })];
const alone = withAnalysis({ guardrails: [] });
const codesOf = ({ findings }: Awaited<ReturnType<typeof reportOf>>) =>
  findings.map(({ code, blocks }) => [code, blocks]);

test('without anything odd the arm ships', async () => {
  expect((await reportOf(made(), { set: alone })).verdict.decision).toBe('ship');
});

test('an amount whose square no number holds decides nothing', async () => {
  const rows = made({ effect: 0 });
  const [unit = ''] = unitsIn('control', 1);
  const row = createRows();
  const huge = [row(unit, 1, exposed('control')), row(unit, 2, bought(1e200))];
  const report = await reportOf([...rows, ...huge], { set: withAnalysis({ primary: 'revenue', guardrails: [] }) });
  expect(report.verdict.decision).toBe('wait');
  expect(report.verdict.sentence).not.toContain('NaN');
  const adjusted = report.metrics.flatMap(({ comparisons }) => comparisons.map(({ adjustedP = 0 }) => adjustedP));
  expect(adjusted.every(Number.isFinite)).toBe(true);
});

test('a split that was changed within the phase blocks', async () => {
  const sets = [
    { declaredAt: START - DAY_MS, body: withAnalysis({}, { weights: [0.9, 0.1] }) },
    { declaredAt: START + DAY_MS, body: alone },
  ];
  expect(codesOf(await reportOf(made(), { sets }))).toContainEqual(['design_changed', true]);
});

test('what an arm does is not to change within the phase', async () => {
  const other = withAnalysis({ guardrails: [] }, { variations: [{}, { order: 'server' }] });
  const sets = [alone, other].map((body, i) => ({ declaredAt: START - DAY_MS + i, body }));
  expect(codesOf(await reportOf(made(), { sets }))).toEqual([['design_changed', true]]);
});

test('more coverage is no other split, and units that are missing from an arm are still found', async () => {
  const sets = [0.2, 1].map((coverage, i) => ({
    declaredAt: START - DAY_MS + i,
    body: withAnalysis({ guardrails: [] }, { coverage }),
  }));
  const whole = await reportOf(made(), { sets });
  expect(whole.srm).toMatchObject({ kind: 'judged', verdict: 'as_assigned' });
  // whoever bought nothing in the treatment never reports
  const buyers = new Set(made().flatMap(({ event }) => (event.kind === 'conversion' ? [event.unitId] : [])));
  const treated = new Set(made().flatMap(({ event }) => (event.arms?.[0]?.arm === 'diverse' ? [event.unitId] : [])));
  const isLost = ({ event: { unitId } }: LogRow): boolean =>
    treated.has(unitId) && !buyers.has(unitId) && unitId.charCodeAt(30) % 3 === 0;
  const report = await reportOf(
    made().filter((row) => !isLost(row)),
    { sets },
  );
  expect(codesOf(report)).toEqual([['sample_ratio_mismatch', true]]);
});

test('another unit than events tell of blocks', async () => {
  const set = withAnalysis({}, { hashAttribute: 'household' });
  expect(codesOf(await reportOf(made(), { set }))).toContainEqual(['unit_differs', true]);
});

test('an earlier phase is no past', async () => {
  const row = createRows();
  const units = [...unitsIn('control', 40), ...unitsIn('diverse', 40)];
  const rows = units.flatMap((unit, n) => {
    const arm = n < 40 ? 'control' : 'diverse';
    const told = (phase: number) => exposed(arm, { arms: [{ experiment: 'fresh-first', arm, phase }] });
    return [
      row(unit, 0, told(0)),
      ...(n % 2 === 0 ? [row(unit, 1, bought(5))] : []),
      row(unit, 10, told(1)),
      ...(n % 3 === 0 ? [row(unit, 11, bought(5))] : []),
    ];
  });
  const report = await reportOf(rows, { set: withAnalysis({}, { phase: 1 }) });
  expect(report.primary?.comparisons[0]?.effect).toBeDefined();
  expect(report.primary?.comparisons[0]?.cuped).toBeUndefined();
});

test('a guardrail of which control has nothing is broken by an arm that has much, and named where nobody has any', async () => {
  const set = withAnalysis({ guardrails: [{ metric: 'complaints', margin: 0.1 }] });
  const treated = made().filter(({ event }) => event.kind === 'exposure' && event.arms?.[0]?.arm === 'diverse');
  const complaints = treated.map((row, n): LogRow => ({
    ...row,
    event: { ...row.event, id: `complaint ${String(n)}`, kind: 'complaint', at: row.event.at + 1 },
  }));
  const broken = await reportOf([...made(), ...complaints], { set });
  expect(broken.verdict.decision).toBe('stop');
  const unseen = await reportOf(made(), { set });
  expect(unseen.verdict.decision).toBe('wait');
  expect(unseen.verdict.sentence).toContain('complaints per visitor (no event tells of it (complaints))');
});

test('an arm that gets nobody hides nothing', async () => {
  const [{ variations, meta }] = alone.experiments as unknown as [{ variations: object[]; meta: object[] }];
  const fields = { variations: [...variations, {}], meta: [...meta, { key: 'retired' }], weights: [0.5, 0.5, 0] };
  const report = await reportOf(made({ effect: -0.5 }), { set: withAnalysis({ guardrails: [] }, fields) });
  expect(report.verdict.decision).toBe('stop');
  expect(report.primary?.comparisons.map(({ arm }) => arm)).toEqual(['diverse']);
});

test('arms that nobody declared are counted, and compared with nothing', async () => {
  const row = createRows();
  const junk = Array.from({ length: 40 }, (_, n) => row(`junk ${String(n)}`, 1, exposed(`arm-${String(n)}`)));
  const one = await reportOf([...made(), ...junk.slice(0, 1)], { set: alone });
  expect([one.verdict.decision, codesOf(one)]).toEqual(['ship', [['unknown_arm', false]]]);
  const many = await reportOf([...made(), ...junk], { set: alone });
  expect([codesOf(many), many.units.length]).toEqual([[['unknown_arm', true]], 2]);
});

test('a slate longer than what control’s list holds is no leak', async () => {
  const row = createRows();
  const controlTopK = Array.from({ length: 20 }, (_, n) => `item-${String(n)}`);
  const rows = unitsIn('control', 5).flatMap((unit) => [
    row(unit, 0, exposed('control', { slateId: `slate of ${unit}`, controlTopK })),
    ...Array.from({ length: 24 }, (_, position) =>
      row(unit, 0, { kind: 'impression', slateId: `slate of ${unit}`, itemId: `item-${String(position)}`, position }),
    ),
  ]);
  const { findings, trust } = await reportOf(rows);
  expect([findings, trust.arms[0]?.unlikeControl]).toEqual([[], { units: 0, of: 5 }]);
});

test('times that cannot be are those of receipt', async () => {
  const row = createRows();
  const [unit = ''] = unitsIn('control', 1);
  const [ahead, past] = [row(unit, 0, exposed('control')), row(unit, 1, bought(3))];
  const rows = [
    { ...ahead, sentAt: 0, event: { ...ahead.event, at: 8.64e15 } },
    { ...past, event: { ...past.event, at: 0 } },
  ];
  const { period, units } = await reportOf(rows);
  expect([period?.from, units[0]?.counted]).toEqual([new Date(ahead.receivedAt).toISOString(), 1]);
});

test('one client with a gap of its own neither makes a loss nor hides one', async () => {
  const [row] = made();
  if (row === undefined) throw new Error('no rows');
  const gap = { ...row, event: { ...row.event, id: 'far', clientSeq: 1_000_000 } };
  expect(codesOf(await reportOf([...made(), gap], { set: alone }))).toEqual([]);
  expect(codesOf(await reportOf([...made({ faults: { loss: 0.03 } }), gap], { set: alone }))).toEqual([
    ['delivery_loss', true],
  ]);
});

test('a client that is of another unit for a while has lost nothing', async () => {
  const row = createRows();
  const [unit = ''] = unitsIn('control', 1);
  const events = [exposed('control'), ...Array.from({ length: 9 }, () => ({ kind: 'click' as const }))];
  const rows = events.map((event, i) => ({
    ...row(i % 3 === 1 ? 'account' : unit, 0, { ...event, clientSeq: i + 1 }),
    clientId: 'c',
  }));
  expect((await reportOf(rows)).trust.arms[0]?.lost.events).toBe(0);
});

test('guardrails are named once, and the primary metric is none', async () => {
  for (const guardrails of [
    [
      { metric: 'ctr', margin: 1 },
      { metric: 'ctr', margin: 0.01 },
    ],
    [{ metric: 'conversion', margin: 0.1 }],
  ]) {
    const { findings } = await reportOf(made({ units: 10 }), { set: withAnalysis({ guardrails }) });
    expect(findings[0]?.message).toContain('name a metric twice, or the primary one');
  }
});

test('what another experiment changes is no leak of this one', async () => {
  const [own] = alone.experiments;
  const other = { key: 'other', variations: [{}, {}], meta: [{ key: 'off' }, { key: 'on' }] };
  const set = { holdout: { key: 'all', share: 0.1 }, experiments: [own, other] };
  const row = createRows();
  const rowsIn = (arm: string) =>
    unitsIn('control', 4).flatMap((unit) => {
      const arms = [
        { experiment: 'all', arm: 'open', phase: 0 },
        { experiment: 'fresh-first', arm: 'control', phase: 0 },
        { experiment: 'other', arm, phase: 0 },
      ];
      const slateId = `slate of ${unit}`;
      return [
        row(unit, 0, exposed('control', { slateId, controlTopK: ['a', 'b'], arms })),
        row(unit, 0, { kind: 'impression', slateId, itemId: 'b', position: 0 }),
      ];
    });
  const seen = async (arm: string) => (await reportOf(rowsIn(arm), { set })).trust.arms[0]?.unlikeControl;
  expect(await seen('on')).toEqual({ units: 0, of: 0 });
  expect(await seen('off')).toEqual({ units: 4, of: 4 });
});
