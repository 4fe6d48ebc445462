import { html } from 'hono/html';
import { type Html, NOTHING } from './markup.ts';
import type { Bounds } from './metric-text.ts';
import { type Scale, createScale, place } from './scale.ts';

export interface MonthChart {
  readonly points: readonly MonthPoint[];
  readonly text: (value: number) => string;
  readonly title: string;
}

interface MonthPoint {
  readonly label: string;
  readonly effect: (Bounds & { readonly difference: number }) | null;
}

const HEIGHT = 220;
/** Below the points: the names of the months. */
const FOOT = 24;
/** Left and right of the points, percent: left stands what the lines mean. */
const [START, END] = [14, 92];
/** Names that fit beside each other on a phone. */
const MOST_LABELS = 5;

/** A point a month with its interval, as wide as there is room. */
export function renderMonthChart({ points, text, title }: MonthChart): Html {
  const effects = points.flatMap(({ effect }) => effect ?? []);
  const scale = createScale(
    effects.flatMap(({ low, high }) => [low, high]),
    4,
  );
  const told = points.map(({ label, effect }) => `${label}: ${effect === null ? 'unknown' : text(effect.difference)}`);
  const every = Math.ceil(points.length / MOST_LABELS);
  const placed = points.map((point, i) => ({ ...point, x: place(percentOf(i, points.length)) }));
  return html`<svg class="months" width="100%" height="${HEIGHT}" role="img">
    <title>${title}</title>
    <desc>${told.join('; ')}</desc>
    ${renderLines(scale, text)}
    ${placed.map(({ x, effect }) => (effect === null ? NOTHING : renderPoint(scale, x, effect)))}
    ${placed.map(({ x, label }, i) =>
      i % every === 0 ? html`<text x="${x}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>` : NOTHING,
    )}
  </svg>`;
}

const percentOf = (i: number, count: number): number =>
  count === 1 ? (START + END) / 2 : START + ((END - START) * i) / (count - 1);

/** Pixels from the top. */
const heightOf = (scale: Scale, value: number): number =>
  Number(((HEIGHT - FOOT) * (1 - scale.percent(value) / 100)).toFixed(1));

const renderLines = (scale: Scale, text: (value: number) => string): Html =>
  html`${scale.ticks.map((tick) => {
    const y = heightOf(scale, tick);
    return html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="0" x2="100%" y1="${y}" y2="${y}" />
      <text x="0" y="${y - 4}">${text(tick)}</text>`;
  })}`;

function renderPoint(scale: Scale, x: string, { low, high, difference }: NonNullable<MonthPoint['effect']>): Html {
  const y = heightOf(scale, difference);
  return html`<line class="line" x1="${x}" x2="${x}" y1="${heightOf(scale, low)}" y2="${heightOf(scale, high)}" />
    <svg x="${x}" y="${y}" overflow="visible"><path class="point" d="M0 -6L6 0L0 6L-6 0z" /></svg>`;
}
