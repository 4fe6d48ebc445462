import { type SequenceOptions, type SequentialInterval, alwaysValidInterval } from './always-valid.ts';
import { type Arms, type Insufficient, checkAlpha, insufficient } from './arms.ts';
import { type CupedArms, adjustByCovariate } from './cuped.ts';
import type { JointMoments } from './joint-moments.ts';
import { ratioMoments } from './ratio-metric.ts';
import {
  type RelativeArms,
  type RelativeEffect,
  type RelativeInterval,
  alwaysValidLift,
  compareRelatively,
} from './relative-effect.ts';
import { type MeanDifference, compareMeans } from './welch.ts';

export interface EffectInput extends Arms<JointMoments>, SequenceOptions {
  /** `mean`: y is each unit's value. `ratio`: y and x are each unit's numerator and denominator. */
  readonly kind: 'mean' | 'ratio';
  /** Of a mean: x is a covariate from before the exposure, so the effect is also given with CUPED. */
  readonly hasCovariate?: boolean;
}

/** What treatment does to a metric. `difference`, `low`, `high` and `p` are of one look that was fixed beforehand. */
export interface MetricEffect extends MeanDifference {
  /** The metric itself in each arm: its mean, or the ratio of its sums. */
  readonly means: Arms<number>;
  /** Of the difference too, and true at every look. */
  readonly sequential: Omit<SequentialInterval, 'difference'>;
  /** The lift relative to control, at one look. */
  readonly relative: RelativeEffect | Insufficient;
  /** The same, true at every look. */
  readonly sequentialRelative: RelativeInterval | Insufficient;
  /** Where there is a covariate: the same effect with less noise. Which of both decides is to be said beforehand. */
  readonly cuped?: AdjustedEffect | Insufficient;
}

export type AdjustedEffect = Omit<MetricEffect, 'cuped'> & Pick<CupedArms, 'theta' | 'varianceRemoved'>;

/**
 * The effect of treatment on a metric, from the moments of its arms alone: by Welch's t, as a relative lift by the delta
 * method, always valid, and with CUPED. `insufficient` says why there is none. Throws a TypeError where alpha is not in
 * (0, 1), `tunedFor` is not above 0, or a ratio has a covariate.
 */
export function measureEffect(input: EffectInput): MetricEffect | Insufficient {
  const { control, treatment, kind, hasCovariate = false } = input;
  checkInput(input);
  if (kind === 'ratio') {
    const ratios = { control: ratioMoments(control), treatment: ratioMoments(treatment) };
    return ratios.control && ratios.treatment
      ? measureArms({ control: ratios.control, treatment: ratios.treatment }, input)
      : insufficient(Math.min(control.x.n, treatment.x.n) < 2 ? 'few_units' : 'no_denominator');
  }
  const effect = measureArms({ control: control.y, treatment: treatment.y }, input);
  return effect.kind === 'estimate' && hasCovariate ? { ...effect, cuped: measureAdjusted(input) } : effect;
}

function measureAdjusted(input: EffectInput): AdjustedEffect | Insufficient {
  const adjusted = adjustByCovariate(input);
  if (adjusted.kind === 'insufficient') return adjusted;
  const effect = measureArms(adjusted, input);
  const { theta, varianceRemoved } = adjusted;
  return effect.kind === 'estimate' ? { ...effect, theta, varianceRemoved } : effect;
}

function measureArms(arms: RelativeArms, options: SequenceOptions): Omit<MetricEffect, 'cuped'> | Insufficient {
  const effect = compareMeans(arms, options.alpha);
  if (effect.kind === 'insufficient') return effect;
  const { low, high, p } = alwaysValidInterval(arms, options);
  return {
    ...effect,
    means: { control: arms.control.mean, treatment: arms.treatment.mean },
    sequential: { low, high, p },
    relative: compareRelatively(arms, options.alpha),
    sequentialRelative: alwaysValidLift(arms, options),
  };
}

function checkInput({ kind, hasCovariate, alpha, tunedFor }: EffectInput): void {
  checkAlpha(alpha);
  if (!(tunedFor > 0)) throw new TypeError(`tunedFor must be above 0, got ${String(tunedFor)}`);
  if (kind === 'ratio' && hasCovariate)
    throw new TypeError('hasCovariate is for means: x of a ratio is its denominator');
}
