import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { WATCH, type Watched } from './home-watch.ts';
import { LONG_MS, type LoadedPage } from './long-tasks.ts';
import { repeatItems, repeatLinks } from './many-candidates.ts';
import { startTrace, stopTrace } from './task-trace.ts';
import { within } from './wait.ts';

export interface HomeVisit {
  /** Without Nearside's scripts the page is as its server sent it. */
  readonly nearside: boolean;
  /** Candidates of the carousel with links and of the one that fetches its own; undefined for those of the shop. */
  readonly candidates?: number;
  /** How many times slower the main thread is than it could be. */
  readonly slowdown: number;
}

const LINKED = 'home';
/** A page that has noted nothing new for so long is at rest. */
const QUIET_MS = 2000;
const LIMIT_MS = 60_000;
const CLICKS = 3;
const TABS = 5;

/** The home page of the demo as somebody meets it who has looked at a product before, and then uses it a little. */
export async function visitHome(browser: Browser, url: string, visit: HomeVisit): Promise<LoadedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    if (!visit.nearside) await block(devtools);
    if (visit.candidates !== undefined) await lengthen(context, url, visit.candidates);
    await page.addInitScript(WATCH);
    // arms of experiments differ by visitor; here all are alike
    await page.goto(`${url}${await findProduct(url)}?experiments=none`);
    await atRest(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: visit.slowdown });
    await startTrace(browser, page);
    await page.goto(`${url}/`);
    await atRest(page);
    await use(page);
    const watched = await atRest(page);
    return { ...watched, tasks: await stopTrace(browser, `${url}/`, LONG_MS) };
  } finally {
    await context.close();
  }
}

async function block(devtools: CDPSession): Promise<void> {
  await devtools.send('Network.enable');
  await devtools.send('Network.setBlockedURLs', { urls: ['*/nearside/*.js'] });
}

/** In the answers of the server: what a page does with them is not touched. */
async function lengthen(context: BrowserContext, url: string, count: number): Promise<void> {
  await context.route(`${url}/`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: repeatLinks(await response.text(), LINKED, count) });
  });
  await context.route('**/api/candidates?*', async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as Parameters<typeof repeatItems>[0];
    await route.fulfill({ response, json: repeatItems(list, count) });
  });
}

async function findProduct(url: string): Promise<string> {
  const home = await (await fetch(url)).text();
  const [, path] = /href="(\/product\/[^"]+)"/.exec(home) ?? [];
  if (path === undefined) throw new Error('the home page has no link to a product');
  return path;
}

/** Clicks links of the carousel, which stay on the page, and goes on by keyboard. */
async function use(page: Page): Promise<void> {
  const links = await page.$$(`rec-carousel[placement=${LINKED}] li:not([hidden]) a`);
  await links[0]?.scrollIntoViewIfNeeded();
  for (const link of links.slice(0, CLICKS)) await link.click();
  for (let i = 0; i < TABS; i++) await page.keyboard.press('Tab');
}

/** What the page has noted, once it notes nothing new. */
async function atRest(page: Page): Promise<Watched> {
  const read = (): Promise<Watched> => page.evaluate('watched');
  let last = '';
  let since = performance.now();
  await within(LIMIT_MS, async () => {
    const now = JSON.stringify(await read());
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since >= QUIET_MS;
  });
  return read();
}
