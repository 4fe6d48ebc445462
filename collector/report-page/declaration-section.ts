import { html } from 'hono/html';
import type { Report } from '../report/report.ts';
import { metricOf } from '../report/metrics.ts';
import { type Html, named, renderSection } from './markup.ts';
import { capital } from './metric-text.ts';
import { countText, daysText, percentText } from '../report/number-text.ts';
import { renderTime } from './time-text.ts';

type Row = readonly [term: string, value: Html | string];

/** What was written down before anybody looked. */
export function renderDeclaration({ analysis, declaredAt, findings }: Report): Html {
  const isDeclared = findings.every(({ code }) => code !== 'not_declared');
  const { primary, smallestEffect, guardrails, windowDays, trainingWindowDays, businessWindowDays } = analysis;
  const { preDays, alpha, expectedUnits, owner } = analysis;
  const harm = guardrails.map(({ metric, margin }) => `${labelOf(metric)} by at most ${percentText(margin)}`);
  const rows: readonly Row[] = [
    ['Declared', declaredText(isDeclared, declaredAt)],
    ['Primary metric', labelOf(primary)],
    ['Smallest change that matters', percentText(smallestEffect)],
    ['Guardrails, and how much worse each may get', harm.length === 0 ? 'none' : harm.join('; ')],
    ['Window of the report', daysText(windowDays)],
    ...optional('Window of training', trainingWindowDays, daysText),
    ...optional('Window of the business', businessWindowDays, daysText),
    ['Past that CUPED reads', daysText(preDays)],
    ['Chance of a wrong decision', percentText(alpha)],
    ['Visitors at which intervals are tightest', countText(expectedUnits)],
    ...optional('Owner', owner, named),
  ];
  return renderSection({
    ...{ id: 'declaration', title: 'What was declared' },
    content: html`<dl>
      ${rows.map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`,
  });
}

/** A row where there is something to tell. */
const optional = <T>(term: string, value: T | undefined, text: (value: T) => Html | string): readonly Row[] =>
  value === undefined ? [] : [[term, text(value)]];

function declaredText(isDeclared: boolean, declaredAt: string | null): Html | string {
  if (!isDeclared) return 'never: what stands here is what a report takes where nothing is declared';
  return declaredAt === null ? 'handed in with this report; when it was written is not known' : renderTime(declaredAt);
}

const labelOf = (name: string): string => capital(metricOf(name)?.label ?? name);
