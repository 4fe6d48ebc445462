import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buttonOf, ids, inShadow, openShelf, press, visible } from './actions-fixture.ts';
import { frames, linkPrestyle, listMarkup, mount, shadow, waitFor, waitForState } from './carousel-fixture.ts';
import { newName, openKit } from './kit-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

test('a hidden section stays hidden on the next page, leaves its place where it was seen, and comes back', async () => {
  const storageName = newName();
  const { carousel, kit } = await openShelf(openKit({ storageName }));
  (await buttonOf(carousel, visible(carousel)[0], 'dismiss')).click();
  await press(carousel, 'Hide this section');
  await waitForState(carousel, 'hidden');
  expect([[...kit.hidden()], shadow(carousel, '.scroller').checkVisibility({ visibilityProperty: true })]).toEqual([
    [['home', 'For you']],
    false,
  ]);
  await waitFor(() => carousel.shadowRoot?.activeElement?.textContent.includes('Show it again'), 'the focus');
  const next = mount(listMarkup(ids));
  next.kit = openKit({ storageName });
  await waitForState(next, 'hidden');
  await inShadow(next, '.note');
  // nobody has seen it yet
  expect(shadow(next, '.scroller').checkVisibility()).toBe(false);
  await press(next, 'Show it again');
  await waitFor(() => next.slate, 'a slate');
  expect([next.getAttribute('state'), kit.hidden().size]).toEqual(['ranked', 0]);
});

test('a section goes and comes back where that is said elsewhere on the page, and no other is ranked anew for it', async () => {
  const { carousel, kit } = await openShelf();
  await buttonOf(carousel, visible(carousel)[0], 'dismiss');
  const { slate } = carousel;
  await kit.hide('cart', true);
  await kit.hide('home', true, 'For you');
  await waitForState(carousel, 'hidden');
  await kit.hide('home', false);
  // nothing has been done yet that it could be ranked by
  await waitForState(carousel, 'server');
  expect([
    carousel.slate === slate,
    shadow(carousel, '.scroller').checkVisibility({ visibilityProperty: true }),
  ]).toEqual([false, true]);
  const now = carousel.slate;
  await kit.hide('cart', false);
  await frames();
  expect(carousel.slate).toBe(now);
  carousel.remove();
  await kit.hide('home', true);
  await frames();
  expect(carousel.getAttribute('state')).toBe('server');
  document.body.append(carousel);
  await waitForState(carousel, 'hidden');
});

test('a section that could not be hidden stays, and so does what was pressed', async () => {
  const { carousel, events } = await openShelf();
  (await buttonOf(carousel, visible(carousel)[0], 'dismiss')).click();
  await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await press(carousel, 'Hide this section');
  await waitFor(() => events.some(([name]) => name === 'rec-problem'), 'the problem');
  expect([carousel.getAttribute('state'), events.at(-1)?.[1]]).toMatchObject(['ranked', { code: 'storage_failed' }]);
  expect(carousel.shadowRoot?.querySelector('.bar')).not.toBeNull();
});
