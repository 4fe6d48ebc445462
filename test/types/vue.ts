import type {} from 'nearside/vue';
import type { GlobalComponents } from 'vue';

/** What a template may bind. */
type Props<Name extends keyof GlobalComponents> = GlobalComponents[Name] extends new () => { $props: infer Of }
  ? Of
  : never;

export const right: Props<'rec-carousel'> = {
  class: 'wide',
  placement: 'home',
  count: 4,
  'anchor-item-id': 'a',
  onRecClick: ({ detail }) => void detail.itemId.trim(),
};
export const controls: Props<'rec-controls'> = { titleOf: (itemId) => itemId };
export const why: Props<'rec-why'> = { itemId: 'a', onRecReasonRemoved: ({ type }) => void type.trim() };

// @ts-expect-error no such attribute
export const unknown: Props<'rec-carousel'> = { headline: 'For you' };
// @ts-expect-error a number
export const text: Props<'rec-carousel'> = { count: 'four' };
// @ts-expect-error no such field in the event's detail
export const detail: Props<'rec-carousel'> = { onRecClick: ({ detail: { item } }) => void item };
// @ts-expect-error of another element
export const other: Props<'rec-controls'> = { placement: 'home' };
// @ts-expect-error a text
export const item: Props<'rec-why'> = { itemId: 1 };
