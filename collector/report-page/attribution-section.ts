import { html } from 'hono/html';
import type { Attribution } from '../report/attribution.ts';
import type { Lift } from '../report/comparison.ts';
import type { Report } from '../report/report.ts';
import { renderAxis, renderStrip } from './interval-strip.ts';
import { type Html, NOTHING, named, renderRow, renderSection, renderTable } from './markup.ts';
import { liftRange } from './metric-text.ts';
import { countText, liftText, percentText } from '../report/number-text.ts';
import { type Scale, createScale } from './scale.ts';

/** What attribution would have one believe, beside what happened. */
export function renderAttribution({ attribution }: Report): Html {
  if (attribution === null) return NOTHING;
  const lifts = attribution.comparisons.flatMap(({ attributed, all }) => [attributed, all]);
  const scale = createScale(lifts.flatMap((lift) => (lift === null ? [] : [lift.low, lift.high])));
  return renderSection({
    ...{ id: 'attribution', title: 'Attribution beside intention to treat' },
    content: html`<p>
        For diagnosis only. “Ascribed” counts a purchase where the device saw a slate lead to it; “all” counts every
        purchase of everybody who was exposed. Where the first rises and the second does not, purchases were moved and
        not made. The verdict goes by all.
      </p>
      <ul class="chart">
        ${attribution.comparisons.map((comparison) => renderComparison(comparison, scale))}
        <li class="row axis-row" aria-hidden="true"><span></span>${renderAxis(scale, liftText)}<span></span></li>
      </ul>
      ${renderCounts(attribution)}`,
  });
}

const renderComparison = ({ arm, attributed, all }: Attribution['comparisons'][number], scale: Scale): Html =>
  html`<li>
    <h3>${named(arm)} <span class="quiet">change of conversions per visitor against control, at one look</span></h3>
    <ul>
      ${renderLift('Ascribed to a slate', attributed, scale)} ${renderLift('All (intention to treat)', all, scale)}
    </ul>
  </li>`;

const renderLift = (name: string, lift: Lift | null, scale: Scale): Html =>
  html`<li class="row">
    <p class="row-name">${name}</p>
    ${
      lift === null
        ? html`<p class="row-wide">Too little to tell.</p>`
        : html`${renderStrip({ ...{ scale, point: lift.lift, line: lift }, title: `${name}: ${liftText(lift.lift)}, ${liftRange(lift)}` })}
            <p class="row-text"><strong>${liftText(lift.lift)}</strong> (${liftRange(lift)})</p>`
    }
  </li>`;

const renderCounts = ({ arms }: Attribution): Html =>
  renderTable({
    ...{ id: 'attribution-table', caption: 'Conversions of counted visitors' },
    head: ['Arm', 'Ascribed', 'All', 'Share ascribed'],
    rows: arms.map(({ arm, attributed, conversions }) =>
      renderRow(named(arm), [
        ...[countText(attributed), countText(conversions)],
        conversions === 0 ? 'none' : percentText(attributed / conversions),
      ]),
    ),
  });
