import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import {
  candidate,
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

const ids = manyIds(12);
const backwards = ids.toReversed();
const budgets = holdBudgets();

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  scrollTo(0, 0);
});

/** A list that was painted before its kit, 3000 px down a page that is scrolled to `top`. */
async function mountDown(top: number): Promise<RecCarousel> {
  document.body.innerHTML =
    '<div style="block-size:3000px"></div><div id="box" style="inline-size:600px"></div><div style="block-size:5000px"></div>';
  scrollTo({ top, behavior: 'instant' });
  const box = query(document, '#box');
  box.innerHTML = `<rec-carousel placement="home" rank-budget="0">${listMarkup(ids)}</rec-carousel>`;
  const carousel = query(box, 'rec-carousel') as RecCarousel;
  await waitForState(carousel, 'server');
  await frames(4);
  return carousel;
}

/** What the kit that comes now is asked to keep. */
async function keptOf(carousel: RecCarousel): Promise<readonly (string | null)[]> {
  const kit = createRankingKit(backwards);
  carousel.kit = kit;
  await waitFor(() => kit.requests.length > 0, 'a request');
  return kit.requests[0]?.request.kept ?? [];
}

describe('a kit that comes late', () => {
  test('keeps what the page was scrolled past, also where the tab is hidden by then', async () => {
    const carousel = await mountDown(5000);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const kept = await keptOf(carousel);
    expect([kept.length > 2, kept]).toEqual([true, ids.slice(0, kept.length)]);
  });

  test('keeps it also where the page has jumped back to its top', async () => {
    const carousel = await mountDown(5000);
    scrollTo({ top: 0, behavior: 'instant' });
    await frames(4);
    expect((await keptOf(carousel)).length).toBeGreaterThan(2);
  });

  test('keeps nothing of what a jump in the scroller has left out', async () => {
    const carousel = await mountDown(2900);
    const scroller = shadow(carousel, '.scroller');
    scroller.scrollTo({ left: scroller.scrollWidth, behavior: 'instant' });
    await frames(4);
    const kept = await keptOf(carousel);
    expect([kept[0], kept.includes(null), kept.length > 9]).toEqual(['i0', true, true]);
  });

  test('keeps nothing of a list that a jump of the page has left out', async () => {
    const carousel = await mountDown(0);
    scrollTo({ top: 6000, behavior: 'instant' });
    await frames(4);
    expect(await keptOf(carousel)).toEqual([]);
  });

  test('finds what `src` answers there already', async () => {
    const answer = JSON.stringify(ids.map((id) => candidate(id)));
    const asked = vi.spyOn(window, 'fetch').mockImplementation(() => Promise.resolve(new Response(answer)));
    const carousel = mount(listMarkup(ids), 'src="/candidates"');
    await frames(4);
    expect(asked).toHaveBeenCalledTimes(1);
    carousel.kit = createRankingKit(backwards);
    await waitForState(carousel, 'ranked');
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

test('the layout of an arm goes with its kit', async () => {
  const carousel = mount(listMarkup(ids));
  carousel.kit = Object.assign(createRankingKit(backwards), { arrangement: () => Promise.resolve({ layout: 'grid' }) });
  await waitForState(carousel, 'ranked');
  expect(carousel.layout).toBe('grid');
  carousel.kit = null;
  await waitForState(carousel, 'server');
  await frames();
  expect(carousel.layout).toBeNull();
});

test('a made list that the page takes out is made anew, in the server’s order', async () => {
  const carousel = mount('');
  const kit = createRankingKit(backwards.slice(0, 11), { left: [{ itemId: 'i0', serverRank: 0, trail: [] }] });
  carousel.kit = kit;
  carousel.candidates = ids.map((id) => candidate(id));
  await waitForState(carousel, 'ranked');
  query(carousel, '[data-rec-made]').remove();
  await waitFor(() => kit.requests.length === 2, 'a second request');
  expect((kit.requests[1]?.request.candidates as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  query(carousel, '[data-rec-made]').remove();
  carousel.kit = null;
  await waitFor(() => carousel.querySelector('li'), 'cards');
  budgets.end();
  await waitForState(carousel, 'server');
  expect([shownIds(carousel), itemOf(carousel, 'i0').hidden]).toEqual([ids, false]);
});

test('the budget of a style sheet that comes before the candidates counts', async () => {
  const carousel = mount('');
  await frames(2);
  carousel.style.setProperty('--rec-rank-budget', '0ms');
  carousel.candidates = ids.map((id) => candidate(id));
  await waitFor(() => carousel.querySelector('li'), 'cards');
  await frames(2);
  expect(budgets.count()).toBe(0);
});
