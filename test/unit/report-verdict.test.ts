import { expect, test } from 'vitest';
import { type ExperimentWorld, WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { reportOf, withAnalysis } from './report-log.ts';

const WORLD: ExperimentWorld = { seed: 6, units: 8000, rate: 0.2, effect: 0, days: 14 };
const judge = async (world: Partial<ExperimentWorld>, set: unknown = WORLD_SET) =>
  reportOf([...createExperimentRows({ ...WORLD, ...world })], { set });

const noGuardrails = (more: object) => withAnalysis({ guardrails: [], ...more });

test('a clear gain ships, in words', async () => {
  const { verdict, primary } = await judge({ effect: 0.3 }, noGuardrails({}));
  expect(verdict).toMatchObject({ decision: 'ship', arm: 'diverse' });
  expect(verdict.sentence).toMatch(
    /^Ship "diverse": it is better\. Visitors who bought: \+\d+(\.\d)?\s% \(between \+\d.*\s% and \+\d.*\s%\)$/,
  );
  expect(primary?.comparisons[0]?.effect?.sequential.relative?.low).toBeGreaterThan(0);
});

test('a clear loss stops', async () => {
  expect((await judge({ effect: -0.3 }, noGuardrails({}))).verdict).toMatchObject({ decision: 'stop' });
});

test('what cannot matter any more stops, and waits while it may', async () => {
  const futile = await judge({}, noGuardrails({ smallestEffect: 0.5 }));
  expect(futile.verdict.decision).toBe('stop');
  expect(futile.verdict.sentence).toMatch(/it cannot be better by the 50\s% that would matter/);
  const open = await judge({}, noGuardrails({ smallestEffect: 0.02 }));
  expect(open.verdict.decision).toBe('wait');
  expect(open.verdict.sentence).toMatch(/about [\d\s]+units more are needed/);
});

test('a gain does not ship over a guardrail that is broken, or not known to hold', async () => {
  const broken = await judge({ effect: 0.3 }, withAnalysis({ guardrails: [{ metric: 'aov', margin: 0.01 }] }));
  expect(broken.verdict.decision).toBe('wait');
  expect(broken.verdict.sentence).toContain('it is not known yet whether value of an order got worse');
  const reversed = await judge(
    { effect: -0.3 },
    withAnalysis({ primary: 'ctr', guardrails: [{ metric: 'conversion', margin: 0.05 }] }),
  );
  expect(reversed.verdict.decision).toBe('stop');
  expect(reversed.verdict.sentence).toMatch(/visitors who bought got worse by more than the 5\s% that it may/);
  const holds = await judge({ effect: 0.3 }, withAnalysis({ guardrails: [{ metric: 'ctr', margin: 0.2 }] }));
  expect(holds.verdict.sentence).toContain('and no guardrail got worse by more than it may');
});

test('everything but the primary metric and the guardrails is exploratory, and adjusted for its number', async () => {
  const { metrics } = await judge({ effect: 0.3 });
  for (const { role, comparisons } of metrics)
    for (const { effect, adjustedP } of comparisons)
      if (role === 'exploratory' && effect) expect(adjustedP).toBeGreaterThan(effect.p - 1e-12);
      else expect(adjustedP).toBeUndefined();
});

test('what was known before the first exposure takes noise out of the primary metric', async () => {
  const rows = [...createExperimentRows({ ...WORLD, effect: 0.1 })];
  const buyers = new Set(rows.flatMap(({ event }) => (event.kind === 'conversion' ? [event.unitId] : [])));
  // whoever bought after it had bought before it, but for one in eight
  const before = rows.flatMap((row, i) => {
    const { event } = row;
    const isPast = event.clientSeq === 1 && buyers.has(event.unitId) && i % 8 !== 0;
    const past = { ...event, id: `past ${event.id}`, at: event.at - 5 * 86_400_000, kind: 'conversion' as const };
    return isPast ? [{ ...row, event: { ...past, value: { amount: 20, currency: 'EUR' } } }] : [];
  });
  const [comparison] = (await reportOf([...rows, ...before])).primary?.comparisons ?? [];
  const width = (one?: { readonly low: number; readonly high: number }): number => (one?.high ?? 0) - (one?.low ?? 0);
  expect(comparison?.cuped?.varianceRemoved).toBeGreaterThan(0.5);
  expect(width(comparison?.cuped)).toBeLessThan(0.7 * width(comparison?.effect));
});

test('attributed lift is shown beside the lift of all, where they differ', async () => {
  const { attribution, verdict } = await judge({ effect: 0, attributionEffect: 0.5 });
  const [{ attributed, all } = { attributed: null, all: null }] = attribution?.comparisons ?? [];
  expect(attributed?.low).toBeGreaterThan(0.1);
  expect(all?.low).toBeLessThan(0);
  expect(verdict.decision).not.toBe('ship');
});
