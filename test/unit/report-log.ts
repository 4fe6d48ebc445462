import { DAY_MS } from '../../collector/day.ts';
import type { LogRow } from '../../collector/index.ts';
import { createReport } from '../../collector/index.ts';
import { WORLD_SET, WORLD_START } from '../../collector/bench/experiment-log.ts';
import { assign } from '../../src/core/assignment.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { type Experiment, parseExperiments } from '../../src/core/experiment.ts';

export const START = WORLD_START;
export const KEY = 'fresh-first';

/** When every window of a made log is over, epoch ms. */
export const LATER = START + 60 * DAY_MS;

const [EXPERIMENT] = parseExperiments(WORLD_SET).set.experiments as readonly [Experiment];

/** The first unit ids that the declared buckets put into an arm, in a fixed order. */
export function unitsIn(arm: 'control' | 'diverse', count: number): string[] {
  const units: string[] = [];
  for (let n = 0; units.length < count; n++) {
    const id = `unit-${String(n)}`;
    if (assign(EXPERIMENT, { attributes: { id } }).arm === arm) units.push(id);
  }
  return units;
}

/** Makes rows with their ids and numbers; days count from the start. */
export function createRows() {
  const seqs = new Map<string, number>();
  let ids = 0;
  return (unitId: string, day: number, event: Partial<FeedbackEvent> & Pick<FeedbackEvent, 'kind'>): LogRow => {
    const clientSeq = (seqs.get(unitId) ?? 0) + 1;
    seqs.set(unitId, clientSeq);
    const at = START + day * DAY_MS;
    const whole = { id: `event-${String(++ids)}`, clientSeq, unitId, at, consent: 'events' as const, ...event };
    return { clientId: `client of ${unitId}`, receivedAt: at + 1000, event: whole };
  };
}

export const exposed = (arm: string, more: Partial<FeedbackEvent> = {}) => ({
  ...{ kind: 'exposure' as const, placement: 'home', unitSource: 'site' as const },
  ...{ arms: [{ experiment: KEY, arm, phase: 0 }], ...more },
});

export const bought = (amount: number, more: Partial<FeedbackEvent> = {}) => ({
  ...{ kind: 'conversion' as const, value: { amount, currency: 'EUR' } },
  ...more,
});

/** A report over rows of the declared experiment, or of another set. */
export const reportOf = (
  rows: readonly LogRow[],
  { set = WORLD_SET, ...more }: { readonly set?: unknown } & Partial<Parameters<typeof createReport>[0]> = {},
) =>
  createReport({
    log: { read: () => rows },
    sets: [{ declaredAt: START - DAY_MS, body: set }],
    experiment: KEY,
    now: LATER,
    ...more,
  });

/** The same set with other fields in the analysis of its experiment. */
export const withAnalysis = (more: object, fields: object = {}) => ({
  experiments: WORLD_SET.experiments.map((experiment) => ({
    ...{ ...experiment, ...fields },
    analysis: { ...experiment.analysis, ...more },
  })),
});
