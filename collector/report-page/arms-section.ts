import { html } from 'hono/html';
import type { ArmTrust } from '../report/trust.ts';
import type { ArmUnits, Report } from '../report/report.ts';
import { type Html, named, renderRow, renderSection, renderTable } from './markup.ts';
import { countText, pPhrase, percentText, plural } from '../report/number-text.ts';
import { renderState } from './state-icon.ts';

const HEAD = [
  'Arm',
  'Exposed',
  'Counted',
  'Expected',
  'Not in their bucket',
  'Events lost',
  'Saw other than control’s',
];

/** Who was counted, and whether the arms can be compared at all. */
export function renderArms(report: Report): Html {
  const { units, srm, trust, period, analysis, notObservable } = report;
  if (period === null)
    return renderSection({
      ...{ id: 'arms', title: 'Who was counted' },
      content: html`<p>
        Nobody has been exposed yet: no event of the kind “exposure” tells of this experiment and this phase.
      </p>`,
    });
  const rows = units.map((arm, i) => renderArm(arm, trust.arms[i], srm?.expected[i]));
  return renderSection({
    ...{ id: 'arms', title: 'Who was counted' },
    content: html`${renderTable({ ...{ id: 'arms-table', caption: 'Visitors by arm' }, head: HEAD, rows })}
      <ul class="notes">
        <li>${renderSplit(report)}</li>
        ${renderCrossed(report)} ${renderLoss(report)}
        <li>
          Counted is who was exposed at least ${plural(analysis.windowDays, 'day')} ago, so that the window is over.
          Every visitor counts in the arm that was assigned, whatever was clicked.
        </li>
        <li>
          Saw other than control’s: visitors who were shown an item where control would have shown another one. In
          control itself each is a leak; in another arm they say how many it changes anything for.
        </li>
        <li>Not observable: ${notObservable}.</li>
      </ul>`,
  });
}

function renderArm(
  { arm, exposed, counted }: ArmUnits,
  trust: ArmTrust | undefined,
  expected: number | undefined,
): Html {
  const { misassigned = null, lost, unlikeControl } = trust ?? {};
  return renderRow(named(arm), [
    ...[countText(exposed), countText(counted)],
    expected === undefined ? 'not known' : countText(expected),
    misassigned === null ? 'cannot be told' : shareText(misassigned, exposed),
    lost === undefined ? '' : shareText(lost.events, lost.of),
    unlikeControl === undefined ? '' : shareText(unlikeControl.units, unlikeControl.of),
  ]);
}

/** `3 (0.12 %)`, or why there is none. */
function shareText(count: number, of: number): string {
  if (of === 0) return 'none compared';
  return count === 0 ? '0' : `${countText(count)} (${percentText(count / of)})`;
}

function renderSplit({ srm }: Report): Html {
  if (srm === null)
    return html`${renderState('wait', 'Split not checked:')} the shares of the arms are not known, or changed within the
    phase.`;
  if (srm.kind === 'insufficient')
    return html`${renderState('wait', 'Split not checked:')} there are too few visitors yet.`;
  return srm.verdict === 'mismatch'
    ? html`${renderState('bad', 'The split is not as declared:')} ${pPhrase(srm.p)}, and below .001 no effect is to be
      believed.`
    : html`${renderState('good', 'The split is as declared:')} ${pPhrase(srm.p)} of a sample ratio mismatch test.`;
}

const renderCrossed = ({ trust: { crossed } }: Report): Html =>
  html`<li>
    ${crossed === 0 ? 'No visitor was' : `${plural(crossed, 'visitor')} ${crossed === 1 ? 'was' : 'were'}`} exposed to
    more than one arm${crossed === 0 ? '' : '; they count in none'}.
  </li>`;

function renderLoss({ trust: { lossP, arms } }: Report): Html {
  if (arms.every(({ lost }) => lost.events === 0)) return html`<li>No event is known to be lost on its way.</li>`;
  if (lossP === null)
    return html`<li>Events were lost on their way, and there is too little to compare the arms by it.</li>`;
  return html`<li>
    The arms ${lossP < 0.001 ? 'lose different shares' : 'show no clear difference in the share'} of their events
    (${pPhrase(lossP)}).
  </li>`;
}
