import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page as tab } from 'vitest/browser';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import {
  candidate,
  createKeepingKit,
  frames,
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
import { type WatchedPlaces, watchPlaces } from './carousel-places.ts';

/** How long a list that nobody has seen is hidden for its ranking. */
const BUDGET_MS = 150;
/** How long a ranking takes. */
const DELAYS_MS = [0, 50, 149, 151, 400, 800, 1500, 3000, 5000];
const ids = manyIds(12);
const backwards = ids.toReversed();
/** Four cards of 88 px and their gaps: half of the way. */
const HALF_PX = 4 * 96;

// what is out of it is not seen
beforeAll(() => tab.viewport(800, 900));
// timers alone: frames are those of the browser
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

interface Page extends Window {
  /** The element's class, not defined yet. */
  readonly RecCarousel: typeof RecCarousel;
}

/** A page of its own, which has the script but has not run it. */
async function openPage(): Promise<{ page: Document; define: () => void }> {
  const frame = document.createElement('iframe');
  Object.assign(frame.style, { width: '340px', height: '880px' });
  document.body.append(frame);
  const [page, view] = [frame.contentDocument, frame.contentWindow as Page | null];
  if (!page || !view) throw new Error('no frame');
  await linkPrestyle(page);
  // half of the size, or some would be out of view
  const style = page.createElement('style');
  style.textContent = 'html { font-size: 8px } rec-carousel { --rec-image-ratio: 16 }';
  const script = page.createElement('script');
  script.type = 'module';
  const url = new URL('../../components/rec-carousel.ts', import.meta.url).href;
  script.textContent = `globalThis.RecCarousel = (await import(${JSON.stringify(url)})).RecCarousel;`;
  page.head.append(style, script);
  await waitFor(() => 'RecCarousel' in view, 'the script');
  // what Vitest makes of a dynamic import asks for it
  Object.assign(view, { __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() } });
  Object.assign(view, { fetch: () => Promise.resolve(Response.json(ids.map((id) => candidate(id)))) });
  const define = (): void => {
    view.RecCarousel.timers = {
      set: (run, delayMs) => setTimeout(run, delayMs),
      clear: (timer) => clearTimeout(timer as number),
    };
    view.customElements.define('rec-carousel', view.RecCarousel);
  };
  return { page, define };
}

/** One carousel for each delay, all in view. */
const shelves = (attributes: string, inner: string): string =>
  DELAYS_MS.map(
    (delayMs) => `<rec-carousel placement="${String(delayMs)}" heading="H" ${attributes}>${inner}</rec-carousel>`,
  ).join('');

interface VisitorActs {
  readonly scroll: (carousel: Element, px: number) => void;
}

interface Way {
  readonly attributes: string;
  readonly inner: string;
  /** What has happened when the script runs. */
  readonly before: (page: Document, markup: string, act: VisitorActs & { define: () => void }) => unknown;
  /** Whether nothing has been seen by then. */
  readonly isHidden: boolean;
}

const links = listMarkup(ids);
const addBefore: Way['before'] = (page, markup) => (page.body.innerHTML = markup);
const WAYS: Record<string, Way> = {
  'links that were painted before the script': {
    ...{ attributes: '', inner: links, isHidden: false },
    before: async (page, markup) => {
      page.body.innerHTML = markup;
      await frames(3);
    },
  },
  'links that were scrolled before the script': {
    ...{ attributes: '', inner: links, isHidden: false },
    before: async (page, markup, { scroll }) => {
      page.body.innerHTML = markup;
      await frames(3);
      page.querySelectorAll('rec-carousel').forEach((carousel) => scroll(carousel, HALF_PX));
      await frames(3);
    },
  },
  'links that were above the window before the script': {
    ...{ attributes: '', inner: links, isHidden: false },
    before: async (page, markup) => {
      page.body.innerHTML = `${markup}<p style="block-size: 5000px">`;
      await frames(3);
      page.defaultView?.scrollTo(0, 3000);
      await frames(3);
    },
  },
  'links that come after the script': {
    ...{ attributes: '', inner: links, isHidden: true },
    before: (page, markup, { define }) => {
      define();
      page.body.innerHTML = markup;
    },
  },
  'order="wait", and the script in time': {
    // of the style sheet, so that it does not end while it is looked at
    attributes: `order="wait" rank-budget="${String(BUDGET_MS)}" style="--rec-rank-budget: 30s"`,
    ...{ inner: links, isHidden: true },
    before: async (page, markup) => {
      page.body.innerHTML = markup;
      await frames(3);
    },
  },
  'order="wait", and a script that is late': {
    ...{ attributes: 'order="wait"', inner: links, isHidden: false },
    before: async (page, markup) => {
      page.body.innerHTML = markup;
      page.getAnimations().forEach((animation) => animation.finish());
      await frames(3);
    },
  },
  src: { attributes: 'src="/candidates"', inner: '', isHidden: true, before: addBefore },
};

