import { afterEach, beforeAll, expect, test } from 'vitest';
import { buttonOf, ids, openShelf, visible } from './actions-fixture.ts';
import {
  createRankingKit,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  mount,
  query,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  document.adoptedStyleSheets = [];
  localStorage.clear();
});

const liesOver = (button: Element) => (): boolean => getComputedStyle(button).position === 'absolute';

async function openButton(): Promise<{ carousel: HTMLElement; button: HTMLElement }> {
  const { carousel } = await openShelf();
  const [first = ''] = visible(carousel);
  const button = await buttonOf(carousel, first, 'dismiss');
  await waitFor(liesOver(button), 'a button over its picture');
  return { carousel, button };
}

test('buttons of items keep their looks in a shadow root that the carousel is moved to', async () => {
  const { carousel, button } = await openButton();
  const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
  root.append(query(document.head, 'link[href*=prestyle]').cloneNode(), carousel);
  await waitFor(liesOver(button), 'a button over its picture');
});

test('they take them on again where the page has replaced its sheets', async () => {
  const { button } = await openButton();
  document.adoptedStyleSheets = [new CSSStyleSheet()];
  expect(liesOver(button)()).toBe(false);
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  await waitFor(liesOver(button), 'a button over its picture');
});

test('what a site has put over its card does not move with them', async () => {
  const over = '</a><b style="position: absolute; inset-block-start: 0; inset-inline-start: 0">new</b></li>';
  const carousel = mount(listMarkup(ids).replaceAll('</a></li>', over));
  await waitForState(carousel, 'server');
  const badge = query(itemOf(carousel, 'i1'), 'b');
  const placeOf = (): number[] => [badge.getBoundingClientRect().left, badge.getBoundingClientRect().top];
  const before = placeOf();
  carousel.kit = createRankingKit(ids);
  await buttonOf(carousel, 'i1', 'dismiss');
  await frames(2);
  expect(placeOf()).toEqual(before);
});
