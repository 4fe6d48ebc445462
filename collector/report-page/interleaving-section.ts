import { html } from 'hono/html';
import type { InterleavedArm } from '../report/interleaving.ts';
import type { Report } from '../report/report.ts';
import { renderAxis, renderStrip } from './interval-strip.ts';
import { type Html, NOTHING, named, renderSection } from './markup.ts';
import { countText, pPhrase, plural, preferenceText, signedText } from '../report/number-text.ts';
import { createScale } from './scale.ts';
import { renderState } from './state-icon.ts';

/** Preferences lie between all clicks on the one side and all on the other. */
const SCALE = createScale([-1, 1]);

/** Whose items visitors preferred where two rankings were shown in one slate. */
export function renderInterleaving({ interleaving, analysis }: Report): Html {
  if (interleaving.length === 0) return NOTHING;
  return renderSection({
    ...{ id: 'interleaving', title: 'Interleaved rankings' },
    content: html`<p>
        In these arms a slate is made of two rankings in turn, the arm’s own and another one. Each visitor’s clicks give
        a preference from −1 (all on the own ranking’s items) to +1 (all on the other’s); who clicks much counts once.
        This says which ranking is liked better, sooner than purchases do, and not what it earns.
      </p>
      <ul class="chart">
        ${interleaving.map((arm) => renderArm(arm, analysis.alpha))}
        <li class="row axis-row" aria-hidden="true">
          <span></span>${renderAxis(SCALE, (value) => signedText(value))}<span></span>
        </li>
      </ul>`,
  });
}

function renderArm({ arm, units, ownCredit, otherCredit, preference }: InterleavedArm, alpha: number): Html {
  const credit = `${plural(units, 'visitor')}: ${plural(ownCredit, 'click')} on own items, ${countText(otherCredit)} on the other’s`;
  if (preference === null)
    return html`<li class="row">
      <p class="row-name">${named(arm)} ${renderState('wait', 'not known yet')}</p>
      <p class="row-wide">${credit}; too little to tell a preference.</p>
    </li>`;
  const { mean, low, high, p } = preference;
  const range = `${preferenceText(low)} to ${preferenceText(high)}`;
  return html`<li class="row">
    <p class="row-name">${named(arm)} ${renderPreference(mean, p < alpha)}</p>
    ${renderStrip({ ...{ scale: SCALE, point: mean, line: { low, high } }, title: `${arm}: ${preferenceText(mean)}, ${range}` })}
    <div class="row-text">
      <p><strong>${preferenceText(mean)}</strong> (${range}), ${pPhrase(p)}, one look</p>
      <p class="quiet">${credit}</p>
    </div>
  </li>`;
}

/** Neither is better or worse: it depends on which ranking is which. */
function renderPreference(mean: number, isClear: boolean): Html {
  if (!isClear) return renderState('wait', 'no clear preference');
  return html`<span class="state"
    >${mean > 0 ? 'the other ranking is preferred' : 'its own ranking is preferred'}</span
  >`;
}
