import type {} from 'nearside/svelte';
import type { SvelteHTMLElements } from 'svelte/elements';

export const right: SvelteHTMLElements['rec-carousel'] = {
  class: 'wide',
  placement: 'home',
  count: 4,
  'anchor-item-id': 'a',
  'onrec-click': ({ detail }) => void detail.itemId.trim(),
  'on:rec-ready': ({ detail }) => void detail.state.trim(),
};
export const controls: SvelteHTMLElements['rec-controls'] = { titleOf: (itemId) => itemId };
export const why: SvelteHTMLElements['rec-why'] = {
  itemId: 'a',
  'onrec-reason-removed': ({ type }) => void type.trim(),
};

// @ts-expect-error a number
export const text: SvelteHTMLElements['rec-carousel'] = { count: 'four' };
// @ts-expect-error no such attribute
export const unknown: SvelteHTMLElements['rec-carousel'] = { headline: 'For you' };
// @ts-expect-error no such field in the event's detail
export const detail: SvelteHTMLElements['rec-carousel'] = { 'onrec-click': ({ detail: { item } }) => void item };
// @ts-expect-error of another element
export const other: SvelteHTMLElements['rec-controls'] = { placement: 'home' };
// @ts-expect-error a text
export const item: SvelteHTMLElements['rec-why'] = { itemId: 1 };
