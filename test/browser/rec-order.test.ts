import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import {
  type FakeKit,
  candidate,
  createFakeKit,
  createKeepingKit,
  createRankingKit,
  frames,
  holdBudgets,
  itemOf,
  linkPrestyle,
  listMarkup,
  manyIds,
  mount,
  query,
  shadow,
  shownIds,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';
import { watchPlaces } from './carousel-places.ts';

const ids = manyIds(12);
const backwards = ids.toReversed();
const budgets = holdBudgets();

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
});

/** A kit that answers when the test says so, and honours what it is asked to keep. */
function createSlowKit(order: readonly string[]): FakeKit & { answer: () => void } {
  const waiting: (() => void)[] = [];
  const kit = createKeepingKit(order, (answer) => waiting.push(answer));
  return Object.assign(kit, { answer: () => waiting.splice(0).forEach((run) => run()) });
}

/** Which items have moved that were in view. */
function watchMoves(): () => string[] {
  const places = watchPlaces(document, () => 0);
  return () => {
    places.stop();
    return places.moved;
  };
}

/** A carousel whose links have been shown as they came. */
async function mountSeen(place: () => unknown = () => undefined): Promise<RecCarousel> {
  const carousel = mount(listMarkup(ids));
  place();
  await waitForState(carousel, 'waiting');
  budgets.end();
  await waitForState(carousel, 'server');
  return carousel;
}

describe('links that have been seen', () => {
  test.each([1, 3, 30])('do not move, when the ranking comes %i frames after them', async (delay) => {
    const carousel = await mountSeen();
    const moved = watchMoves();
    const kit = createSlowKit(backwards);
    carousel.kit = kit;
    await waitFor(() => kit.requests.length === 1, 'a request');
    await frames(delay);
    kit.answer();
    await waitForState(carousel, 'ranked');
    await frames(6);
    expect(moved()).toEqual([]);
    const kept = kit.requests[0]?.request.kept ?? [];
    expect([kept.length > 2, kept]).toEqual([true, ids.slice(0, kept.length)]);
    // and all others are ranked
    expect(shownIds(carousel)).toEqual([...kept, ...backwards.filter((id) => !kept.includes(id))]);
  });

  test('stay also where they came into view while the slate was made', async () => {
    const carousel = await mountSeen();
    const kit = createSlowKit(backwards);
    carousel.kit = kit;
    await waitFor(() => kit.requests.length === 1, 'a request');
    const scroller = shadow(carousel, '.scroller');
    scroller.scrollTo({ left: 700, behavior: 'instant' });
    await frames(3);
    kit.answer();
    await waitFor(() => kit.requests.length === 2, 'a second request');
    kit.answer();
    await waitForState(carousel, 'ranked');
    const kept = kit.requests[1]?.request.kept ?? [];
    expect(kept.length).toBeGreaterThan(kit.requests[0]?.request.kept?.length ?? 0);
    const shown = shownIds(carousel);
    expect(kept.filter((id, at) => id !== null && shown[at] !== id)).toEqual([]);
  });

  test('are free below the window, and in a page that nobody sees', async () => {
    const carousel = await mountSeen(() => (query(document, '#box').style.marginBlockStart = '3000px'));
    carousel.kit = createRankingKit(backwards);
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel)).toEqual(backwards);
  });

  test('move with what is in them, where the browser can', async () => {
    const carousel = mount(listMarkup(ids));
    query(document, '#box').style.marginBlockStart = '3000px';
    await waitForState(carousel, 'waiting');
    const frame = itemOf(carousel, 'i2').appendChild(document.createElement('iframe'));
    const { contentWindow } = frame;
    carousel.kit = createRankingKit(backwards);
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel)).toEqual(backwards);
    expect(frame.contentWindow === contentWindow).toBe('moveBefore' in Element.prototype);
  });

  test('give their place to the next one where a rule drops them', async () => {
    const carousel = await mountSeen();
    const left = [{ itemId: 'i1', serverRank: 1, trail: [] }];
    carousel.kit = createRankingKit(['i0', 'i11', ...ids.slice(2, 11)], { left });
    const moved = watchMoves();
    await waitForState(carousel, 'ranked');
    await frames();
    expect(moved()).toEqual([]);
    expect([shownIds(carousel).slice(0, 4), itemOf(carousel, 'i1').hidden]).toEqual([['i0', 'i11', 'i2', 'i3'], true]);
  });
});

