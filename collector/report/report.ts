import { timeOf } from '../event-time.ts';
import type { LogRow, StoredEvents } from '../log.ts';
import { type Analysis } from './analysis.ts';
import { type Attribution, measureAttribution } from './attribution.ts';
import { type DeclaredSet, type Design, createDesign } from './design.ts';
import { findFaults } from './faults.ts';
import { type Finding } from './finding.ts';
import type { ForetoldArm } from './foretold.ts';
import { type InterleavedArm, measureInterleaving } from './interleaving.ts';
import { type MeasuredMetric, measureMetrics } from './measured-metric.ts';
import { type MonthEffect, measureMonths } from './months.ts';
import { type Population, unitsOf } from './population.ts';
import { ExposureReader, type Exposures } from './read-exposures.ts';
import { OutcomeReader } from './read-outcomes.ts';
import { type Trust, checkTrust } from './trust.ts';
import { type Verdict, decideVerdict } from './verdict.ts';
import { type WindowCount, compareWindows, findWindows } from './windows.ts';

export interface ReportOptions {
  /** Read twice. */
  readonly log: Pick<StoredEvents, 'read'>;
  readonly sets: readonly DeclaredSet[];
  /** Key of an experiment, or of the holdout. */
  readonly experiment: string;
  /** Default: the newest that is declared. */
  readonly phase?: number | undefined;
  /** Epoch ms: what a window is over by. */
  readonly now: number;
  /** What the model's heads count conversions within, in place of what the analysis declares. */
  readonly trainingWindowDays?: number | undefined;
  /** Told of events read in both readings together. */
  readonly onProgress?: (events: number) => void;
  readonly signal?: AbortSignal;
}

export interface Report {
  readonly experiment: string;
  readonly phase: number;
  /** Ship, stop or wait: first, because it is what a report is for. */
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What no report of this kind can know. */
  readonly notObservable: string;
  readonly analysis: Analysis;
  readonly declaredAt: string | null;
  readonly period: { readonly from: string; readonly to: string; readonly at: string } | null;
  readonly units: readonly ArmUnits[];
  readonly srm: Trust['srm'];
  readonly trust: Pick<Trust, 'arms' | 'crossed' | 'strangers' | 'lossP'>;
  readonly primary: MeasuredMetric | null;
  readonly guardrails: readonly MeasuredMetric[];
  /** All of them, these two included. */
  readonly metrics: readonly MeasuredMetric[];
  readonly windows: readonly WindowCount[];
  readonly attribution: Attribution | null;
  readonly interleaving: readonly InterleavedArm[];
  /** Of a holdout. */
  readonly months: readonly MonthEffect[];
  readonly currency: string | null;
  readonly events: number;
  /** Of level `training`: what off-policy estimates are made of. */
  readonly loggedSlates: number;
  /** Absent where nobody estimated; null where there is nothing to estimate. */
  readonly offPolicy?: readonly ForetoldArm[] | null;
}

export interface ArmUnits {
  readonly arm: string;
  /** Exposed to this arm alone. */
  readonly exposed: number;
  /** Exposed so long ago that the window is over. */
  readonly counted: number;
}

/**
 * Reads a log twice and reports on an experiment: intention to treat, by the unit that was bucketed, of everybody who was
 * exposed, whatever they clicked. Rejects where the log cannot be read or `signal` is aborted.
 */
export async function createReport(options: ReportOptions): Promise<Report> {
  const declared = createDesign(options.sets, options.experiment, options.phase);
  const { trainingWindowDays = declared.analysis.trainingWindowDays } = options;
  const analysis: Analysis = { ...declared.analysis, ...(trainingWindowDays !== undefined && { trainingWindowDays }) };
  const design = { ...declared, analysis };
  const reader = new ExposureReader(design);
  const events = await readAll(options, 0, (row) => reader.add(row));
  const exposures = reader.result();
  const [currency] = Object.keys(exposures.currencies);
  const outcomes = new OutcomeReader({ ...exposures, analysis, currency });
  await readAll(options, events, (row) => outcomes.add(row));
  outcomes.end();
  const population = createPopulation(design, exposures, options.now);
  const trust = checkTrust({ design, exposures, population });
  const parts = { design, exposures, trust, population, events, currency: currency ?? null, now: options.now };
  return assemble(parts);
}

