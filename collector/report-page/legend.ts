import { html, raw } from 'hono/html';
import type { Html } from './markup.ts';

type Sign = keyof typeof SIGNS;

/** What a chart draws, each in a box of 28 by 16, and what it means. */
const SIGNS = {
  point: ['<path class="point" d="M14 2l6 6-6 6-6-6z"/>', 'what was measured'],
  line: ['<line class="line" x1="2" x2="26" y1="8" y2="8"/>', 'interval of one look that was fixed beforehand'],
  band: [
    '<rect class="band" x="2" y="3" width="24" height="10" rx="2"/>',
    'interval that holds at every look; it decides',
  ],
  smallest: ['<line class="mark smallest" x1="14" x2="14" y1="0" y2="16"/>', 'smallest change that matters'],
  margin: ['<line class="mark margin" x1="14" x2="14" y1="0" y2="16"/>', 'a guardrail may get worse up to here'],
  counted: ['<rect class="band" x="2" y="3" width="24" height="10"/>', 'conversions that count'],
  lost: ['<rect class="lost" x="2.5" y="3.5" width="23" height="9"/>', 'conversions that come too late for it'],
} as const;

/** Says what the signs of a chart mean. */
export const renderLegend = (signs: readonly Sign[]): Html =>
  html`<ul class="legend">
    ${signs.map((sign) => {
      const [shape, text] = SIGNS[sign];
      return html`<li>
        <svg viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">${raw(shape)}</svg> ${text}
      </li>`;
    })}
  </ul>`;
