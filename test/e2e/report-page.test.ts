import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { createApp, createLog, declareExperiments, openReportDesk, serveApp } from '../../collector/index.ts';
import type { Report, ReportDesk, RunningServer } from '../../collector/index.ts';
import { REPORTS } from '../unit/report-pages.ts';
import { LATER, START } from '../unit/report-log.ts';
import { launchBrowser } from './shop-fixture.ts';

const TOKEN = 'a-token-of-the-site-1';
const LONG = 'a-name-that-goes-on-and-on-and-has-no-place-to-be-broken-at-all';

/** Keys whose reports are made for them; all others are made from the log. */
const MADE = ['ship', 'faulty', 'holdout', 'interleaved', 'arms', 'small', 'empty', 'undeclared'] as const;

const reports = new Map<string, Report>();

/** A made report, one of whose arms has a long name. */
async function makeReport(name: (typeof MADE)[number]): Promise<Report> {
  return JSON.parse(JSON.stringify(await REPORTS[name]()).replaceAll('"diverse"', `"${LONG}"`)) as Report;
}

let folder: string;
let browser: Browser;
let server: RunningServer;
let desk: ReportDesk;
let stop: () => Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-report-page-'));
  const file = join(folder, 'log.sqlite');
  const log = createLog(file);
  log.append([...createExperimentRows({ seed: 3, units: 300, rate: 0.2, effect: 0.2, days: 10 })]);
  const [first] = WORLD_SET.experiments;
  const others = MADE.map((key) => ({ ...first, key, meta: [{ key: LONG }, { key: 'diverse' }] }));
  declareExperiments(file, { ...WORLD_SET, experiments: [first, ...others] }, START - 1000);
  const fromLog = openReportDesk(file, () => LATER);
  desk = {
    ...fromLog,
    ask: async (request, wait) => {
      const made = MADE.find((key) => key === request.experiment);
      if (made === undefined) return fromLog.ask(request, wait);
      const report = reports.get(made) ?? (await makeReport(made));
      reports.set(made, report);
      return { kind: 'made', report };
    },
  };
  server = await serveApp(createApp({ log, reports: { desk, token: TOKEN } }), { port: 0 });
  browser = await launchBrowser();
  stop = async () => {
    await browser.close();
    await server.close();
    await desk.close();
    log.close();
    rmSync(folder, { recursive: true });
  };
}, 120_000);
afterAll(() => stop());

/** A page with what its policy refuses, and whatever else it complains of. */
async function openPage(width: number) {
  const context = await browser.newContext({
    ...{ viewport: { width, height: 800 }, baseURL: server.url },
    httpCredentials: { username: 'anybody', password: TOKEN },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, context, complaints };
}

const numberOf = (page: Page, expression: string): Promise<number> => page.evaluate(expression);
const sideways = (page: Page): Promise<number> => numberOf(page, 'document.documentElement.scrollWidth - innerWidth');

test('no page scrolls sideways, whatever it is shown on, and its policy refuses nothing that it has', async () => {
  for (const [width, media] of [
    [360, { colorScheme: 'light' }],
    [320, { colorScheme: 'dark' }],
    [1280, { colorScheme: 'dark' }],
    [718, { media: 'print' }],
  ] as const) {
    const { page, context, complaints } = await openPage(width);
    await page.emulateMedia(media);
    for (const path of ['', '/fresh-first', '/none', ...MADE.map((key) => `/${key}`)]) {
      const response = await page.goto(`/reports${path}`);
      expect(response?.status()).toBe(path === '/none' ? 404 : 200);
      expect([path, width, await sideways(page)]).toEqual([path, width, 0]);
      // the policy lets the style sheet through
      expect(await page.evaluate(`getComputedStyle(document.querySelector('main'), '::before').boxSizing`)).toBe(
        'border-box',
      );
      const wide = await numberOf(
        page,
        `[...document.querySelectorAll('svg')].filter((svg) => { const { left, right } = svg.getBoundingClientRect(); return !svg.closest('.scroll') && !svg.parentElement.closest('svg') && (left < 0 || right > innerWidth); }).length`,
      );
      expect([path, width, wide]).toEqual([path, width, 0]);
    }
    // Chromium says of every answer that is no success that it failed to load
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  }
}, 120_000);

test('dark is dark, and paper is white whatever the screen is', async () => {
  const { page, context } = await openPage(1280);
  await page.goto('/reports/ship');
  const colours = async (): Promise<readonly string[]> =>
    page.evaluate(`[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]`);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await colours()).toEqual(['rgb(244, 245, 247)', 'rgb(27, 32, 38)']);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await colours()).toEqual(['rgb(17, 21, 26)', 'rgb(233, 237, 241)']);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  expect(await colours()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  await context.close();
});

test('the keyboard reaches links and tables, and one sees where it is', async () => {
  const { page, context } = await openPage(360);
  await page.goto('/reports/ship');
  const reached: string[] = [];
  for (let n = 0; n < 8; n++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(
        `document.activeElement.getAttribute('href') ?? document.activeElement.getAttribute('aria-labelledby') ?? ''`,
      ),
    );
    if (reached.at(-1) === '') break;
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
  }
  expect(reached.slice(0, 5)).toEqual([
    ...['/reports', 'arms-table', 'metrics-1', 'attribution-table', '/reports/ship.json'],
  ]);
  await page.focus('[aria-labelledby=metrics-1]');
  for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => numberOf(page, `document.activeElement.scrollLeft`)).toBeGreaterThan(0);
  expect(await sideways(page)).toBe(0);
  await context.close();
});

test('a page that is being made asks again until the report is there', async () => {
  const { page, context } = await openPage(360);
  const { ask } = desk;
  let asked = 0;
  Object.assign(desk, {
    ask: (...given: Parameters<typeof ask>) =>
      ++asked < 3 ? Promise.resolve({ kind: 'making', isRunning: true, eventsRead: 4096 }) : ask(...given),
  });
  try {
    expect((await page.goto('/reports/fresh-first'))?.status()).toBe(202);
    expect(await page.textContent('[role=status]')).toContain('4\u202f096 events read so far');
    await page.waitForSelector('.verdict', { timeout: 15_000 });
    expect(asked).toBe(3);
  } finally {
    Object.assign(desk, { ask });
    await context.close();
  }
});