const UNSEEN = 'visitors who refuse measurement, or whose browser keeps no id, send nothing: they are in no arm here';

interface Parts {
  readonly design: Design;
  readonly exposures: Exposures;
  readonly trust: Trust;
  readonly population: Population;
  readonly events: number;
  readonly currency: string | null;
  readonly now: number;
}

function assemble({ design, exposures, trust, population, events, currency, now }: Parts): Report {
  const { analysis } = design;
  const metrics = measureMetrics(population, analysis);
  const units = unitsByArm(population, trust);
  const counted = units.reduce((sum, arm) => sum + arm.counted, 0);
  const exposed = units.reduce((sum, arm) => sum + arm.exposed, 0);
  const windows = compareWindows(population, analysis);
  const findings = [...findFaults(trust, { design, exposures }), ...findWindows(windows, analysis)];
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    ...{ experiment: design.key, phase: design.phase },
    verdict: decideVerdict({ metrics, findings, analysis, counted, waiting: waitingOf(population) }),
    ...{ findings, notObservable: UNSEEN },
    ...{ analysis, declaredAt: design.declaredAt === null ? null : iso(design.declaredAt) },
    period: exposed === 0 ? null : { from: iso(exposures.firstAt), to: iso(exposures.lastAt), at: iso(now) },
    ...{
      units,
      srm: trust.srm,
      trust: { arms: trust.arms, crossed: trust.crossed, strangers: trust.strangers, lossP: trust.lossP },
    },
    primary: metrics.find(({ role }) => role === 'primary') ?? null,
    guardrails: metrics.filter(({ role }) => role === 'guardrail'),
    ...{ metrics, windows, attribution: measureAttribution(population, analysis) },
    interleaving: measureInterleaving(population, analysis, design.variations),
    months: exposures.months === null ? [] : measureMonths({ ...population, months: exposures.months }, analysis),
    ...{ currency, events, loggedSlates: exposures.loggedSlates },
  };
}

function unitsByArm(population: Population, { arms }: Trust): readonly ArmUnits[] {
  const counted = population.arms.map(() => 0);
  // whoever counts for anything, long windows or short
  const { windowDays } = population;
  for (const [, arm] of unitsOf(population, windowDays)) counted[arm] = (counted[arm] ?? 0) + 1;
  return arms.map(({ arm, units }, i) => ({ arm, exposed: units, counted: counted[i] ?? 0 }));
}

/** Units whose window will be over: those that will never count are not waited for. */
function waitingOf(population: Population): number {
  const { windowDays, now } = population;
  const count = (at: number): number => [...unitsOf({ ...population, now: at }, windowDays)].length;
  return count(Infinity) - count(now);
}

/** An arm without a share is none to compare: it gets nobody. */
function createPopulation({ analysis, shares }: Design, { units, arms }: Exposures, now: number): Population {
  const compared = arms.flatMap((_, arm) => (arm > 0 && (shares === null || (shares[arm] ?? 0) > 0) ? [arm] : []));
  return { units, arms, compared, now, windowDays: analysis.windowDays };
}

/** Rows between two looks at whatever else waits: some milliseconds. */
const CHUNK = 2048;

async function readAll(options: ReportOptions, before: number, add: (row: LogRow) => void): Promise<number> {
  const { log, onProgress, signal } = options;
  let events = 0;
  for await (const row of log.read()) {
    const at = timeOf(row);
    add(at === row.event.at ? row : { ...row, event: { ...row.event, at } });
    if (++events % CHUNK !== 0) continue;
    onProgress?.(before + events);
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return events;
}
