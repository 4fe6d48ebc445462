// `npm run screenshots`: serves the demo on a free port over an empty database and writes docs/screenshots/ anew: four
// pages, each wide, on a phone, dark and from right to left. Exits 1 where they have grown too heavy for the repo.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findBrowser } from '../training/browser.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const OUT = 'docs/screenshots';
const MAX_BYTES = 1_500_000;
/** Tenths of a second. */
const PATIENCE = 100;
const WIDE = { width: 1280, height: 900 };
const LOOKS = {
  desktop: { viewport: WIDE, colorScheme: 'light', dir: 'ltr' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', dir: 'ltr' },
  dark: { viewport: WIDE, colorScheme: 'dark', dir: 'ltr' },
  rtl: { viewport: WIDE, colorScheme: 'light', dir: 'rtl' },
};
/** A visitor who has looked at a chair and a table: there is something to rank by. */
const VISITS = ['/product/camp-chair', '/product/oak-camp-table'];
const PAGES = {
  shop: { path: '/' },
  inspector: { path: '/', drawer: 'slates' },
  product: { path: '/product/glow-lantern' },
  gallery: { path: '/gallery#ranked' },
};

/** The same draws in every run, and shelves that wait for their ranking on a slow machine too. */
const STEADY = `{
  let state = 7;
  Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('rec-carousel { --rec-rank-budget: 30000ms !important }');
  document.adoptedStyleSheets = [sheet];
}`;
/** How the demo is asked for patience, and for no panel of help and no arm by chance. */
const settingsOf = (dir) =>
  `sessionStorage['nearside-demo:settings'] ??= ${JSON.stringify(
    JSON.stringify({ deadline: '30000', experiments: 'none', help: 'none', dir }),
  )}`;

const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);

const dir = mkdtempSync(join(tmpdir(), 'nearside-screenshots-'));
const env = { ...process.env, PORT: '0', DB: join(dir, 'events.sqlite') };
const demo = spawn(process.execPath, ['demo/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
const browser = await chromium.launch({ executablePath: await findBrowser(), args: CHROMIUM_ARGS });
const sizes = {};
try {
  const url = await printedUrl();
  mkdirSync(OUT, { recursive: true });
  for (const [look, given] of Object.entries(LOOKS)) await takeAll(url, look, given);
} finally {
  await browser.close();
  const ended = once(demo, 'exit');
  demo.kill('SIGTERM');
  await ended;
  rmSync(dir, { recursive: true, force: true });
}
const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
console.log(JSON.stringify({ total, ...sizes }));
if (total > MAX_BYTES) {
  console.error(`screenshots: ${total} bytes are more than ${MAX_BYTES}`);
  process.exit(1);
}

async function printedUrl() {
  for await (const line of createInterface({ input: demo.stdout })) {
    const [url] = /http:\/\/\S+/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error('the demo has printed no address');
}

/** Of one look, in one visit. */
async function takeAll(url, look, { dir: direction, ...options }) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  await context.addInitScript(`${STEADY} ${settingsOf(direction)}`);
  const page = await context.newPage();
  for (const path of VISITS) await open(page, new URL(path, url));
  for (const [name, { path, drawer }] of Object.entries(PAGES)) {
    await open(page, new URL(path, url));
    if (drawer) {
      await page.click('#inspector-summary');
      await page.click(`#tab-${drawer}`);
    }
    await settle(page);
    const session = await context.newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 60 });
    const bytes = Buffer.from(data, 'base64');
    sizes[`${name}-${look}`] = bytes.length;
    writeFileSync(join(OUT, `${name}-${look}.webp`), bytes);
    await session.detach();
    if (drawer) {
      await page.click('#inspector-summary');
      // it is remembered by an event that comes a little later
      await page.waitForTimeout(500);
    }
  }
  await context.close();
}

/** Until the page's kit has its engine, and what it does by itself at first has been done. */
async function open(page, address) {
  await page.goto(address.href);
  await page.waitForSelector('#inspector', { state: 'attached' });
  await page.evaluate('window.nearsideDemo.kit.ready().then(() => undefined)');
}

/** Until every carousel in sight has its slate. */
async function settle(page) {
  const isWaiting = `[...document.querySelectorAll('rec-carousel')].some((carousel) =>
    !carousel.slate && carousel.checkVisibility() && carousel.getBoundingClientRect().top < innerHeight)`;
  // playwright's own wait polls by eval, which the policy of the page forbids
  for (let i = 0; i < PATIENCE && (await page.evaluate(isWaiting)); i++) await page.waitForTimeout(100);
  // pictures that are lazy come once they are near, and the drawer reads its reasons
  await page.waitForTimeout(2000);
}
