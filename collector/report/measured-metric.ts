import { adjustForFalseDiscoveries } from '../statistics/false-discoveries.ts';
import type { Insufficient } from '../statistics/arms.ts';
import { type AdjustedEffect, type MetricEffect, measureEffect } from '../statistics/metric-effect.ts';
import { type NonInferiority, judgeNonInferiority } from '../statistics/non-inferiority.ts';
import type { Analysis } from './analysis.ts';
import { METRICS, type Metric } from './metrics.ts';
import { DEVICE_ID_DAYS, type Population, momentsOf } from './population.ts';

/** Shares of control's value: .05 is 5 % more. Null where control's value is not kept from 0. */
export interface Lift {
  readonly lift: number;
  readonly low: number;
  readonly high: number;
}

/** An effect with its 1 - alpha intervals. */
export interface Effect {
  /** Treatment minus control, in the metric's unit; `low`, `high` and `p` hold for one look fixed beforehand. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  readonly relative: Lift | null;
  /** These hold at every look. */
  readonly sequential: {
    readonly low: number;
    readonly high: number;
    readonly p: number;
    readonly relative: Lift | null;
  };
}

export interface Comparison {
  readonly arm: string;
  /** Why there is no effect to tell. */
  readonly insufficient?: Insufficient['reason'];
  readonly effect?: Effect;
  /** The same with what was known before the first exposure taken out of it. */
  readonly cuped?: Effect & { readonly varianceRemoved: number };
  /** Of an exploratory metric: p with the false discovery rate of all of them kept (Benjamini-Hochberg). */
  readonly adjustedP?: number;
  /** Of a guardrail. */
  readonly guardrail?: NonInferiority;
}

export interface MeasuredMetric extends Pick<Metric, 'name' | 'label' | 'kind' | 'better'> {
  /** Only the first two decide. */
  readonly role: 'primary' | 'guardrail' | 'exploratory';
  /** Of a guardrail: share of control's value by which it may be worse. */
  readonly margin?: number;
  readonly arms: readonly { readonly arm: string; readonly units: number; readonly value: number | null }[];
  readonly comparisons: readonly Comparison[];
  readonly notObservable?: string;
}

/** Every metric: the primary one, the guardrails, and the others, whose p-values are adjusted for their number. */
export function measureMetrics(population: Population, analysis: Analysis): readonly MeasuredMetric[] {
  const measured = METRICS.map((metric) => measureMetric(population, analysis, metric));
  const p = (comparison: Comparison): number | undefined => comparison.effect?.p;
  const tested = measured
    .filter(({ role }) => role === 'exploratory')
    .flatMap(({ comparisons }) => comparisons.filter((comparison) => p(comparison) !== undefined));
  const adjusted = adjustForFalseDiscoveries(tested.map((comparison) => p(comparison) ?? 1));
  const adjustedOf = new Map(tested.map((comparison, i) => [comparison, adjusted[i]]));
  return measured.map((metric) => ({
    ...metric,
    comparisons: metric.comparisons.map((comparison): Comparison => {
      const adjustedP = adjustedOf.get(comparison);
      return adjustedP === undefined ? comparison : { ...comparison, adjustedP };
    }),
  }));
}

function measureMetric(population: Population, analysis: Analysis, metric: Metric): MeasuredMetric {
  const { name, label, kind, better, per } = metric;
  const moments = momentsOf(population, metric);
  const guardrail = analysis.guardrails.find((one) => one.metric === name);
  const role = name === analysis.primary ? 'primary' : guardrail ? 'guardrail' : 'exploratory';
  const notObservable = whyNot(metric, moments, metric.days ?? population.windowDays);
  const arms = population.arms.map((arm, i) => {
    const { y, x } = moments[i] ?? { y: { n: 0, mean: 0 }, x: { mean: 0 } };
    const value = per === undefined ? y.mean : y.mean / x.mean;
    return { arm, units: y.n, value: y.n > 0 && Number.isFinite(value) ? value : null };
  });
  const [control, ...treatments] = moments;
  const alpha = analysis.alpha / Math.max(1, treatments.length);
  const comparisons = treatments.map((treatment, i): Comparison => {
    const arm = population.arms[i + 1] ?? '';
    if (control === undefined || notObservable !== undefined) return { arm };
    const options = { alpha, tunedFor: analysis.expectedUnits };
    const hasCovariate = metric.before !== undefined && control.x.squares + treatment.x.squares > 0;
    const effect = measureEffect({
      control,
      treatment,
      ...options,
      kind: kind === 'ratio' ? 'ratio' : 'mean',
      hasCovariate,
    });
    const compared = describe(arm, effect);
    return guardrail === undefined ? compared : { ...compared, guardrail: judge(compared, metric, guardrail.margin) };
  });
  const margin = guardrail === undefined ? {} : { margin: guardrail.margin };
  return {
    ...{ name, label, kind, better, role, arms, comparisons },
    ...margin,
    ...(notObservable && { notObservable }),
  };
}

function whyNot(
  { per, value }: Metric,
  moments: readonly { y: { n: number; mean: number }; x: { mean: number } }[],
  days: number,
) {
  if (moments.every(({ y }) => y.n === 0))
    return days > DEVICE_ID_DAYS
      ? `needs units with an id from the site, exposed ${String(days)} days ago: a browser may forget its own id after ${String(DEVICE_ID_DAYS)} days`
      : `no unit was exposed ${String(days)} days ago yet`;
  const isEmpty = moments.every(({ y, x }) => (per === undefined ? y.mean === 0 : x.mean === 0));
  return isEmpty ? `no event tells of it (${per ?? value})` : undefined;
}

function describe(arm: string, effect: MetricEffect | Insufficient): Comparison {
  if (effect.kind === 'insufficient') return { arm, insufficient: effect.reason };
  const { cuped } = effect;
  return {
    ...{ arm, effect: flatten(effect) },
    ...(cuped?.kind === 'estimate' && { cuped: { ...flatten(cuped), varianceRemoved: cuped.varianceRemoved } }),
  };
}

function flatten({
  difference,
  low,
  high,
  p,
  relative,
  sequential,
  sequentialRelative,
}: AdjustedEffect | MetricEffect): Effect {
  const lift = relative.kind === 'estimate' ? relative.lift : 0;
  return {
    ...{ difference, low, high, p },
    relative: relative.kind === 'estimate' ? { lift, low: relative.low, high: relative.high } : null,
    sequential: {
      ...sequential,
      relative:
        sequentialRelative.kind === 'interval'
          ? { lift, low: sequentialRelative.low, high: sequentialRelative.high }
          : null,
    },
  };
}

/** What decides: with CUPED where there is a past. */
export const decisiveEffect = ({ effect, cuped }: Comparison): Effect | undefined => cuped ?? effect;

function judge(comparison: Comparison, { better }: Metric, margin: number): NonInferiority {
  const interval = decisiveEffect(comparison)?.sequential.relative ?? null;
  return interval === null
    ? 'open'
    : judgeNonInferiority(interval, { margin, harm: better === 'higher' ? 'decrease' : 'increase' });
}
