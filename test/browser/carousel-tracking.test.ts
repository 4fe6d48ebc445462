import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { RecCarousel } from '../../components/rec-carousel.ts';
import { countListeners, countObservers } from './carousel-leaks.ts';
import {
  createFakeKit,
  createRankingKit,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  manyIds,
  mount,
  query,
  shadow,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

const { timers } = RecCarousel;
/** Timers that wait for the test. */
const pending = new Map<number, { run: () => void; delayMs: number }>();
const elapse = (): void => {
  for (const [id, { run }] of [...pending]) {
    pending.delete(id);
    run();
  }
};

let visibility: DocumentVisibilityState = 'visible';
const setVisibility = (state: DocumentVisibilityState): void => {
  visibility = state;
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeAll(async () => {
  await page.viewport(1000, 800);
  await linkPrestyle();
});
beforeEach(() => {
  let last = 0;
  RecCarousel.timers = {
    set: (run, delayMs) => {
      pending.set(++last, { run, delayMs });
      return last;
    },
    clear: (id) => pending.delete(id as number),
  };
  visibility = 'visible';
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
});
afterEach(() => {
  document.body.replaceChildren();
  RecCarousel.timers = timers;
  pending.clear();
  vi.restoreAllMocks();
});

const ids = manyIds(12);

describe('impressions', () => {
  test('one for each item that is half visible for a second, with slate and position', async () => {
    const carousel = mount(listMarkup(ids), '', 500);
    const kit = createRankingKit([...ids].reverse());
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    // 500 px hold two cards of 176 px and 16 px gap whole, and 112 of the third's 176 px.
    await waitFor(() => pending.size === 3 || null, 'three timers');
    expect([...pending.values()].map(({ delayMs }) => delayMs)).toEqual([1000, 1000, 1000]);
    expect(kit.recorded).toEqual([]);
    elapse();
    expect(kit.recorded).toEqual(
      ['i11', 'i10', 'i9'].map((itemId, position) => ({ kind: 'impression', itemId, slateId: 'slate-1', position })),
    );
    shadow(carousel, '.scroller').scrollTo({ left: 5000, behavior: 'instant' });
    await waitFor(() => pending.size > 0, 'timers of the last items');
    elapse();
    shadow(carousel, '.scroller').scrollTo({ left: 0, behavior: 'instant' });
    await frames();
    elapse();
    const seen = kit.recorded.map(({ itemId }) => itemId);
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('none under half, and the second starts again when an item leaves', async () => {
    const carousel = mount(listMarkup(ids), '', 450);
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    // Of the third card 62 px show: under half.
    await waitFor(() => pending.size === 2 || null, 'two timers');
    await frames();
    expect(pending.size).toBe(2);
    const box = query(document, '#box');
    box.style.inlineSize = '500px';
    await waitFor(() => pending.size === 3 || null, 'a timer for the third card, now over half');
    box.style.inlineSize = '450px';
    await waitFor(() => pending.size === 2 || null, 'the end of that timer');
    carousel.style.display = 'none';
    await waitFor(() => pending.size === 0 || null, 'no timers');
    elapse();
    expect(kit.recorded).toEqual([]);
    carousel.style.display = '';
    await waitFor(() => pending.size === 2 || null, 'timers again');
    elapse();
    expect(kit.recorded.map(({ itemId }) => itemId)).toEqual(['i0', 'i1']);
  });

  test('none while the page is hidden; the second starts again when it is shown', async () => {
    const carousel = mount(listMarkup(ids), '', 450);
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await waitFor(() => pending.size === 2 || null, 'two timers');
    setVisibility('hidden');
    expect(pending.size).toBe(0);
    setVisibility('visible');
    expect(pending.size).toBe(2);
    elapse();
    expect(kit.recorded).toHaveLength(2);
    setVisibility('hidden');
    setVisibility('visible');
    expect(pending.size).toBe(0);
  });

  test('a new slate counts anew', async () => {
    const carousel = mount(listMarkup(ids), '', 450);
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await waitFor(() => pending.size === 2 || null, 'two timers');
    elapse();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitFor(() => pending.size === 2 || null, 'timers of the second slate');
    elapse();
    expect(kit.recorded.map(({ slateId }) => slateId)).toEqual(['slate-1', 'slate-1', 'slate-2', 'slate-2']);
  });
});

describe('clicks', () => {
  test('a click, the keyboard and the middle button count; with slate and position', async () => {
    const carousel = mount(listMarkup(ids));
    // a card of one line would lie under a scrollbar that overlays it
    query(carousel, 'ol').style.gridAutoRows = '8rem';
    const kit = createRankingKit(['i3', 'i1', 'i0']);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    carousel.addEventListener('click', (event) => event.stopImmediatePropagation(), true);
    await userEvent.click(query(itemOf(carousel, 'i3'), 'a'));
    query(itemOf(carousel, 'i1'), 'a').focus();
    await userEvent.keyboard('{Enter}');
    const middle = { bubbles: true, composed: true, button: 1 };
    query(itemOf(carousel, 'i0'), 'a').dispatchEvent(new MouseEvent('auxclick', middle));
    query(itemOf(carousel, 'i0'), 'a').dispatchEvent(new MouseEvent('auxclick', { ...middle, button: 2 }));
    expect(kit.recorded).toEqual(
      ['i3', 'i1', 'i0'].map((itemId, position) => ({ kind: 'click', itemId, slateId: 'slate-1', position })),
    );
  });

  test('only links count, only of items in the slate, only with a slate', async () => {
    const carousel = mount(
      `<ol><li data-item-id="a"><a href="#a">A</a><p>text</p></li><li data-item-id="b"><a href="#b">B</a></li></ol>`,
    );
    const link = query(itemOf(carousel, 'a'), 'a');
    link.click();
    const kit = createRankingKit(['a']);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    query(itemOf(carousel, 'a'), 'p').click();
    query(itemOf(carousel, 'b'), 'a').click();
    itemOf(carousel, 'a').click();
    carousel.click();
    shadow(carousel, '[part~=next]').click();
    expect(kit.recorded).toEqual([]);
    link.click();
    expect(kit.recorded).toHaveLength(1);
  });

  test('a kit whose record throws or rejects does no harm', async () => {
    const escaped = vi.fn((event: Event) => event.preventDefault());
    addEventListener('error', escaped);
    addEventListener('unhandledrejection', escaped);
    const carousel = mount(listMarkup(['a']));
    const broken = createRankingKit(['a']);
    const throwing = (): never => {
      throw new Error('broken');
    };
    carousel.kit = { ...broken, record: throwing };
    await waitForState(carousel, 'ranked');
    query(itemOf(carousel, 'a'), 'a').click();
    carousel.kit = { ...broken, record: () => Promise.reject(new Error('broken')) };
    await waitFor(() => carousel.slate?.slateId === 'slate-2' || null, 'the second slate');
    query(itemOf(carousel, 'a'), 'a').click();
    await frames();
    expect(escaped).not.toHaveBeenCalled();
    removeEventListener('error', escaped);
    removeEventListener('unhandledrejection', escaped);
  });
});

describe('removal', () => {
  test('leaves no listener, timer, observer or running call behind, and coming back works', async () => {
    const liveListeners = countListeners();
    const observers = countObservers();
    const carousel = mount(listMarkup(ids));
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await waitFor(() => pending.size > 0, 'timers');
    expect(liveListeners()).toBeGreaterThan(0);
    expect(observers()).toEqual([2, 1, 1]);

    carousel.remove();
    expect([liveListeners(), pending.size, ...observers()]).toEqual([0, 0, 0, 0, 0]);
    expect(kit.requests.every(({ request }) => request.abort?.aborted)).toBe(true);
    query(itemOf(carousel, 'i0'), 'a').click();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await frames();
    expect([kit.recorded.length, kit.requests.length]).toEqual([0, 1]);

    document.body.append(carousel);
    await waitFor(() => carousel.slate?.slateId === 'slate-2' && pending.size > 0, 'timers after coming back');
    query(itemOf(carousel, 'i0'), 'a').click();
    expect(kit.recorded).toMatchObject([{ kind: 'click', itemId: 'i0', slateId: 'slate-2' }]);
    expect(observers()).toEqual([2, 1, 1]);
  });

  test('a slate that comes after removal is dropped', async () => {
    const carousel = mount(listMarkup(ids));
    const kit = createFakeKit(() => new Promise(() => undefined));
    carousel.kit = kit;
    await waitFor(() => kit.requests.length === 1 || null, 'the call');
    carousel.remove();
    expect(kit.requests[0].request.abort?.aborted).toBe(true);
    expect(carousel.slate).toBeNull();
  });
});
