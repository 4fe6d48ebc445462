import { type ExperimentWorld, WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { DAY_MS } from '../../collector/day.ts';
import type { LogRow, Report } from '../../collector/index.ts';
import { isHeld } from '../../src/core/assignment.ts';
import type { Holdout } from '../../src/core/experiment.ts';
import { createRandom } from '../../src/core/random.ts';
import { LATER, bought, createRows, exposed, reportOf, unitsIn, withAnalysis } from './report-log.ts';

const WORLD: ExperimentWorld = { seed: 6, units: 6000, rate: 0.2, effect: 0, days: 14 };
const rowsOf = (world: Partial<ExperimentWorld>): LogRow[] => [...createExperimentRows({ ...WORLD, ...world })];

/** A clear gain whose guardrails hold, with purchases from before the first exposure. */
export function makeShipReport(): Promise<Report> {
  const rows = rowsOf({ effect: 0.35, units: 8000 });
  const buyers = new Set(rows.flatMap(({ event }) => (event.kind === 'conversion' ? [event.unitId] : [])));
  const before = rows.flatMap((row, i) => {
    const { event } = row;
    if (event.clientSeq !== 1 || !buyers.has(event.unitId) || i % 3 === 0) return [];
    const past = { ...event, id: `past ${event.id}`, at: event.at - 5 * DAY_MS, kind: 'conversion' as const };
    return [{ ...row, event: { ...past, value: { amount: 20, currency: 'EUR' } } }];
  });
  const guardrails = [
    { metric: 'dismissals', margin: 0.25 },
    { metric: 'ctr', margin: 0.2 },
    { metric: 'lcp_ms', margin: 0.05 },
  ];
  const windows = { windowDays: 7, trainingWindowDays: 1, businessWindowDays: 28 };
  const more = { guardrails, ...windows, smallestEffect: 0.05, owner: 'Home page team' };
  return reportOf([...rows, ...before], { set: withAnalysis(more) });
}

/** Nothing decides: events are lost, control leaks, visitors cross over and are in arms of another bucket. */
export const makeFaultyReport = (): Promise<Report> =>
  reportOf(rowsOf({ faults: { loss: 0.05, leak: 0.03, crossed: 0.01, misassigned: 0.02 } }));

/** Not decided yet. */
export const makeOpenReport = (): Promise<Report> => reportOf(rowsOf({ units: 3000 }));

/** It is worse. */
export const makeStopReport = (): Promise<Report> =>
  reportOf(rowsOf({ effect: -0.35 }), { set: withAnalysis({ guardrails: [] }) });

/** Ascribed purchases rise, all do not; and clicks on slates of two rankings. */
export function makeInterleavedReport(): Promise<Report> {
  const random = createRandom(3);
  const rows = rowsOf({ attributionEffect: 0.5, units: 4000 }).map((row): LogRow => {
    if (row.event.kind !== 'click') return row;
    return { ...row, event: { ...row.event, team: random() < 0.56 ? 'other' : 'own' } };
  });
  const variations = [{}, { interleave: '/other/' }];
  return reportOf(rows, { set: withAnalysis({}, { variations }) });
}

const HOLDOUT: Holdout = { key: 'everything', seed: 'everything', share: 0.1, hashAttribute: 'id' };

/** Seven months of a holdout. */
export function makeHoldoutReport(): Promise<Report> {
  const random = createRandom(9);
  const row = createRows();
  const told = (arm: string) => ({
    ...{ kind: 'exposure' as const, placement: 'home', unitSource: 'site' as const },
    arms: [{ experiment: HOLDOUT.key, arm, phase: 0 }],
  });
  const rows = Array.from({ length: 6000 }).flatMap((_, n) => {
    const unit = `unit ${String(n)}`;
    const arm = isHeld(HOLDOUT, { attributes: { id: unit } }) ? 'held' : 'open';
    const months = Array.from({ length: 7 }, (_month, month) => month).filter(() => random() < 0.6);
    return months.flatMap((month) => {
      const day = month * 30.4 + 8 * random();
      const exposure = row(unit, day, told(arm));
      const buys = random() < (arm === 'held' ? 0.2 : 0.27);
      return buys ? [exposure, row(unit, day + 4, bought(20 + 30 * random()))] : [exposure];
    });
  });
  const analysis = { primary: 'revenue', smallestEffect: 0.03, windowDays: 28 };
  const sets = [{ declaredAt: 0, body: { holdout: { key: HOLDOUT.key, share: 0.1, analysis }, experiments: [] } }];
  return reportOf(rows, { sets, experiment: HOLDOUT.key, now: LATER + 240 * DAY_MS });
}

/** Three arms, of which one has nobody yet. */
export function makeManyArmsReport(): Promise<Report> {
  const set = {
    experiments: WORLD_SET.experiments.map((experiment) => ({
      ...experiment,
      ...{
        variations: [{}, {}, {}],
        meta: [{ key: 'control' }, { key: 'diverse' }, { key: 'a-much-longer-name-of-an-arm' }],
      },
      weights: [0.4, 0.4, 0.2],
    })),
  };
  return reportOf(rowsOf({ units: 1500 }), { set });
}

/** A handful of visitors. */
export function makeSmallReport(): Promise<Report> {
  const row = createRows();
  const seen = (arm: 'control' | 'diverse') => unitsIn(arm, 3).map((unit) => row(unit, 0, exposed(arm)));
  return reportOf([...seen('control'), ...seen('diverse')]);
}

export const makeEmptyReport = (): Promise<Report> => reportOf([]);
export const makeUndeclaredReport = (): Promise<Report> => reportOf(rowsOf({ units: 800 }), { sets: [] });

export const REPORTS = {
  ...{ ship: makeShipReport, faulty: makeFaultyReport, open: makeOpenReport, stop: makeStopReport },
  ...{ interleaved: makeInterleavedReport, holdout: makeHoldoutReport, arms: makeManyArmsReport },
  ...{ small: makeSmallReport, empty: makeEmptyReport, undeclared: makeUndeclaredReport },
} as const;
