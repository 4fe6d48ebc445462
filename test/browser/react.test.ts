import { createElement } from 'react';
import { type Root, createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecCarousel, RecControls } from '../../frameworks/react.ts';
import { createRankingKit, itemOf, query, waitFor } from './carousel-fixture.ts';

let root: Root;

beforeEach(() => {
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(query(document, '#root'));
});
afterEach(() => {
  root.unmount();
});

const links = (ids: readonly string[]) =>
  createElement(
    'ol',
    null,
    ids.map((id) => createElement('li', { key: id, 'data-item-id': id }, createElement('a', { href: `#${id}` }, id))),
  );

test('React renders the carousel: properties reach it, and its events come back', async () => {
  const kit = createRankingKit(['b', 'a']);
  const heard: string[] = [];
  const props = {
    placement: 'home',
    heading: 'For you',
    kit,
    onRecReady: ({ detail }: HTMLElementEventMap['rec-ready']) => heard.push(detail.state),
    onRecClick: ({ detail }: HTMLElementEventMap['rec-click']) => heard.push(detail.itemId),
  };
  root.render(createElement(RecCarousel, props, links(['a', 'b'])));
  await waitFor(() => heard.includes('ranked'), 'rec-ready');
  const carousel = query(document, 'rec-carousel') as HTMLElementTagNameMap['rec-carousel'];
  expect(carousel.kit).toBe(kit);
  expect([carousel.placement, carousel.slate?.items.map(({ itemId }) => itemId)]).toEqual(['home', ['b', 'a']]);

  query(itemOf(carousel, 'a'), 'a').click();
  expect(heard.at(-1)).toBe('a');

  root.render(createElement(RecCarousel, { ...props, heading: 'Again' }, links(['a', 'b'])));
  await waitFor(() => carousel.shadowRoot?.querySelector('h2')?.textContent === 'Again', 'the new heading');
  expect(query(document, 'rec-carousel')).toBe(carousel);
});

test('a listener that is taken away hears nothing more', async () => {
  const heard: string[] = [];
  const kit = createRankingKit(['a']);
  const onRecReady = (): number => heard.push('ready');
  root.render(createElement(RecCarousel, { placement: 'home', kit, onRecReady }, links(['a'])));
  await waitFor(() => heard.length > 0, 'rec-ready');
  const carousel = query(document, 'rec-carousel') as HTMLElementTagNameMap['rec-carousel'];
  const count = heard.length;
  let isReady = false;
  carousel.addEventListener('rec-ready', () => (isReady = true));
  root.render(createElement(RecCarousel, { placement: 'product', kit }, links(['a'])));
  await waitFor(() => isReady, 'the next rec-ready');
  expect(heard).toHaveLength(count);
});

test('React renders the controls', async () => {
  const titleOf = (id: string): string => id.toUpperCase();
  root.render(createElement(RecControls, { titleOf }));
  const controls = await waitFor(() => document.querySelector('rec-controls'), 'the element');
  expect(controls.titleOf).toBe(titleOf);
});
