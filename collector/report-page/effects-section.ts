import { html } from 'hono/html';
import type { Analysis } from '../report/analysis.ts';
import { type Comparison, type Effect, decisiveEffect } from '../report/comparison.ts';
import type { MeasuredMetric } from '../report/measured-metric.ts';
import type { Report } from '../report/report.ts';
import { type Mark, renderAxis, renderStrip } from './interval-strip.ts';
import { renderLegend } from './legend.ts';
import { type Html, NOTHING, named, renderSection } from './markup.ts';
import { INSUFFICIENT, capital, directionText, effectText, liftRange } from './metric-text.ts';
import { liftText, pPhrase, percentText } from '../report/number-text.ts';
import { type Scale, createScale } from './scale.ts';
import { renderState } from './state-icon.ts';

/** Intervals further out than this many times what decides go on beyond the chart. */
const REACH = 2.5;

/** The primary metric and the guardrails: all that decides, on one scale. */
export function renderEffects({ primary, guardrails, analysis, currency }: Report): Html {
  const metrics = primary === null ? guardrails : [primary, ...guardrails];
  if (metrics.length === 0) return NOTHING;
  const chart = { scale: scaleOf(metrics, analysis), analysis, currency };
  return renderSection({
    ...{ id: 'effects', title: 'The primary metric and the guardrails' },
    content: html`<ul class="chart">
        ${metrics.map((metric) => renderMetric(metric, chart))}
        ${hasStrip(metrics) ? renderAxisRow(chart.scale) : NOTHING}
      </ul>
      ${hasStrip(metrics) ? renderLegend(['point', 'line', 'band', ...marksOf(metrics)]) : NOTHING}`,
  });
}

const hasStrip = (metrics: readonly MeasuredMetric[]): boolean =>
  metrics.some(({ comparisons }) => comparisons.some((comparison) => decisiveEffect(comparison)?.relative));

const renderAxisRow = (scale: Scale): Html =>
  html`<li class="row axis-row">
    <span></span>${renderAxis(scale, liftText)}
    <p class="quiet">Change against control, as a share of control’s value: right of 0 the arm has more of it.</p>
  </li>`;

interface Chart {
  readonly scale: Scale;
  readonly analysis: Analysis;
  readonly currency: string | null;
}

const signOf = ({ better }: MeasuredMetric): 1 | -1 => (better === 'higher' ? 1 : -1);

const marksOf = (metrics: readonly MeasuredMetric[]) =>
  (['smallest', 'margin'] as const).filter((kind) =>
    metrics.some(({ role }) => role === (kind === 'margin' ? 'guardrail' : 'primary')),
  );

function markOf(metric: MeasuredMetric, { smallestEffect }: Analysis): Mark {
  return metric.role === 'guardrail'
    ? { at: -signOf(metric) * (metric.margin ?? 0), kind: 'margin' }
    : { at: signOf(metric) * smallestEffect, kind: 'smallest' };
}

function scaleOf(metrics: readonly MeasuredMetric[], analysis: Analysis): Scale {
  const marks = metrics.map((metric) => markOf(metric, analysis).at);
  const boundsOf = (metric: MeasuredMetric): number[] =>
    metric.comparisons.flatMap((comparison) => {
      const relative = decisiveEffect(comparison)?.sequential.relative;
      return relative ? [relative.low, relative.high] : [];
    });
  const deciding = metrics.filter(({ role }) => role === 'primary').flatMap(boundsOf);
  const reach = REACH * Math.max(...[...marks, ...deciding].map(Math.abs));
  const all = metrics.flatMap(boundsOf).map((bound) => Math.min(reach, Math.max(-reach, bound)));
  return createScale([...marks, ...all]);
}

const renderMetric = (metric: MeasuredMetric, chart: Chart): Html =>
  html`<li>
    <h3>${capital(metric.label)} <span class="quiet">${aimOf(metric, chart.analysis)}</span></h3>
    ${
      metric.notObservable === undefined
        ? html`<ul>
            ${metric.comparisons.map((comparison) => renderComparison(metric, comparison, chart))}
          </ul>`
        : html`<p>Cannot be seen: ${metric.notObservable}.</p>`
    }
  </li>`;

function aimOf(metric: MeasuredMetric, { smallestEffect }: Analysis): string {
  const direction = directionText(metric);
  return metric.role === 'guardrail'
    ? `guardrail, ${direction}, may get worse by ${percentText(metric.margin ?? 0)}`
    : `primary metric, ${direction}, ${percentText(smallestEffect)} is the smallest change that matters`;
}

function renderComparison(metric: MeasuredMetric, comparison: Comparison, { scale, analysis, currency }: Chart): Html {
  const effect = decisiveEffect(comparison);
  const name = html`<p class="row-name">${named(comparison.arm)} ${renderJudgement(metric, comparison)}</p>`;
  if (effect === undefined)
    return html`<li class="row">
      ${name}
      <p class="row-wide">No effect can be told: ${INSUFFICIENT[comparison.insufficient ?? 'few_units']}.</p>
    </li>`;
  const { relative } = effect;
  const text = effectText(metric, effect, currency);
  const strip =
    relative === null
      ? html`<p class="quiet">No relative change: ${INSUFFICIENT.no_base}.</p>`
      : renderStrip({
          ...{ scale, point: relative.lift, line: relative, band: effect.sequential.relative ?? undefined },
          title: `${metric.label}, ${comparison.arm} against control: ${text} at one look`,
          marks: [markOf(metric, analysis)],
        });
  return html`<li class="row">${name} ${strip} ${renderNumbers(comparison, effect, text)}</li>`;
}

function renderNumbers({ cuped }: Comparison, { p, relative, sequential }: Effect, text: string): Html {
  return html`<div class="row-text">
    <p><strong>${relative === null ? text : liftText(relative.lift)}</strong></p>
    <p>Always valid: ${sequential.relative === null ? 'not told yet' : liftRange(sequential.relative)}</p>
    <p>One look: ${relative === null ? '' : `${liftRange(relative)}, `}${pPhrase(p)}</p>
    ${
      cuped === undefined
        ? NOTHING
        : html`<p class="quiet">
            With the past taken out (CUPED): ${percentText(cuped.varianceRemoved)} less variance
          </p>`
    }
  </div>`;
}

/** By what holds at every look: in words, with a shape. */
function renderJudgement(metric: MeasuredMetric, comparison: Comparison): Html {
  if (metric.role === 'guardrail') {
    const { guardrail = 'open' } = comparison;
    if (guardrail === 'holds') return renderState('good', 'holds');
    return guardrail === 'violated' ? renderState('bad', 'got worse') : renderState('wait', 'not known yet');
  }
  const interval = decisiveEffect(comparison)?.sequential.relative ?? null;
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return renderState('wait', 'not known yet');
  return interval.low > 0 === (metric.better === 'higher')
    ? renderState('good', 'better')
    : renderState('bad', 'worse');
}
