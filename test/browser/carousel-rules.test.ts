import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { RecCarousel } from '../../components/rec-carousel.ts';
import type { LeftItem } from '../../src/core/slate.ts';
import {
  createFakeKit,
  createRankingKit,
  createSlate,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  mount,
  query,
  shadow,
  shownIds,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

const { timers } = RecCarousel;
const pending = new Set<() => void>();

beforeAll(() => linkPrestyle());
beforeEach(() => {
  RecCarousel.timers = {
    set: (run, delayMs) => {
      if (delayMs < 1000) return timers.set(run, delayMs);
      pending.add(run);
      return run;
    },
    clear: (run) => {
      if (!pending.delete(run as () => void)) timers.clear(run);
    },
  };
});
afterEach(() => {
  document.body.replaceChildren();
  RecCarousel.timers = timers;
  pending.clear();
});

const left = (...ids: string[]): LeftItem[] =>
  ids.map((itemId) => ({ itemId, serverRank: 0, trail: [{ step: 'dropped', ruleId: 'stock' }] }));
const visibleIds = (carousel: Element): string[] =>
  shownIds(carousel).filter((id) => itemOf(carousel, id).checkVisibility());
const rankAgain = (): boolean => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

/** A kit whose answers follow each other; the last one stays. */
const createKitOf = (...answers: { ids: string[]; left?: string[] }[]) =>
  createFakeKit((_, __, call) => {
    const { ids, left: out = [] } = answers[Math.min(call, answers.length) - 1];
    return Promise.resolve(createSlate(ids, { slateId: `slate-${String(call)}`, left: left(...out) }));
  });

describe('items that a slate leaves out', () => {
  test('are hidden, take no space and no focus; those that were never asked about stay', async () => {
    const carousel = mount(listMarkup(['a', 'b', 'x', 'c']), 'actions="none"');
    const style = document.createElement('style');
    // a site's own layout of its cards
    style.textContent = '#box rec-carousel ol > li[data-item-id] { display: grid }';
    document.body.append(style);
    carousel.kit = createRankingKit(['c', 'a'], { left: left('b') });
    await waitForState(carousel, 'ranked');
    expect(visibleIds(carousel)).toEqual(['c', 'a', 'x']);
    expect(itemOf(carousel, 'b').getBoundingClientRect().width).toBe(0);
    expect(shownIds(carousel)).toEqual(['c', 'a', 'x', 'b']);
    query(itemOf(carousel, 'a'), 'a').focus();
    await userEvent.tab();
    expect(document.activeElement).toBe(query(itemOf(carousel, 'x'), 'a'));
  });

  test('a repeat of a hidden item is hidden with it', async () => {
    const carousel = mount(listMarkup(['a', 'b', 'b']));
    carousel.kit = createRankingKit(['a'], { left: left('b') });
    await waitForState(carousel, 'ranked');
    expect(visibleIds(carousel)).toEqual(['a']);
  });

  test('come back with a later slate, and when the kit goes', async () => {
    const carousel = mount(listMarkup(['a', 'b', 'c']));
    carousel.kit = createKitOf({ ids: ['c'], left: ['a', 'b'] }, { ids: ['b', 'c'], left: ['a'] });
    await waitForState(carousel, 'ranked');
    expect(visibleIds(carousel)).toEqual(['c']);
    rankAgain();
    await waitFor(() => carousel.slate?.slateId === 'slate-2', 'the second slate');
    // beside what has been seen, which stays first
    expect(visibleIds(carousel)).toEqual(['c', 'b']);
    carousel.kit = null;
    await waitForState(carousel, 'server');
    expect(visibleIds(carousel)).toEqual(['c', 'b', 'a']);
  });

  test('give no impression and no click', async () => {
    const carousel = mount(listMarkup(['a', 'b', 'c']));
    const kit = createRankingKit(['c', 'a'], { left: left('b') });
    carousel.kit = kit;
    await waitFor(() => pending.size === 2, 'two timers');
    await frames();
    for (const run of [...pending]) run();
    query(itemOf(carousel, 'b'), 'a').click();
    expect(kit.recorded.map(({ itemId }) => itemId).sort()).toEqual(['a', 'c']);
  });

  test('hand the focus on within the list', async () => {
    const carousel = mount(listMarkup(['a', 'b', 'c']));
    await waitForState(carousel, 'server');
    query(itemOf(carousel, 'b'), 'a').focus();
    carousel.kit = createRankingKit(['c', 'a'], { left: left('b') });
    await waitForState(carousel, 'ranked');
    await frames();
    expect(document.activeElement).toBe(query(itemOf(carousel, 'c'), 'a'));
  });

  test('all of them leave no heading over nothing', async () => {
    const carousel = mount(listMarkup(['a', 'b']));
    carousel.kit = createKitOf({ ids: [], left: ['a', 'b'] }, { ids: ['a'], left: ['b'] });
    await waitForState(carousel, 'empty');
    expect(carousel.getBoundingClientRect().height).toBe(0);
    rankAgain();
    await waitForState(carousel, 'ranked');
    expect(visibleIds(carousel)).toEqual(['a']);
  });
});

describe('items that the server sends hidden', () => {
  const markup = listMarkup(['a', 'b', 'c']).replace('data-item-id="b"', 'data-item-id="b" hidden');

  test('are asked about, and shown while a slate holds them', async () => {
    const carousel = mount(markup);
    await frames();
    expect(visibleIds(carousel)).toEqual(['a', 'c']);
    const kit = createKitOf({ ids: ['b', 'a', 'c'] }, { ids: ['a', 'c'], left: ['b'] }, { ids: ['b', 'a', 'c'] });
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    expect((kit.requests[0].request.candidates as { id: string }[]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(visibleIds(carousel)).toEqual(['b', 'a', 'c']);
    rankAgain();
    await waitFor(() => carousel.slate?.slateId === 'slate-2', 'the second slate');
    expect(visibleIds(carousel)).toEqual(['a', 'c']);
    rankAgain();
    await waitFor(() => carousel.slate?.slateId === 'slate-3', 'the third slate');
    carousel.kit = null;
    await waitForState(carousel, 'server');
    expect(visibleIds(carousel)).toEqual(['a', 'c']);
  });

  test('an item that was hidden here and put in again is not taken for one sent hidden', async () => {
    const carousel = mount(listMarkup(['a', 'b']));
    carousel.kit = createKitOf({ ids: ['a'], left: ['b'] });
    await waitForState(carousel, 'ranked');
    const item = itemOf(carousel, 'b');
    item.remove();
    await waitFor(() => carousel.slate?.slateId === 'slate-2', 'a slate without it');
    query(carousel, 'ol').append(item);
    await waitFor(() => carousel.slate?.slateId === 'slate-3', 'a slate with it');
    carousel.kit = null;
    await waitForState(carousel, 'server');
    expect(visibleIds(carousel)).toEqual(['a', 'b']);
  });

  test('the buttons page by shown cards', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const carousel = mount(listMarkup(ids).replace('data-item-id="a"', 'data-item-id="a" hidden'));
    await frames();
    query(document, '#box').style.inlineSize = '560px';
    await waitFor(() => shadow(carousel, '[part~=next]').getAttribute('aria-disabled') === 'false', 'a way on');
    shadow(carousel, '.scroller').style.scrollBehavior = 'auto';
    shadow(carousel, '[part~=next]').click();
    // two cards of 176 px and their gaps of 16 px
    await waitFor(() => shadow(carousel, '.scroller').scrollLeft === 384, 'two whole cards');
  });
});
