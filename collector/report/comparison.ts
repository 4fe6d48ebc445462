import type { Insufficient } from '../statistics/arms.ts';
import { type SequenceOptions, alwaysValidInterval } from '../statistics/always-valid.ts';
import type { JointMoments } from '../statistics/joint-moments.ts';
import { type AdjustedEffect, type MetricEffect, measureEffect } from '../statistics/metric-effect.ts';
import type { Moments } from '../statistics/moments.ts';
import { type NonInferiority, judgeNonInferiority } from '../statistics/non-inferiority.ts';
import { ratioMoments } from '../statistics/ratio-metric.ts';
import type { Metric } from './metrics.ts';

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
  readonly insufficient?: Insufficient['reason'] | 'not_finite';
  readonly effect?: Effect;
  /** The same with what was known before the first exposure taken out of it. */
  readonly cuped?: Effect & { readonly varianceRemoved: number };
  /** Of an exploratory metric: p with the false discovery rate of all of them kept (Benjamini-Hochberg). */
  readonly adjustedP?: number;
  /** Of a guardrail. */
  readonly guardrail?: NonInferiority;
}

export interface ComparisonInput {
  readonly arm: string;
  readonly metric: Pick<Metric, 'kind' | 'before' | 'better'>;
  readonly control: JointMoments;
  readonly treatment: JointMoments;
  readonly options: SequenceOptions;
  /** Of a guardrail. */
  readonly margin?: number | undefined;
}

/** One arm beside control. */
export function compareArm(input: ComparisonInput): Comparison {
  const { arm, metric, control, treatment, options, margin } = input;
  const hasCovariate = metric.before !== undefined && control.x.squares + treatment.x.squares > 0;
  const kind = metric.kind === 'ratio' ? 'ratio' : 'mean';
  const compared = describe(arm, measureEffect({ control, treatment, ...options, kind, hasCovariate }));
  return margin === undefined ? compared : { ...compared, guardrail: judgeGuardrail(input, margin) };
}

/** What decides: with CUPED where there is a past. */
export const decisiveEffect = ({ effect, cuped }: Comparison): Effect | undefined => cuped ?? effect;

function describe(arm: string, effect: MetricEffect | Insufficient): Comparison {
  if (effect.kind === 'insufficient') return { arm, insufficient: effect.reason };
  // a value that no purchase has makes squares that no number holds, and nothing may be decided by them
  if (!isFinite(effect)) return { arm, insufficient: 'not_finite' };
  const { cuped } = effect;
  const isAdjusted = cuped?.kind === 'estimate' && isFinite(cuped);
  return {
    ...{ arm, effect: flatten(effect) },
    ...(isAdjusted && { cuped: { ...flatten(cuped), varianceRemoved: cuped.varianceRemoved } }),
  };
}

const isFinite = ({ difference, low, high, p, sequential }: AdjustedEffect | MetricEffect): boolean =>
  [difference, low, high, p, sequential.low, sequential.high].every(Number.isFinite);

function flatten(measured: AdjustedEffect | MetricEffect): Effect {
  const { difference, low, high, p, means, relative, sequential, sequentialRelative } = measured;
  const lift = means.treatment / means.control - 1;
  return {
    ...{ difference, low, high, p },
    relative: relative.kind === 'estimate' ? liftOf(lift, relative) : null,
    sequential: {
      ...sequential,
      relative: sequentialRelative.kind === 'interval' ? liftOf(lift, sequentialRelative) : null,
    },
  };
}

const liftOf = (lift: number, { low, high }: Pick<Lift, 'low' | 'high'>): Lift | null =>
  [lift, low, high].every(Number.isFinite) ? { lift, low, high } : null;

/**
 * By the always-valid interval of treatment - (1 - margin) * control, or (1 + margin) where lower is better: so a control
 * near 0, of which no share can be told, is judged too.
 */
function judgeGuardrail({ metric, control, treatment, options }: ComparisonInput, margin: number): NonInferiority {
  const isRatio = metric.kind === 'ratio';
  const read = (moments: JointMoments): Moments | undefined => (isRatio ? ratioMoments(moments) : moments.y);
  const [base, tried] = [read(control), read(treatment)];
  if (base === undefined || tried === undefined) return 'open';
  const harm = metric.better === 'higher' ? 'decrease' : 'increase';
  const scale = harm === 'decrease' ? 1 - margin : 1 + margin;
  const bound = { n: base.n, mean: base.mean * scale, squares: base.squares * scale ** 2 };
  return judgeNonInferiority(alwaysValidInterval({ control: bound, treatment: tried }, options), { margin: 0, harm });
}