describe('a list that nobody has seen', () => {
  test('is hidden in its place until it is ranked, and then shows that order at once', async () => {
    const carousel = mount(listMarkup(ids));
    const kit = createSlowKit(backwards);
    carousel.kit = kit;
    await waitForState(carousel, 'waiting');
    const { offsetHeight: height } = carousel;
    const isSeen = (): boolean => itemOf(carousel, 'i0').checkVisibility({ visibilityProperty: true });
    expect([isSeen(), shadow(carousel, 'section').ariaBusy]).toEqual([false, 'true']);
    await waitFor(() => kit.requests.length === 1, 'a request');
    expect(kit.requests[0]?.request).not.toHaveProperty('kept');
    kit.answer();
    await waitForState(carousel, 'ranked');
    await carousel.updateComplete;
    expect([isSeen(), shownIds(carousel), budgets.count(), carousel.offsetHeight]).toEqual([
      true,
      backwards,
      0,
      height,
    ]);
  });

  test('shows the server’s order when its time is over, and keeps it where it is seen', async () => {
    const carousel = mount(listMarkup(ids));
    const kit = createSlowKit(backwards);
    carousel.kit = kit;
    await waitForState(carousel, 'waiting');
    budgets.end();
    await waitForState(carousel, 'server');
    const moved = watchMoves();
    await waitFor(() => kit.requests.length > 0, 'a request');
    await frames();
    kit.answer();
    await waitFor(() => kit.requests.length > 1, 'a request with what is seen by now');
    kit.answer();
    await waitForState(carousel, 'ranked');
    expect([moved(), shownIds(carousel)[0]]).toEqual([[], 'i0']);
  });

  test.each([
    ['no time', 'rank-budget="0"'],
    ['no time by the style sheet', 'style="--rec-rank-budget: 0ms"'],
  ])('is shown as it came with %s', async (_, attributes) => {
    const carousel = mount(listMarkup(ids), attributes);
    carousel.kit = createSlowKit(backwards);
    await waitForState(carousel, 'server');
    expect(budgets.count()).toBe(0);
  });

  test('is not kept from view by a kit that fails', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = createFakeKit(() => Promise.reject(new Error('no')));
    await waitForState(carousel, 'server');
    expect(shownIds(carousel)).toEqual(ids);
  });

  test('candidates without links: one skeleton from the first moment to the ranking', async () => {
    const carousel = mount('');
    const kit = createSlowKit(backwards);
    carousel.kit = kit;
    carousel.candidates = ids.map((id) => candidate(id));
    await waitFor(() => kit.requests.length === 1, 'a request');
    await waitForState(carousel, 'waiting');
    expect(shadow(carousel, '.skeleton').checkVisibility()).toBe(true);
    kit.answer();
    await waitForState(carousel, 'ranked');
    expect([carousel.shadowRoot?.querySelector('.skeleton'), shownIds(carousel)]).toEqual([null, backwards]);
  });
});

test('order="wait": the style sheet hides links before the script, for a while and no longer', async () => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const page = frame.contentDocument;
  if (!page) throw new Error('no frame');
  await linkPrestyle(page);
  page.body.innerHTML = ['', 'order="wait"']
    .map((order) => `<rec-carousel heading="H" ${order}>${listMarkup(['a'])}</rec-carousel>`)
    .join('');
  const [stable, waits] = [...page.querySelectorAll('li')];
  const isSeen = (item: Element): boolean => item.checkVisibility({ visibilityProperty: true });
  expect([isSeen(stable), isSeen(waits)]).toEqual([true, false]);
  await waitFor(() => isSeen(waits), 'the links');
});
