import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { type CarouselSite, openCarouselSite } from '../../bench/carousel-site.ts';
import { bringsMore, countStops, findViolations, measureShift, watchNext } from '../../bench/carousel-measure.ts';
import { type Subject, openVisit } from '../../bench/carousel-visit.ts';
import { benchCarousel } from '../../bench/carousel.ts';
import { CONTROLS, NEARSIDE } from '../../bench/own-carousels.ts';
import type { Carousel } from '../../bench/peers/carousels/carousel.ts';
import { launchBrowser } from './shop-fixture.ts';

const [nearside, , ranked] = NEARSIDE;
const [list] = CONTROLS;

/** A list that cannot be scrolled by the browser: its script moves it. */
const moved = (name: string, source: string, html = ''): Carousel => ({
  ...list,
  name,
  html: (shelf) => `${list.html(shelf)}<button type="button" class="next">Next</button>${html}`,
  css: `${list.css} .snap { overflow: hidden; }`,
  script: { source: `const list = document.querySelector('.snap');\n${source}` },
  next: '.next',
});

const onNext = (act: string): string => `document.querySelector('.next').addEventListener('click', () => { ${act} });`;

/** Bad in one way each. */
const BAD = {
  pushes: moved('pushes', `list.insertAdjacentHTML('beforebegin', '<p style="height: 300px">Now with a banner</p>');`),
  nameless: moved('nameless', '', '<button></button><img src="/pictures/1.svg" width="20" height="20">'),
  hides: { ...moved('hides', ''), css: `${list.css} .snap { overflow: clip; }` },
  animates: moved('animates', onNext("list.scrollBy({ left: 600, behavior: 'smooth' });")),
  plays: moved('plays', 'setInterval(() => list.scrollBy(200, 0), 2000);'),
  dead: moved('dead', onNext('')),
  leftToRight: moved('left-to-right', onNext('list.scrollLeft += 600;')),
} satisfies Record<string, Carousel>;

const open = {} as { browser: Browser };
const sites: CarouselSite[] = [];
const serve = async (carousel: Carousel): Promise<Subject> => {
  const site = await openCarouselSite(carousel);
  sites.push(site);
  return { browser: open.browser, url: site.url, carousel };
};
beforeAll(async () => {
  open.browser = await launchBrowser();
});
afterAll(async () => {
  await open.browser.close();
  await Promise.all(sites.map((site) => site.close()));
});

test('layout shift: none by our late script, and what a late banner pushes away is counted', async () => {
  expect(await measureShift(await serve(nearside), 800)).toBeLessThanOrEqual(0.001);
  expect(await measureShift(await serve(BAD.pushes), 800)).toBeGreaterThan(0.05);
});

test('axe: no violation of ours, and a page without names has them', async () => {
  expect(await findViolations(await serve(nearside))).toEqual([]);
  expect(await findViolations(await serve(BAD.nameless))).toEqual(['button-name', 'image-alt']);
});

test('focus: in sight in ours and in a plain list, which holds links out of sight; not where nothing scrolls', async () => {
  const { offScreenOnTab } = await countStops(await serve(nearside));
  expect(offScreenOnTab).toBe(0);
  expect(await countStops(await serve(list))).toEqual({ links: 20, offScreen: 15, offScreenOnTab: 0 });
  expect(await countStops(await serve(BAD.hides))).toEqual({ links: 20, offScreen: 15, offScreenOnTab: 15 });
});

test.each([
  ['jumps', nearside],
  ['animates', BAD.animates],
  ['plays by itself', BAD.plays],
  ['does not move', BAD.dead],
  [null, list],
])('reduced motion: %s', async (motion, carousel) => {
  expect(await watchNext(await serve(carousel))).toBe(motion);
});

test.each([
  [true, nearside],
  [false, BAD.leftToRight],
  [false, BAD.dead],
  [null, list],
])('from right to left, Next brings what follows: %s', async (brings, carousel) => {
  expect(await bringsMore(await serve(carousel))).toBe(brings);
});

test('the row with the kit has another order than the server sent: its layout shift is not that of a list at rest', async () => {
  const visit = await openVisit(await serve(ranked), {});
  await visit.page.waitForSelector('rec-carousel[state=ranked]');
  const order = await visit.page.$$eval('[data-item-id]', (items) =>
    items.map((item) => item.getAttribute('data-item-id')),
  );
  expect(order).not.toEqual(order.map((_, i) => `p-${String(i)}`));
  await visit.close();
});

test('bench carousel refuses a row that there is not, and prints the rows it is asked for', async () => {
  await expect(benchCarousel({ rows: ['slick'], progress: () => undefined })).rejects.toThrow(
    'there is no row "slick"',
  );
  const { rows, defineBytes, checks } = await benchCarousel({ rows: ['scroll-snap-list'], progress: () => undefined });
  expect(rows).toEqual([
    {
      name: 'scroll-snap-list',
      cls: { 0: 0, 800: 0, 3000: 0 },
      axe: [],
      tabStops: { links: 20, offScreen: 15, offScreenOnTab: 0 },
      reducedMotion: null,
      rtl: null,
      gzipBytes: expect.any(Number) as number,
    },
  ]);
  expect(defineBytes.atOnce).toBeGreaterThan(5000);
  expect(Object.keys(checks)).toEqual(['define at most 15 kB']);
});
