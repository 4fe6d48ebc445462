import { html } from 'hono/html';
import { type Html, NOTHING } from './markup.ts';
import type { Bounds } from './metric-text.ts';
import { type Scale, place } from './scale.ts';

export interface Strip {
  readonly scale: Scale;
  /** In words, for those who cannot see it. */
  readonly title: string;
  readonly point: number;
  /** What holds at every look. */
  readonly band?: Bounds | undefined;
  /** What holds at one look. */
  readonly line?: Bounds | undefined;
  readonly marks?: readonly Mark[];
  /** Without the lines of the scale. */
  readonly isSmall?: boolean;
}

/** A value that others are held against. */
export interface Mark {
  readonly at: number;
  readonly kind: 'margin' | 'smallest';
}

/** An estimate with its intervals, as wide as there is room: only its height is fixed. */
export function renderStrip({ scale, title, point, band, line, marks = [], isSmall = false }: Strip): Html {
  const height = isSmall ? 20 : 40;
  const middle = height / 2;
  return html`<svg class="strip" width="100%" height="${height}" role="img">
    <title>${title}</title>
    ${isSmall ? NOTHING : renderGrid(scale, height)} ${renderZero(scale, height)}
    ${band && renderBand(scale, band, { middle, half: isSmall ? 5 : 8 })}
    ${marks.map((mark) => renderMark(scale, mark, height))} ${line && renderLine(scale, line, middle)}
    ${renderPoint(scale, point, { middle, half: isSmall ? 4 : 6 })} ${renderEnds(scale, [band, line], middle)}
  </svg>`;
}

const clamp = (percent: number): number => Math.min(100, Math.max(0, percent));

const renderGrid = (scale: Scale, height: number): Html =>
  html`${scale.ticks.map((tick) => {
    const x = place(scale.percent(tick));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}" />`;
  })}`;

function renderZero(scale: Scale, height: number): Html {
  const x = place(scale.percent(0));
  return html`<line class="zero" x1="${x}" x2="${x}" y1="0" y2="${height}" />`;
}

interface Around {
  readonly middle: number;
  readonly half: number;
}

function renderBand(scale: Scale, { low, high }: Bounds, { middle, half }: Around): Html {
  const [from, to] = [clamp(scale.percent(low)), clamp(scale.percent(high))];
  return html`<rect
    class="band"
    x="${place(from)}"
    width="${place(to - from)}"
    y="${middle - half}"
    height="${2 * half}"
    rx="2"
  />`;
}

function renderLine(scale: Scale, { low, high }: Bounds, middle: number): Html {
  const [from, to] = [clamp(scale.percent(low)), clamp(scale.percent(high))];
  return html`<line class="line" x1="${place(from)}" x2="${place(to)}" y1="${middle}" y2="${middle}" />`;
}

function renderMark(scale: Scale, { at, kind }: Mark, height: number): Html {
  const percent = scale.percent(at);
  if (percent < 0 || percent > 100) return NOTHING;
  const x = place(percent);
  return html`<line class="casing" x1="${x}" x2="${x}" y1="0" y2="${height}" />
    <line class="mark ${kind}" x1="${x}" x2="${x}" y1="0" y2="${height}" />`;
}

/** A diamond; paths know no percentages, so it lies in a picture of its own that does. */
function renderPoint(scale: Scale, point: number, { middle, half }: Around): Html {
  const percent = scale.percent(point);
  if (percent < 0 || percent > 100) return NOTHING;
  const path = `M0 ${String(-half)}L${String(half)} 0L0 ${String(half)}L${String(-half)} 0z`;
  return html`<svg x="${place(percent)}" y="${middle}" overflow="visible"><path class="point" d="${path}" /></svg>`;
}

/** An arrow wherever an interval goes on beyond what is drawn. */
function renderEnds(scale: Scale, intervals: readonly (Bounds | undefined)[], middle: number): Html {
  const isPast = (side: 'low' | 'high'): boolean =>
    intervals.some((one) => one !== undefined && clamp(scale.percent(one[side])) !== scale.percent(one[side]));
  const arrow = (x: string, path: string): Html =>
    html`<svg x="${x}" y="${middle}" overflow="visible"><path class="arrow" d="${path}" /></svg>`;
  return html`${isPast('low') ? arrow('0%', 'M0 0L9 -6V6z') : NOTHING}
  ${isPast('high') ? arrow('100%', 'M0 0L-9 -6V6z') : NOTHING}`;
}

/**
 * The numbers below strips of one scale. They repeat what texts say, so they are for eyes alone. Nearer to an end than `edge`
 * percent they stand inside.
 */
export function renderAxis(scale: Scale, text: (value: number) => string, edge = 4): Html {
  const { ticks } = scale;
  return html`<svg class="axis" width="100%" height="20" aria-hidden="true">
    ${ticks.map((tick) => {
      const percent = scale.percent(tick);
      const anchor = percent < edge ? 'start' : percent > 100 - edge ? 'end' : 'middle';
      return html`<text x="${place(percent)}" y="14" text-anchor="${anchor}">${text(tick)}</text>`;
    })}
  </svg>`;
}
