import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { type LogRow, createApp, createLog, serveApp } from '../../collector/index.ts';
import { createShop } from '../../demo/server.ts';
import { type Manifest, modelIdText } from '../../src/core/manifest.ts';
import { CHROMIUM_ARGS, findBrowser } from '../../training/browser.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface RunningShop {
  readonly url: string;
  /** What the collector has stored, in storage order. */
  rows(): Iterable<LogRow>;
  /** The events of it. */
  events(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** The real shop and collector on a free port, over a fresh SQLite file; `edit` may spoil its copy of the bundle. */
export async function startShop(edit: (bundleDir: string) => void = () => undefined): Promise<RunningShop> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-shop-'));
  const bundleDir = join(dir, 'bundle');
  cpSync(fromRoot('demo/bundle'), bundleDir, { recursive: true });
  edit(bundleDir);
  const log = createLog(join(dir, 'events.sqlite'));
  const shop = createShop({
    collectorApp: createApp({ log, clock: Date.now }),
    distDir: fromRoot('dist/'),
    bundleDir,
    largeBundleDir: fromRoot('demo/bundle-large'),
    scriptsDir: fromRoot('build/tsc/demo/browser/'),
    clock: Date.now,
  });
  const server = await serveApp(shop, { port: 0 });
  return {
    url: server.url,
    rows: () => log.read(),
    events: () => [...log.read()].map(({ event }) => ({ ...event })),
    close: async () => {
      await server.close();
      log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Overwrites the middle of a file, its length unchanged; `sign` makes the manifest agree with the new bytes. */
export function spoil(bundleDir: string, name: string, { sign = false } = {}): void {
  const file = join(bundleDir, name);
  const bytes = readFileSync(file);
  bytes.fill(0xab, Math.floor(bytes.length / 4), Math.floor(bytes.length / 2));
  writeFileSync(file, bytes);
  if (!sign) return;
  const path = join(bundleDir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const files = { ...manifest.files, [name]: { sizeBytes: bytes.length, sha256 } };
  const modelId = createHash('sha256').update(modelIdText(files)).digest('hex');
  writeFileSync(path, JSON.stringify({ ...manifest, files, modelId }));
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), args: CHROMIUM_ARGS });
}

/** One browser for a file of tests and a fresh shop for each; read them inside a test. */
export function useShop(): { readonly browser: Browser; readonly shop: RunningShop } {
  const site = {} as { browser: Browser; shop: RunningShop };
  beforeAll(async () => {
    site.browser = await launchBrowser();
  });
  afterAll(async () => {
    await site.browser.close();
  });
  beforeEach(async () => {
    site.shop = await startShop();
  });
  afterEach(async () => {
    await site.shop.close();
  });
  return site;
}

/**
 * As `?deadline=`, `?experiments=` and `?help=` of the demo: which engine answers must not depend on how busy the machine
 * is, what a visitor sees not on the arm that an id is in, and no help lies over what is clicked.
 */
const PATIENT = { deadline: '30000', experiments: 'none', help: 'none' };

/** And how long a shelf is hidden for its ranking. A style sheet of the document's own, as the shop's policy allows. */
const WAITING = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('rec-carousel { --rec-rank-budget: 30000ms !important }');
  document.adoptedStyleSheets = [sheet];
}`;

/** A visitor with empty storage and much patience; page errors are collected, for they are defects. */
export async function openVisitor(
  browser: Browser,
  settings: Readonly<Record<string, string>> = PATIENT,
): Promise<{ context: BrowserContext; page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const text = JSON.stringify(JSON.stringify({ ...PATIENT, ...settings }));
  await context.addInitScript(`sessionStorage['nearside-demo:settings'] ??= ${text}; ${WAITING}`);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return { context, page, errors };
}

export const HOME = 'rec-carousel[placement=home]';

/** Item ids as shown, in DOM order. */
export const shownOrder = (page: Page, carousel = HOME): Promise<string[]> =>
  page.$$eval(`${carousel} [data-item-id]:not([hidden])`, (items) =>
    items.map((item) => item.getAttribute('data-item-id') ?? ''),
  );

/** Item ids in the order of the server, as the data beside the links has them. */
export const sentOrder = async (page: Page, carousel = HOME): Promise<string[]> => {
  const sent = await page.$eval(`${carousel} script[type="application/json"]`, (script) => script.textContent);
  return (JSON.parse(sent) as { items: { id: string }[] }).items.map(({ id }) => id);
};

/** Waits until an expression is true in the page. Playwright's own wait polls by `eval`, which the shop's policy forbids. */
export const holds = (page: Page, expression: string): Promise<void> =>
  expect.poll(() => page.evaluate(`Boolean(${expression})`), { timeout: 30_000 }).toBe(true);

/** Waits until the kit of the page has its strongest engine, and answers which. */
export const readyTier = async (page: Page): Promise<{ tier: string; modelId: string; code: string | undefined }> => {
  await holds(page, 'window.nearsideDemo !== undefined');
  return page.evaluate(
    `window.nearsideDemo.kit.ready().then(({ tier, modelId, problem }) => ({ tier, modelId, code: problem?.code }))`,
  );
};

/** Waits until the home carousel is in one of the states. */
export const waitForState = (page: Page, states: readonly string[], carousel = HOME): Promise<unknown> =>
  page.waitForSelector(states.map((state) => `${carousel}[state=${state}]`).join(', '), { state: 'attached' });

/** How many signals of a kind the page's kit holds; for `expect.poll`. */
export const countSignals = (page: Page, kind: string): Promise<number> =>
  page.evaluate(
    `window.nearsideDemo.kit.signals().then((all) => all.filter((signal) => signal.kind === '${kind}').length)`,
  );

/** What the kit says of a delivery it makes now. */
export const flush = (page: Page): Promise<{ sent: number; pending: number }> =>
  page.evaluate('window.nearsideDemo.kit.flush()');
