import { html } from 'hono/html';
import type { Comparison } from '../report/comparison.ts';
import type { MeasuredMetric } from '../report/measured-metric.ts';
import type { Report } from '../report/report.ts';
import { renderAxis, renderStrip } from './interval-strip.ts';
import { type Html, NOTHING, named, renderRow, renderSection, renderTable } from './markup.ts';
import { type Bounds, INSUFFICIENT, capital, directionText, effectText, valueText } from './metric-text.ts';
import { liftText, pText, percentText } from '../report/number-text.ts';
import { type Scale, createEvenScale } from './scale.ts';

/** Of all intervals of a table, the share that lies wholly within its scale: a single wide one must not flatten the others. */
const WITHIN = 0.8;

/** Every metric, arm by arm against control. */
export function renderMetrics(report: Report): Html {
  const { metrics, units } = report;
  const seen = metrics.filter(({ notObservable }) => notObservable === undefined);
  const treatments = units.slice(1).map(({ arm }) => arm);
  if (treatments.length === 0 || metrics.length === 0) return NOTHING;
  return renderSection({
    ...{ id: 'metrics', title: 'All metrics', isLong: true },
    content: html`${
      seen.length === 0
        ? NOTHING
        : html`<p>
              Only the primary metric and the guardrails decide. The others are exploratory: with so many, some look
              better by chance alone, so their p-values are adjusted for their number. Those below
              ${percentText(report.analysis.alpha)} are bold, and still no reason to ship.
            </p>
            ${treatments.map((arm, i) => renderArmTable(report, seen, { arm, index: i + 1 }))}`
    }
    ${renderUnseen(metrics)}`,
  });
}

interface Treatment {
  readonly arm: string;
  /** Among all arms. */
  readonly index: number;
}

function renderArmTable(report: Report, metrics: readonly MeasuredMetric[], { arm, index }: Treatment): Html {
  const compared = metrics.map((metric) => [metric, metric.comparisons[index - 1]] as const);
  const scale = scaleOf(compared.flatMap(([, comparison]) => comparison?.effect?.relative ?? []));
  const control = report.units[0]?.arm ?? '';
  return renderTable({
    id: `metrics-${String(index)}`,
    caption: html`${named(arm)} against ${named(control)}; the intervals are of one look`,
    head: [
      ...['Metric', named(control), named(arm), 'Change'],
      html`Interval <span class="unseen">as a picture</span>${renderAxis(scale, liftText, 10)}`,
      ...['p', 'p adjusted'],
    ],
    rows: compared.map(([metric, comparison]) => renderMetric({ metric, comparison, report, index, scale })),
  });
}

function scaleOf(intervals: readonly Bounds[]): Scale {
  const sizes = intervals.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))).sort((a, b) => a - b);
  const size = sizes[Math.min(sizes.length - 1, Math.floor(WITHIN * sizes.length))] ?? 1;
  return createEvenScale(size);
}

interface Row {
  readonly metric: MeasuredMetric;
  readonly comparison: Comparison | undefined;
  readonly report: Report;
  readonly index: number;
  readonly scale: Scale;
}

function renderMetric({ metric, comparison, report, index, scale }: Row): Html {
  const { currency, analysis } = report;
  const name = html`${capital(metric.label)}
    <span class="quiet"><code>${metric.name}</code> · ${metric.role} · ${directionText(metric)}</span>`;
  const values = [metric.arms[0]?.value, metric.arms[index]?.value].map((value) =>
    value === undefined || value === null ? 'none' : valueText(metric, value, currency),
  );
  const { effect, cuped, insufficient, adjustedP } = comparison ?? {};
  if (effect === undefined)
    return renderRow(name, [...values, quietly(INSUFFICIENT[insufficient ?? 'few_units']), '', '', '']);
  const text = effectText(metric, effect, currency);
  const { relative } = effect;
  const past = cuped?.relative
    ? quietly(`CUPED: ${liftText(cuped.relative.lift)}, ${percentText(cuped.varianceRemoved)} less variance`)
    : NOTHING;
  return renderRow(name, [
    ...[...values, html`${text} ${past}`],
    relative === null
      ? quietly(INSUFFICIENT.no_base)
      : renderStrip({
          ...{ scale, point: relative.lift, line: relative, isSmall: true },
          title: `${metric.label}: ${text}`,
        }),
    ...[pText(effect.p), adjustedP === undefined ? quietly('decides') : renderAdjusted(adjustedP, analysis.alpha)],
  ]);
}

const quietly = (text: string): Html => html`<span class="words quiet">${text}</span>`;

const renderAdjusted = (p: number, alpha: number): Html =>
  p < alpha ? html`<strong>${pText(p)}</strong>` : html`${pText(p)}`;

/** By the reason: it is often the same for many. */
function renderUnseen(metrics: readonly MeasuredMetric[]): Html {
  const reasons = new Set(metrics.flatMap(({ notObservable }) => notObservable ?? []));
  if (reasons.size === 0) return NOTHING;
  const items = [...reasons].map((reason) => {
    const labels = metrics.filter(({ notObservable }) => notObservable === reason).map(({ label }) => label);
    return html`<li>${capital(labels.join(', '))}: ${reason}.</li>`;
  });
  return html`<h3>What this log cannot tell</h3>
    <ul class="notes">
      ${items}
    </ul>`;
}
