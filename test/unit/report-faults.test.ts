import { expect, test } from 'vitest';
import { type ExperimentWorld, WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { createRandom } from '../../src/core/random.ts';
import { createRows, exposed, reportOf, unitsIn, withAnalysis } from './report-log.ts';

const WORLD: ExperimentWorld = { seed: 6, units: 4000, rate: 0.1, effect: 0, days: 14 };
const reportOn = (world: Partial<ExperimentWorld>, set: unknown = WORLD_SET) =>
  reportOf([...createExperimentRows({ ...WORLD, ...world })], { set });
const codesOf = ({ findings }: Awaited<ReturnType<typeof reportOn>>) => findings.map(({ code }) => code);

test('an experiment without a fault has no finding', async () => {
  for (const seed of [1, 2, 3]) expect(codesOf(await reportOn({ seed, effect: 0.2 }))).toEqual([]);
});

test('a loss of 3 % in one arm alone is found', async () => {
  const report = await reportOn({ faults: { loss: 0.03 } });
  expect(codesOf(report)).toEqual(['delivery_loss']);
  const [control, treatment] = report.trust.arms.map(({ lost }) => lost.events / lost.of);
  expect(control).toBe(0);
  expect(treatment).toBeGreaterThan(0.024);
  expect(treatment).toBeLessThan(0.033);
  expect(report.verdict).toMatchObject({ decision: 'wait' });
  expect(report.verdict.sentence).toContain('the arms lose different shares of their events');
});

test('the same loss in both arms is none of one arm', async () => {
  const random = createRandom(2);
  const rows = [...createExperimentRows(WORLD)].filter(() => random() > 0.03);
  expect(codesOf(await reportOf(rows))).toEqual([]);
});

test('control that sees another arm is found', async () => {
  const report = await reportOn({ faults: { leak: 0.02 } });
  expect(codesOf(report)).toEqual(['control_leak']);
  expect(report.verdict.decision).toBe('wait');
});

test('what was shown beyond the end of control’s list is no leak', async () => {
  const row = createRows();
  const [unit, other] = unitsIn('control', 2);
  const see = (id: string, slateId: string, items: readonly string[]) => [
    row(id, 1, exposed('control', { slateId, controlTopK: ['a', 'b'] })),
    ...items.map((itemId, position) => row(id, 1, { kind: 'impression', slateId, itemId, position })),
  ];
  const { trust } = await reportOf([...see(unit, 's', ['a', 'b', 'c', 'd']), ...see(other, 't', ['a', 'x'])]);
  expect(trust.arms.map(({ unlikeControl }) => unlikeControl)[0]).toEqual({ units: 1, of: 2 });
});

test('units in two arms are found, and count in neither', async () => {
  const report = await reportOn({ faults: { crossed: 0.01 } });
  expect(codesOf(report)).toContain('unit_in_two_arms');
  const { crossed, arms } = report.trust;
  expect(crossed).toBeGreaterThan(8);
  expect(arms.reduce((sum, { units }) => sum + units, crossed)).toBe(WORLD.units);
});

test('one unit in two arms is a finding that does not block', async () => {
  const rows = [...createExperimentRows(WORLD)];
  const other = rows.find(({ event }) => event.kind === 'exposure' && event.arms?.[0]?.arm === 'control');
  if (other === undefined) throw new Error('no exposure to control');
  const arms = [{ experiment: 'fresh-first', arm: 'diverse', phase: 0 }];
  const report = await reportOf([...rows, { ...other, event: { ...other.event, id: 'again', clientSeq: 40, arms } }]);
  expect(report.findings.find(({ code }) => code === 'unit_in_two_arms')).toMatchObject({ blocks: false });
});

test('units whose bucket gives another arm are found', async () => {
  const report = await reportOn({ faults: { misassigned: 0.01 } });
  expect(codesOf(report)).toEqual(['assignment_mismatch', 'assignment_mismatch']);
});

test('arms that are not as large as declared are found', async () => {
  const rows = [...createExperimentRows(WORLD)].filter(
    ({ event, clientId }) => !(clientId.charCodeAt(30) % 16 === 0 && event.clientSeq > 0),
  );
  const set = withAnalysis({}, { weights: [0.45, 0.55] });
  const report = await reportOf(rows, { set });
  expect(codesOf(report)).toContain('sample_ratio_mismatch');
  expect(report.verdict.decision).toBe('wait');
});

test('a window of 7 days in training against 1 in the report is found, with what each of them loses', async () => {
  const set = withAnalysis({ windowDays: 1, trainingWindowDays: 7, businessWindowDays: 28 });
  const report = await reportOn({}, set);
  expect(codesOf(report)).toEqual(['windows_differ']);
  const [own, training, business] = report.windows;
  expect(
    [own?.lost, training?.lost, business?.lost].every((lost, i, all) => i === 0 || (lost ?? 0) <= (all[i - 1] ?? 0)),
  ).toBe(true);
  // a purchase comes after 2 days in the mean: within 1 day 39 % of them, within 7 days 97 %
  const share = (conversions = 0): number => conversions / (business?.conversions ?? 0);
  expect(share(own?.conversions)).toBeCloseTo(0.393, 1);
  expect(share(training?.conversions)).toBeCloseTo(0.97, 1);
  expect(business?.lost).toBe(0);
  expect(codesOf(await reportOn({}, withAnalysis({ windowDays: 7, trainingWindowDays: 7 })))).toEqual([]);
});
