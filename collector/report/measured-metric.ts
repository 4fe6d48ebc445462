import { adjustForFalseDiscoveries } from '../statistics/false-discoveries.ts';
import type { JointMoments } from '../statistics/joint-moments.ts';
import type { Analysis } from './analysis.ts';
import { type Comparison, compareArm } from './comparison.ts';
import { METRICS, type Metric } from './metrics.ts';
import { DEVICE_ID_DAYS, type Population, momentsOf } from './population.ts';

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
  const options = { alpha: alphaOf(population, analysis), tunedFor: analysis.expectedUnits };
  const comparisons = population.compared.map((index): Comparison => {
    const [arm = '', control, treatment] = [population.arms[index], moments[0], moments[index]];
    if (control === undefined || treatment === undefined || notObservable !== undefined) return { arm };
    return compareArm({ arm, metric, control, treatment, options, margin: guardrail?.margin });
  });
  const margin = guardrail === undefined ? {} : { margin: guardrail.margin };
  return {
    ...{ name, label, kind, better, role, arms, comparisons },
    ...margin,
    ...(notObservable && { notObservable }),
  };
}

/** Shared among the arms that are compared with control (Bonferroni). */
export const alphaOf = ({ compared }: Pick<Population, 'compared'>, { alpha }: Pick<Analysis, 'alpha'>): number =>
  alpha / Math.max(1, compared.length);

function whyNot({ per, value }: Metric, moments: readonly JointMoments[], days: number) {
  if (moments.every(({ y }) => y.n === 0))
    return days > DEVICE_ID_DAYS
      ? `needs units with an id from the site, exposed ${String(days)} days ago: a browser may forget its own id after ${String(DEVICE_ID_DAYS)} days`
      : `no unit was exposed ${String(days)} days ago yet`;
  const isEmpty = moments.every(({ y, x }) => (per === undefined ? y.mean === 0 : x.mean === 0));
  return isEmpty ? `no event tells of it (${per ?? value})` : undefined;
}
