import { isNumber, isRecord } from '../../src/core/guards.ts';
import { type Problem, createProblem } from '../../src/core/problem.ts';
import { METRICS, metricOf } from './metrics.ts';

export interface Guardrail {
  readonly metric: string;
  /** Share of control's value by which it may be worse; above 0. */
  readonly margin: number;
}

/** What an experiment declares before it starts, as the field `analysis` of its definition (docs/report.md). */
export interface Analysis {
  /** The one metric that decides. */
  readonly primary: string;
  /** Smallest relative effect on it that matters; above 0. */
  readonly smallestEffect: number;
  readonly guardrails: readonly Guardrail[];
  /** What counts is done within so many days after the first exposure; above 0. */
  readonly windowDays: number;
  /** What training and the business count conversions within. */
  readonly trainingWindowDays?: number;
  readonly businessWindowDays?: number;
  /** Days before the first exposure that CUPED reads. */
  readonly preDays: number;
  /** Chance of a wrong decision on the primary metric, in (0, 1). */
  readonly alpha: number;
  /** Units of all arms at which the intervals are to be tightest. */
  readonly expectedUnits: number;
  readonly owner?: string;
}

/** Where an experiment declares nothing: a report for looking at, and no decision. */
export const DEFAULT_ANALYSIS: Analysis = {
  ...{ primary: 'conversion', smallestEffect: 0.02, guardrails: [], windowDays: 7 },
  ...{ preDays: 28, alpha: 0.05, expectedUnits: 10_000 },
};

const NAMES = METRICS.map(({ name }) => name).join(', ');
const isMetric = (value: unknown): boolean => typeof value === 'string' && metricOf(value) !== undefined;
const isBetween = (low: number, high: number) => (value: unknown) => isNumber(value) && value > low && value <= high;
const isDays = isBetween(0, 366);

const isGuardrail = (value: unknown): boolean =>
  isRecord(value) &&
  isMetric(value['metric']) &&
  isBetween(0, 1)(value['margin']) &&
  Object.keys(value).every((key) => key === 'metric' || key === 'margin');

const FIELDS: Readonly<Record<keyof Analysis, readonly [must: string, holds: (value: unknown) => boolean]>> = {
  primary: [`one of ${NAMES}`, isMetric],
  smallestEffect: ['a share above 0, such as 0.02', isBetween(0, 10)],
  guardrails: [
    `a list of { metric, margin }, the metric one of ${NAMES}, the margin a share above 0`,
    (value) => Array.isArray(value) && value.every(isGuardrail),
  ],
  windowDays: ['a number of days above 0', isDays],
  trainingWindowDays: ['a number of days above 0', isDays],
  businessWindowDays: ['a number of days above 0', isDays],
  preDays: ['a number of days above 0', isDays],
  alpha: ['a number above 0 and at most .5', isBetween(0, 0.5)],
  expectedUnits: ['a number of units above 0', isBetween(0, 1e12)],
  owner: ['a text', (value) => typeof value === 'string'],
};

/** Reads the field `analysis` of an experiment; a text says what is wrong with it. Never throws. */
export function parseAnalysis(input: unknown): Analysis | string {
  if (!isRecord(input)) return '"analysis" must be an object';
  for (const [field, value] of Object.entries(input)) {
    const rule = Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof Analysis] : undefined;
    if (rule === undefined) return `"analysis" has no field "${field.slice(0, 100)}"`;
    if (!rule[1](value)) return `"${field}" of "analysis" must be ${rule[0]}`;
  }
  if (input['primary'] === undefined || input['smallestEffect'] === undefined)
    return '"analysis" needs "primary" and "smallestEffect"';
  const guarded = ((input['guardrails'] ?? []) as readonly Guardrail[]).map(({ metric }) => metric);
  if (new Set([input['primary'], ...guarded]).size <= guarded.length)
    return '"guardrails" of "analysis" name a metric twice, or the primary one';
  return { ...DEFAULT_ANALYSIS, ...(input as Partial<Analysis>) };
}

/** What is wrong with the analyses of a set as it was written; a report would go by none of them. */
export function findAnalysisProblems(body: unknown): readonly Problem[] {
  const { experiments, holdout } = isRecord(body) ? body : {};
  const all: readonly unknown[] = [...(Array.isArray(experiments) ? (experiments as readonly unknown[]) : []), holdout];
  return all.flatMap((one) => {
    if (!isRecord(one) || one['analysis'] === undefined) return [];
    const analysis = parseAnalysis(one['analysis']);
    return typeof analysis === 'string'
      ? [createProblem('experiment_invalid', `"${String(one['key'])}": ${analysis}`)]
      : [];
  });
}
