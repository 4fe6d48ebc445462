import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRODUCTS } from '../../bench/carousel-page.ts';
import { type CarouselSite, openCarouselSite } from '../../bench/carousel-site.ts';
import { NEARSIDE } from '../../bench/own-carousels.ts';
import type { Carousel } from '../../bench/peers/carousels/carousel.ts';
import { type WatchedPlaces, watchPlaces } from '../browser/carousel-places.ts';
import { launchBrowser } from './shop-fixture.ts';

/** Of the script, and of every ranking. */
const DELAYS_MS: readonly (readonly [scriptMs: number, rankingMs: number])[] = [
  ...[0, 800, 3000, 5000].map((scriptMs) => [scriptMs, 0] as const),
  ...[800, 3000, 5000].map((rankingMs) => [0, rankingMs] as const),
];
/** Six cards of 176 px and their gaps. */
const SCROLL_PX = 6 * 192;

const candidates = PRODUCTS.map(({ id, title, url, image }, at) => ({
  ...{ id, title, url, image, category: at % 2 === 0 ? 'tents' : 'lanterns', score: 1 - at / 100 },
}));
const DATA = `<script type="application/json">${JSON.stringify(candidates)}</script>`;

/** All the ways to send a carousel, on one page; a kit that ranks by three views, and later than it could. */
const carousel: Carousel = {
  ...NEARSIDE[0],
  name: 'three of them',
  html: ({ products, card }) => {
    const list = products.map((product) => `<li data-item-id="${product.id}">${card(product)}</li>`).join('');
    return [
      `<rec-carousel placement="stable" heading="A"><ol>${list}</ol>${DATA}</rec-carousel>`,
      `<rec-carousel placement="wait" heading="B" order="wait"><ol>${list}</ol>${DATA}</rec-carousel>`,
      `<rec-carousel placement="src" heading="C" src="/candidates"></rec-carousel>`,
    ].join('');
  },
  script: {
    source: `import { createKit } from '/nearside/index.js';
import { connectKit } from '/nearside/define.js';
const kit = createKit({ deadlineMs: 20000 });
kit.describe(${JSON.stringify(candidates)});
await Promise.all([1, 3, 5].map((i) => kit.record({ kind: 'view', itemId: 'p-' + i })));
const lateMs = Number(new URLSearchParams(location.search).get('ranking'));
const slate = kit.slate.bind(kit);
kit.slate = async (...asked) => {
  const ranked = await slate(...asked);
  await new Promise((resolve) => setTimeout(resolve, lateMs));
  return ranked;
};
connectKit(kit);`,
  },
};

const open = {} as { browser: Browser; site: CarouselSite };
beforeAll(async () => {
  [open.browser, open.site] = await Promise.all([launchBrowser(), openCarouselSite(carousel)]);
});
afterAll(async () => {
  await Promise.all([open.browser.close(), open.site.close()]);
});

/** In the page: looks from its beginning, and scrolls each list at a time as a visitor would. */
const watch = (scrollMs: number): string => `{
  const offsets = new Map();
  globalThis.places = (${watchPlaces.toString()})(document, (carousel) => offsets.get(carousel) ?? 0);
  setTimeout(() => requestAnimationFrame(() => {
    for (const carousel of document.querySelectorAll('rec-carousel')) {
      const scroller = carousel.shadowRoot?.querySelector('.scroller') ?? carousel.querySelector('ol');
      scroller?.scrollTo({ left: ${String(SCROLL_PX)}, behavior: 'instant' });
      offsets.set(carousel, scroller?.scrollLeft ?? 0);
    }
  }), ${String(scrollMs)});
}`;

async function openPage(scriptMs: number, rankingMs: number): Promise<Page> {
  const page = await open.browser.newPage({ viewport: { width: 1280, height: 1600 } });
  await page.route('**/candidates', (route) => route.fulfill({ json: candidates }));
  await page.addInitScript(watch(Math.max(scriptMs, rankingMs) / 2));
  await page.goto(`${open.site.url}/?delay=${String(scriptMs)}&ranking=${String(rankingMs)}`);
  await page.waitForFunction(() => document.querySelectorAll('rec-carousel[state=ranked]').length === 3);
  return page;
}

/** What was looked at until half a second from now. */
const end = (page: Page): Promise<Omit<WatchedPlaces, 'stop'>> =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
    const { places } = globalThis as unknown as { readonly places: WatchedPlaces };
    places.stop();
    const { looks, moved, gone, first } = places;
    return { looks, moved, gone, first };
  });

const ordersOf = (page: Page): Promise<string[][]> =>
  page.$$eval('rec-carousel', (all) =>
    all.map((one) => [...one.querySelectorAll('li')].map((item) => item.dataset['itemId'] ?? '')),
  );

test('what was in view does not move, however late script and ranking are, and wherever the visitor scrolls', async () => {
  const seen = await Promise.all(
    DELAYS_MS.map(async ([scriptMs, rankingMs]) => {
      const page = await openPage(scriptMs, rankingMs);
      const { looks, moved, gone, first } = await end(page);
      const isRanked = (await ordersOf(page)).map((order) => order.some((id, at) => id !== `p-${String(at)}`));
      await page.close();
      return { late: [scriptMs, rankingMs], moved, gone, isSeen: looks > 100, first: Object.keys(first), isRanked };
    }),
  );
  expect(seen).toEqual(
    DELAYS_MS.map((late) => ({
      ...{ late, moved: [], gone: [], isSeen: true },
      first: expect.arrayContaining(['stable', 'wait', 'src']) as string[],
      isRanked: [true, true, true],
    })),
  );
});

test('control: items that are put in another order are found', async () => {
  const page = await openPage(0, 0);
  await page.evaluate(() => {
    const list = document.querySelector('rec-carousel[placement=stable] ol');
    list?.prepend(...[...list.children].toReversed());
  });
  expect((await end(page)).moved.length).toBeGreaterThan(0);
});
