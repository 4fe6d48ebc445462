import { type TemplateResult, html, nothing } from 'lit/html.js';
import { formatCount } from './format.ts';
import type { View } from './inspected.ts';

interface MoreList {
  readonly list: string;
  readonly shown: number;
  readonly total: number;
  readonly noun: string;
}

/** Beneath a list of which only the first rows are shown. */
export const renderMore = (
  view: Pick<View, 'showMore'>,
  { list, shown, total, noun }: MoreList,
): TemplateResult | typeof nothing =>
  total <= shown
    ? nothing
    : html`<button type="button" data-more=${list} @click=${() => view.showMore(list)}>
        Show more (${formatCount(total - shown, `more ${noun}`)})
      </button>`;
