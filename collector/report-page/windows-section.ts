import { html } from 'hono/html';
import type { Report } from '../report/report.ts';
import type { WindowCount } from '../report/windows.ts';
import { renderLegend } from './legend.ts';
import { type Html, NOTHING, renderSection } from './markup.ts';
import { capital } from './metric-text.ts';
import { countText, daysText, percentText } from '../report/number-text.ts';
import { place } from './scale.ts';

/** The windows within which training, report and business count, side by side. */
export function renderWindows({ windows }: Report): Html {
  if (windows.length < 2) return NOTHING;
  const most = Math.max(...windows.map(({ conversions, lost }) => conversions + lost));
  return renderSection({
    ...{ id: 'windows', title: 'What counts as a conversion' },
    content: html`<p>
        The same purchases, counted within the windows of training, report and business after a visitor’s first
        exposure. Only visitors whose longest window is over are counted here, so these numbers may be smaller than
        those above.
      </p>
      <ul class="chart">
        ${windows.map((window) => renderWindow(window, most))}
      </ul>
      ${renderLegend(['counted', 'lost'])}`,
  });
}

function renderWindow({ window, days, conversions, lost }: WindowCount, most: number): Html {
  const share = most === 0 ? 0 : lost / most;
  const text = `${countText(conversions)} conversions count, ${countText(lost)} are lost (${percentText(share)})`;
  const at = most === 0 ? 0 : (100 * conversions) / most;
  return html`<li class="row">
    <p class="row-name">${capital(window)} <span class="quiet">${daysText(days)}</span></p>
    <svg class="strip" width="100%" height="24" role="img">
      <title>${capital(window)}, ${daysText(days)}: ${text}</title>
      <rect class="band" x="0" width="${place(at)}" y="3" height="18" />
      ${
        lost === 0 ? NOTHING : html`<rect class="lost" x="${place(at)}" width="${place(100 - at)}" y="4" height="16" />`
      }
    </svg>
    <p class="row-text">${text}</p>
  </li>`;
}
