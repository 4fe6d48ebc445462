import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import {
  createRankingKit,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  mount,
  query,
  shadow,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

beforeAll(async () => {
  await page.viewport(1000, 800);
  await linkPrestyle();
});
// timers alone: intersections come with frames
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** What happens, or how many ms go by. */
type Step = number | ((carousel: RecCarousel) => unknown);
/** Before the first slate; then the steps; and what has been counted by the end of each time that went by. */
type Row = readonly [before: (carousel: RecCarousel) => unknown, steps: readonly Step[], counted: readonly string[]];

const nothing = (): undefined => undefined;
const box = (): HTMLElement => query(document, '#box');
const style = (text: string) => (): void => box().setAttribute('style', text);
const height = (blockSize: string) => (carousel: RecCarousel) =>
  ['a', 'b'].forEach((id) => Object.assign(itemOf(carousel, id).style, { blockSize }));
const setVisibility = (state: DocumentVisibilityState) => (): void => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
};
const [hide, show] = [setVisibility('hidden'), setVisibility('visible')];
const scroll = (left: number) => (carousel: RecCarousel) =>
  shadow(carousel, '.scroller').scrollTo({ left, behavior: 'instant' });
const print = (matches: boolean) => (): unknown =>
  vi
    .spyOn(window, 'matchMedia')
    .mockImplementation((media) => ({ matches: matches && media === 'print' }) as MediaQueryList);
const restore = async (carousel: RecCarousel): Promise<void> => {
  show();
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  await waitFor(() => carousel.slate?.slateId === 'slate-2', 'a slate after the restore');
};

// docs/carousel.md has this table, too
const ROWS: Record<string, Row> = {
  'a whole second in view': [nothing, [999, 1], ['', 'a b']],
  'once for each item of a slate': [nothing, [1000, scroll(5000), 1000, scroll(0), 2000], ['a b', 'a b', 'a b']],
  'half of it in view': [style('inline-size: 292px'), [1000], ['a b']],
  'less than half of it within the scroller': [style('inline-size: 272px'), [1000], ['a']],
  'less than half of it within the clip of an ancestor': [
    (carousel) => (height('300px')(carousel), style('inline-size: 600px; block-size: 60px; overflow: hidden')()),
    [1000],
    [''],
  ],
  'taller than two windows': [height('2400px'), [1000], ['a b']],
  'a transparent ancestor': [style('opacity: 0'), [1000, style('opacity: 1'), 1000], ['', 'a b']],
  'an invisible ancestor': [style('visibility: hidden'), [1000, style(''), 1000], ['', 'a b']],
  'scrolled away after 900 ms': [
    style('inline-size: 180px'),
    [900, scroll(5000), 100, scroll(0), 999, 1],
    ['', '', '', 'a'],
  ],
  'another tab after 900 ms': [nothing, [900, hide, 5000, show, 999, 1], ['', '', '', 'a b']],
  'in a tab in the background': [hide, [5000, show, 999, 1], ['', '', 'a b']],
  'rendered before it is opened': [
    () => (Object.defineProperty(document, 'prerendering', { value: true, configurable: true }), hide()),
    [5000, () => (Reflect.deleteProperty(document, 'prerendering'), show()), 999, 1],
    ['', '', 'a b'],
  ],
  'left after 900 ms and restored from the back-forward cache': [
    nothing,
    [900, hide, restore, 999, 1, 5000],
    ['', '', 'a b', 'a b'],
  ],
  'on paper': [print(true), [1000, print(false), 1000], ['', 'a b']],
};

test.for(Object.entries(ROWS))('an impression: %s', async ([, [before, steps, counted]]) => {
  const carousel = mount(listMarkup(['a', 'b']));
  before(carousel);
  const kit = createRankingKit(['a', 'b']);
  carousel.kit = kit;
  await waitForState(carousel, 'ranked');
  await frames();
  const seen: string[] = [];
  for (const step of steps) {
    if (typeof step === 'number') {
      vi.advanceTimersByTime(step);
      const ids = kit.recorded.flatMap(({ kind, itemId = '' }) => (kind === 'impression' ? [itemId] : []));
      seen.push(ids.sort().join(' '));
    } else {
      await step(carousel);
      await frames();
    }
  }
  expect(seen).toEqual(counted);
});
