import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import type { Carousel } from './peers/carousels/carousel.ts';

/** A carousel and where its page is served. */
export interface Subject {
  readonly browser: Browser;
  readonly url: string;
  readonly carousel: Carousel;
}

export interface Visit {
  readonly page: Page;
  /** gzip bytes of the scripts and style sheets that the page has loaded for its carousel. */
  loadedBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface Circumstances {
  readonly direction?: 'rtl';
  readonly delayMs?: number;
  readonly reducedMotion?: boolean;
}

/** For a card to have come to rest. */
const QUIET_MS = 500;

const require = createRequire(import.meta.url);

/** The source of a script of a package, to be run in a page. */
export const readScript = (path: string): string => readFileSync(require.resolve(path), 'utf8');

/** Runs a function of one of the modules in bench/page/ in the page; its answer is what the expression answers. */
export const probe = <T>(page: Page, module: string, call: string): Promise<T> =>
  page.evaluate<T>(`import('/probe/${module}.js').then((probe) => probe.${call})`);

/** When the first card has come and stands still. */
export const cardsSettled = (page: Page): Promise<void> => probe(page, 'frames', `cardsSettled(${String(QUIET_MS)})`);

/** Opens the page of a carousel in a fresh profile, and waits until its cards stand still. */
export async function openVisit(
  { browser, url, carousel }: Subject,
  { direction = undefined, delayMs = 0, reducedMotion = false }: Circumstances,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  if (carousel.before !== undefined) await makeHistory(context, url, carousel.before);
  const page = await context.newPage();
  const responses: Response[] = [];
  page.on('response', (response) => responses.push(response));
  await page.addInitScript(WATCH_SHIFTS);
  const query = new URLSearchParams({ delay: String(delayMs), ...(direction && { dir: direction }) });
  await page.goto(`${url}/?${query.toString()}`);
  await cardsSettled(page);
  return {
    page,
    loadedBytes: () => sumBytes(responses),
    close: () => context.close(),
  };
}

/** web-vitals' own definition of CLS, told at every change. */
const WATCH_SHIFTS = `${readScript('web-vitals')}
globalThis.cls = 0;
webVitals.onCLS(({ value }) => { globalThis.cls = value; }, { reportAllChanges: true });`;

async function makeHistory(context: BrowserContext, url: string, expression: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await cardsSettled(page);
  await page.evaluate(expression);
  await page.close();
}

async function sumBytes(responses: readonly Response[]): Promise<number> {
  const loaded = responses.filter(
    (response) =>
      ['script', 'stylesheet'].includes(response.request().resourceType()) && !response.url().includes('/probe/'),
  );
  const bodies = await Promise.all(loaded.map((response) => response.body()));
  return bodies.reduce((sum, body) => sum + (body.length === 0 ? 0 : gzipSync(body, { level: 9 }).length), 0);
}
