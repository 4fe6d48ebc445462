import type { Column } from './unit-columns.ts';

/** How a metric is made of what the report adds up for each unit. */
export interface Metric {
  readonly name: string;
  /** In words, for a sentence: "… is 4 % higher". */
  readonly label: string;
  /** `share`: a unit has it or not; `mean`: a number for each unit; `ratio`: both sums over all units, divided. */
  readonly kind: 'share' | 'mean' | 'ratio';
  readonly value: Column;
  /** Of a ratio. */
  readonly per?: Column;
  /** The same from before the first exposure, for CUPED. */
  readonly before?: Column;
  readonly better: 'higher' | 'lower';
  /** Days after the first exposure that it needs, where that is not the experiment's window. */
  readonly days?: number;
}

const ratio = (name: string, label: string, [value, per]: readonly [Column, Column]): Metric => ({
  ...{ name, label, kind: 'ratio', value, per, better: 'higher' },
});

const lower = (metric: Metric): Metric => ({ ...metric, better: 'lower' });

/** Every metric that a report has and that an analysis may name; docs/report.md says what each counts. */
export const METRICS: readonly Metric[] = [
  {
    ...{ name: 'conversion', label: 'visitors who bought', kind: 'share', better: 'higher' },
    ...{ value: 'conversions', before: 'conversionsBefore' },
  },
  {
    ...{ name: 'conversions', label: 'purchases per visitor', kind: 'mean', better: 'higher' },
    ...{ value: 'conversions', before: 'conversionsBefore' },
  },
  {
    ...{ name: 'revenue', label: 'revenue per visitor', kind: 'mean', better: 'higher' },
    ...{ value: 'revenue', before: 'revenueBefore' },
  },
  {
    ...{ name: 'margin', label: 'margin per visitor', kind: 'mean', better: 'higher' },
    ...{ value: 'margin', before: 'revenueBefore' },
  },
  ratio('aov', 'value of an order', ['revenue', 'orders']),
  ratio('ctr', 'clicks per impression', ['clicks', 'impressions']),
  ratio('carts', 'items put into the cart per impression', ['carts', 'impressions']),
  lower(ratio('dismissals', 'dismissals per impression', ['dismissals', 'impressions'])),
  {
    name: 'return_7d',
    label: 'visitors who came back within 7 days',
    kind: 'share',
    value: 'back7',
    better: 'higher',
    days: 7,
  },
  {
    name: 'return_28d',
    label: 'visitors who came back within 28 days',
    kind: 'share',
    value: 'back28',
    better: 'higher',
    days: 28,
  },
  lower({
    name: 'opt_outs',
    label: 'visitors who opted out of personalisation',
    kind: 'share',
    value: 'optOuts',
    better: 'lower',
  }),
  lower({ name: 'complaints', label: 'complaints per visitor', kind: 'mean', value: 'complaints', better: 'lower' }),
  lower({ name: 'refunds', label: 'refunds per visitor', kind: 'mean', value: 'refunds', better: 'lower' }),
  lower({ name: 'refunded', label: 'value refunded per visitor', kind: 'mean', value: 'refunded', better: 'lower' }),
  ratio('long_dwell', 'clicks with a long stay', ['longDwells', 'dwells']),
  lower(ratio('quick_back', 'clicks that were left at once', ['quickBacks', 'dwells'])),
  ratio('diversity', 'diversity of a slate', ['diversity', 'diversityOf']),
  ratio('novelty', 'novelty of an impression', ['novelty', 'impressions']),
  lower(ratio('repetition', 'impressions of an item seen before', ['repeats', 'impressions'])),
  lower(ratio('lcp_ms', 'largest contentful paint', ['lcp', 'lcpOf'])),
  lower(ratio('inp_ms', 'interaction to next paint', ['inp', 'inpOf'])),
  lower(ratio('cls', 'layout shift', ['cls', 'clsOf'])),
];

export const metricOf = (name: string): Metric | undefined => METRICS.find((metric) => metric.name === name);
