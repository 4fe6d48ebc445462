import { html } from 'hono/html';
import type { MonthEffect } from '../report/months.ts';
import type { Report } from '../report/report.ts';
import { type Html, NOTHING, named, renderRow, renderSection, renderTable } from './markup.ts';
import { differenceText } from './metric-text.ts';
import { renderMonthChart } from './month-chart.ts';
import { countText, pText, signedText } from '../report/number-text.ts';

const KINDS = {
  conversions: { name: 'conversions', kind: 'mean', title: 'Purchases per visitor' },
  revenue: { name: 'revenue', kind: 'mean', title: 'Revenue per visitor' },
} as const;

type Kind = keyof typeof KINDS;

/** What personalisation as a whole has brought, month by month, against those who are held out of it. */
export function renderMonths(report: Report): Html {
  const { months, currency } = report;
  if (months.length === 0) return NOTHING;
  const kinds: readonly Kind[] = currency === null ? ['conversions'] : ['conversions', 'revenue'];
  return renderSection({
    ...{ id: 'months', title: 'The holdout, month by month', isLong: true },
    content: html`<p>
        Of the visitors who were exposed by the end of a month, seen again in it or not: what those with personalisation
        bought in it, less what those held out bought. Above 0, personalisation brought something. Each interval is of
        one look at one month.
      </p>
      ${kinds.map((kind) => renderChart(kind, months, currency))} ${renderMonthTable(report, kinds)}`,
  });
}

function renderChart(kind: Kind, months: readonly MonthEffect[], currency: string | null): Html {
  const metric = KINDS[kind];
  const points = months.map((month) => ({ label: month.month, effect: month[kind] }));
  if (points.every(({ effect }) => effect === null))
    return html`<p>${metric.title}: there is too little in every month to tell a difference.</p>`;
  const title = `${metric.title}, open less held out${kind === 'revenue' ? `, ${currency ?? ''}` : ''}`;
  return html`<figure>
    <figcaption>${title}</figcaption>
    ${renderMonthChart({ points, text: (value) => signedText(value), title: `${title}, by month` })}
  </figure>`;
}

function renderMonthTable({ months, units, currency }: Report, kinds: readonly Kind[]): Html {
  const cellsOf = (month: MonthEffect): readonly string[] =>
    kinds.flatMap((kind) => {
      const effect = month[kind];
      if (effect === null) return ['too little to tell', ''];
      const text = (value: number): string => differenceText(KINDS[kind], value, currency);
      return [`${text(effect.difference)} (${text(effect.low)} to ${text(effect.high)})`, pText(effect.p)];
    });
  return renderTable({
    ...{ id: 'months-table', caption: 'Difference by month' },
    head: ['Month', ...units.map(({ arm }) => named(arm)), ...kinds.flatMap((kind) => [KINDS[kind].title, 'p'])],
    rows: months.map((month) => renderRow(month.month, [...month.units.map(countText), ...cellsOf(month)])),
  });
}
