import { html, raw } from 'hono/html';
import type { Html } from './markup.ts';

/** What a colour would say, as a shape. */
export type State = 'good' | 'bad' | 'wait' | 'note';

/** In a box of 24: a disc with a tick, an octagon with a cross, a rounded square with two bars, a triangle with a mark. */
const SHAPES: Readonly<Record<State, Html>> = {
  good: raw('<circle cx="12" cy="12" r="11"/><path class="glyph" d="M6.5 12.5l3.8 3.8 7.2-8"/>'),
  bad: raw('<path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z"/><path class="glyph" d="M8 8l8 8m0-8l-8 8"/>'),
  wait: raw('<rect x="1.5" y="1.5" width="21" height="21" rx="5"/><path class="glyph" d="M9 7.5v9m6-9v9"/>'),
  note: raw('<path d="M12 1.5L23.5 22H.5z"/><path class="glyph" d="M12 9v5m0 4v.01"/>'),
};

/** Says nothing to those who cannot see it: a word stands beside it. */
export const renderIcon = (state: State): Html =>
  html`<svg class="icon ${state}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">${SHAPES[state]}</svg>`;

/** A word with its shape. */
export const renderState = (state: State, word: string): Html =>
  html`<span class="state ${state}">${renderIcon(state)} ${word}</span>`;
