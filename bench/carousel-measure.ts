import type { Browser, Page } from 'playwright-core';
import { openCarouselSite } from './carousel-site.ts';
import {
  type Circumstances,
  type Subject,
  type Visit,
  cardsSettled,
  openVisit,
  probe,
  readScript,
} from './carousel-visit.ts';
import type { Stop } from './page/focus.ts';
import type { Carousel } from './peers/carousels/carousel.ts';

/** How late the script comes. */
const DELAYS_MS = [0, 800, 3000];

/** Without input, for a slide show to begin: the peers' own default is 3 s. */
const IDLE_MS = 3500;
/** After a press on Next. */
const MOVE_MS = 1500;
/** A jump that is corrected once is still a jump. */
const JUMP_FRAMES = 2;
/** More than any page here has. */
const MAX_STOPS = 100;

export interface TabStops {
  /** Links of the carousel that Tab stops at. */
  readonly links: number;
  /** Of these, how many are out of sight as the page comes. */
  readonly offScreen: number;
  /** Of all stops in the carousel, how many are out of sight when they have the focus and stand still. */
  readonly offScreenOnTab: number;
}

/** What a press on Next does under `prefers-reduced-motion: reduce`, or what goes on without one. */
export type Motion = 'jumps' | 'animates' | 'plays by itself' | 'does not move';

export interface CarouselMeasures {
  /** By delay of the script in ms. */
  readonly cls: Readonly<Record<string, number>>;
  /** Ids of axe-core's rules, default ones, that the page breaks at rest or after Next. */
  readonly axe: readonly string[];
  readonly tabStops: TabStops;
  /** Null without a Next button. */
  readonly reducedMotion: Motion | null;
  /** Whether Next brings what follows into sight in a page from right to left; null without a Next button. */
  readonly rtl: boolean | null;
  /** Of the scripts and style sheets that the page loads for it. */
  readonly gzipBytes: number;
}

/** Serves the page of a carousel and measures it; each figure in a fresh profile. */
export async function measureCarousel(browser: Browser, carousel: Carousel): Promise<CarouselMeasures> {
  const site = await openCarouselSite(carousel);
  const subject = { browser, url: site.url, carousel };
  try {
    const cls: Record<string, number> = {};
    for (const delayMs of DELAYS_MS) cls[String(delayMs)] = await measureShift(subject, delayMs);
    return {
      cls,
      axe: await findViolations(subject),
      tabStops: await countStops(subject),
      reducedMotion: await watchNext(subject),
      rtl: await bringsMore(subject),
      gzipBytes: await during(subject, {}, (visit) => visit.loadedBytes()),
    };
  } finally {
    await site.close();
  }
}

export const measureShift = (subject: Subject, delayMs: number): Promise<number> =>
  during(subject, { delayMs }, async ({ page }) => Number((await page.evaluate<number>('cls')).toFixed(4)));

export const findViolations = (subject: Subject): Promise<readonly string[]> =>
  during(subject, {}, async ({ page }) => {
    await page.evaluate(readScript('axe-core/axe.min.js'));
    const run = (): Promise<string[]> =>
      page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id }) => id))`);
    const ids = await run();
    if (await press(page, subject.carousel.next)) {
      await cardsSettled(page);
      ids.push(...(await run()));
    }
    return [...new Set(ids)].sort();
  });

export const countStops = (subject: Subject): Promise<TabStops> =>
  during(subject, {}, async ({ page }) => {
    const atRest = await probe<Omit<TabStops, 'offScreenOnTab'>>(page, 'cards', 'countTabStops()');
    await page.focus('#before');
    let offScreenOnTab = 0;
    for (let i = 0; i < MAX_STOPS; i++) {
      await page.keyboard.press('Tab');
      const stop = await probe<Stop>(page, 'focus', 'describeFocus()');
      if (stop.place === 'after') return { ...atRest, offScreenOnTab };
      if (stop.place === 'carousel' && !stop.seen) offScreenOnTab++;
    }
    throw new Error(`${String(MAX_STOPS)} presses of Tab do not lead through the carousel`);
  });

export const watchNext = (subject: Subject): Promise<Motion | null> =>
  during(subject, { reducedMotion: true }, async ({ page }) => {
    const { next } = subject.carousel;
    const countMoves = (ms: number): Promise<number> => probe(page, 'frames', `countMoves(${String(ms)})`);
    if ((await countMoves(IDLE_MS)) > 0) return 'plays by itself';
    if (next === null) return null;
    const watching = countMoves(MOVE_MS);
    await press(page, next);
    const moves = await watching;
    if (moves === 0) return 'does not move';
    return moves <= JUMP_FRAMES ? 'jumps' : 'animates';
  });

export const bringsMore = (subject: Subject): Promise<boolean | null> =>
  during(subject, { direction: 'rtl' }, async ({ page }) => {
    const { next } = subject.carousel;
    if (next === null) return null;
    const seen = (): Promise<number[]> => probe(page, 'cards', 'seenProducts()');
    const last = Math.max(...(await seen()));
    await press(page, next);
    await cardsSettled(page);
    return (await seen()).some((product) => product > last);
  });

async function during<T>(subject: Subject, how: Circumstances, measure: (visit: Visit) => Promise<T>): Promise<T> {
  const visit = await openVisit(subject, how);
  try {
    return await measure(visit);
  } finally {
    await visit.close();
  }
}

/** As with a mouse: some show their buttons to who points at the carousel. False where it cannot be pressed. */
async function press(page: Page, next: string | null): Promise<boolean> {
  const box = await page.locator('#carousel').boundingBox();
  if (next === null || box === null) return false;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  try {
    await page.locator(next).click({ timeout: 3000 });
    return true;
  } catch {
    return false;
  }
}