interface Played {
  readonly carousels: readonly RecCarousel[];
  readonly places: WatchedPlaces;
}

/** From before the first paint to half a second after the last ranking; `scrollPx` when half of the delay is over. */
async function play({ attributes, inner, before }: Way, scrollPx: number): Promise<Played> {
  const { page, define } = await openPage();
  const scrolled = new Map<Element, number>();
  const scroll: VisitorActs['scroll'] = (carousel, left) => {
    const scroller = carousel.shadowRoot?.querySelector('.scroller') ?? query(carousel, 'ol');
    scroller.scrollTo({ left, behavior: 'instant' });
    scrolled.set(carousel, scroller.scrollLeft);
  };
  const places = watchPlaces(page, (carousel) => scrolled.get(carousel) ?? 0);
  await before(page, shelves(attributes, inner), { scroll, define });
  if (!page.defaultView?.customElements.get('rec-carousel')) define();
  const carousels = [...page.querySelectorAll('rec-carousel')];
  const kits = carousels.map((carousel) => {
    const delayMs = Number(carousel.placement);
    const kit = createKeepingKit(backwards, (answer) => void setTimeout(answer, delayMs));
    carousel.kit = kit;
    return kit;
  });
  // no time has passed until then
  await waitFor(() => kits.every(({ requests }) => requests.length === 1), 'a request of each');
  for (const carousel of scrollPx === 0 ? [] : carousels)
    setTimeout(() => scroll(carousel, scrollPx), Number(carousel.placement) / 2 + 1);
  while (vi.getTimerCount() > 0) {
    vi.advanceTimersToNextTimer();
    await frames(2);
  }
  await frames(30);
  places.stop();
  return { carousels, places };
}

/** What is seen first: of the ranking's order where it comes before the list is shown, or else of the server's. */
function firstOf({ isHidden }: Way, delayMs: number, scrollPx: number): string {
  const order = isHidden && delayMs < BUDGET_MS ? backwards : ids;
  const isScrolled = isHidden && scrollPx > 0 && delayMs > 0 && delayMs / 2 < BUDGET_MS;
  return order[isScrolled ? 4 : 0];
}

test.for(Object.entries(WAYS).flatMap(([name, way]) => [0, HALF_PX].map((scrollPx) => [name, scrollPx, way] as const)))(
  '%s, scrolled by %i px: what was in view never moves, whenever the ranking comes',
  async ([, scrollPx, way]) => {
    const { carousels, places } = await play(way, scrollPx);
    expect({ moved: places.moved, gone: places.gone }).toEqual({ moved: [], gone: [] });
    expect(places.looks).toBeGreaterThan(DELAYS_MS.length * 3);
    expect(carousels.map(({ state }) => state)).toEqual(DELAYS_MS.map(() => 'ranked'));
    expect(Object.entries(places.first)).toEqual(
      DELAYS_MS.map((delayMs) => [String(delayMs), firstOf(way, delayMs, scrollPx)]),
    );
    // and what nobody has seen is ranked all the same
    for (const carousel of carousels) {
      const unseen = shownIds(carousel).slice(8);
      expect(unseen).toEqual(backwards.filter((id) => unseen.includes(id)));
    }
  },
);

test('links that were painted before the script, and a ranking that is there at once', async () => {
  const { page, define } = await openPage();
  const places = watchPlaces(page, () => 0);
  page.body.innerHTML = `<rec-carousel placement="home">${links}</rec-carousel>`;
  await frames(3);
  const carousel = query(page, 'rec-carousel') as RecCarousel;
  carousel.kit = createKeepingKit(backwards, (answer) => answer());
  define();
  await waitForState(carousel, 'ranked');
  await frames(3);
  places.stop();
  expect([places.moved, shownIds(carousel).at(-1)]).toEqual([[], 'i4']);
});

test.each([
  ['an item that is put elsewhere', (carousel) => query(carousel, 'ol').append(itemOf(carousel, 'i0')), true, false],
  ['an item that is hidden', (carousel) => (itemOf(carousel, 'i3').hidden = true), false, true],
  ['a scroller that scrolls by itself', (carousel) => shadow(carousel, '.scroller').scrollTo(192, 0), true, false],
  ['a page that is pushed down', (carousel) => carousel.before(document.createElement('hr')), true, false],
] satisfies [string, (carousel: RecCarousel) => unknown, boolean, boolean][])(
  'control: %s is found',
  async (...[, act, moved, gone]) => {
    await linkPrestyle();
    const carousel = mount(listMarkup(ids));
    await waitForState(carousel, 'waiting');
    vi.runAllTimers();
    const places = watchPlaces(document, () => 0);
    await frames(3);
    expect([places.looks > 0, places.moved, places.gone]).toEqual([true, [], []]);
    shadow(carousel, '.scroller').style.scrollBehavior = 'auto';
    act(carousel);
    await frames(3);
    places.stop();
    expect([places.moved.length > 0, places.gone.length > 0]).toEqual([moved, gone]);
  },
);
