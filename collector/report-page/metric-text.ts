import type { Comparison, Effect } from '../report/comparison.ts';
import type { MeasuredMetric } from '../report/measured-metric.ts';
import { amountText, countText, liftText, numberText, percentText, signedText } from '../report/number-text.ts';

type Unit = 'share' | 'money' | 'milliseconds' | 'bits' | 'number';

/** What the numbers of a metric are of, by its name; a share where it is not here and its kind is one. */
const UNITS: Readonly<Record<string, Unit>> = {
  ...{ revenue: 'money', margin: 'money', aov: 'money', refunded: 'money' },
  ...{ ctr: 'share', carts: 'share', dismissals: 'share', long_dwell: 'share', quick_back: 'share' },
  ...{ repetition: 'share', lcp_ms: 'milliseconds', inp_ms: 'milliseconds', novelty: 'bits' },
};

type Named = Pick<MeasuredMetric, 'name' | 'kind'>;

const unitOf = ({ name, kind }: Named): Unit => UNITS[name] ?? (kind === 'share' ? 'share' : 'number');

/** A value of a metric with its unit. */
export function valueText(metric: Named, value: number, currency: string | null): string {
  switch (unitOf(metric)) {
    case 'share':
      return percentText(value);
    case 'money':
      return currency === null ? amountText(value) : `${amountText(value)}\u00a0${currency}`;
    case 'milliseconds':
      return `${numberText(value)}\u00a0ms`;
    case 'bits':
      return `${numberText(value)}\u00a0bits`;
    case 'number':
      return numberText(value);
  }
}

/** A difference of two values: of shares in points, for 1 % more of 10 % is not 11 %. */
export function differenceText(metric: Named, value: number, currency: string | null): string {
  if (unitOf(metric) === 'share') return `${signedText(100 * value)}\u00a0points`;
  return signedText(value, (size) => valueText(metric, size, currency));
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const liftRange = ({ low, high }: Bounds): string => `${liftText(low)} to ${liftText(high)}`;

/** The lift of one look, or the difference where control's value is not kept from 0. */
export function effectText(metric: Named, effect: Effect, currency: string | null): string {
  const { relative, difference, low, high } = effect;
  if (relative !== null) return `${liftText(relative.lift)} (${liftRange(relative)})`;
  const text = (value: number): string => differenceText(metric, value, currency);
  return `${text(difference)} (${text(low)} to ${text(high)})`;
}

export const INSUFFICIENT: Readonly<Record<NonNullable<Comparison['insufficient']>, string>> = {
  few_units: 'an arm has fewer than 2 units',
  no_variance: 'every unit has the same value',
  no_base: 'control has too little of it to compare with',
  no_denominator: 'there is nothing in an arm to divide by',
  not_finite: 'a value in it is larger than any purchase has',
};

export const directionText = ({ better }: Pick<MeasuredMetric, 'better'>): string => `${better} is better`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A text as a sentence: with a capital letter and a full stop. */
export function sentence(text: string): string {
  const whole = capital(text)
    .replace(/(\d) %/g, '$1\u00a0%')
    // counts, and neither names nor what is quoted
    .replace(/(?<![\w".-])\d{5,}(?![\w".-])/g, (count) => countText(Number(count)));
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
