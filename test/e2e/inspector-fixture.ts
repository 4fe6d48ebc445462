import { expect } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { type RunningShop, countSignals, openVisitor, readyTier } from './shop-fixture.ts';

export const PATIENCE = { timeout: 30_000 };
/** `micro` on the page ranks as onnxruntime does, and no page waits for the runtime. */
export const ON_PAGE = { worker: 'none' };
export const HOME_SLATE = `document.querySelector('rec-carousel[placement=home]').slate`;

type Settings = Readonly<Record<string, string>>;

/** A visitor whose page has its engine; what the page complains of is a defect. */
export async function visit(
  { browser, shop }: { browser: Browser; shop: RunningShop },
  settings: Settings,
  path = '/',
) {
  const visitor = await openVisitor(browser, settings);
  const { page, errors } = visitor;
  page.on('console', (message) => {
    // a policy that is broken is told here
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  await go(page, shop.url + path);
  return visitor;
}

/** To a page of the shop, by its path or its address. */
export async function go(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url() === 'about:blank' ? undefined : page.url()).href);
  await readyTier(page);
}

/** Puts the product of the page into the cart and buys it. */
export async function buy(page: Page): Promise<void> {
  await page.click('[data-add-to-cart]');
  await expect.poll(() => countSignals(page, 'add_to_cart'), PATIENCE).toBeGreaterThan(0);
  await go(page, '/cart');
  await page.click('[data-buy]');
  await page.waitForSelector('[data-note=thanks]');
  await expect.poll(() => countSignals(page, 'purchase'), PATIENCE).toBeGreaterThan(0);
}

/** A field of what the home shelf shows; null without a slate. */
export const slateOf = (page: Page, field: string): Promise<unknown> =>
  page.evaluate(`${HOME_SLATE}?.${field} ?? null`);

/** Waits until the page's problems hold one of this code. */
export async function sawProblem(page: Page, code: string): Promise<void> {
  await openTab(page, 'now');
  const codes = (): Promise<(string | null)[]> =>
    page.$$eval('[data-problem]', (all) => all.map((one) => one.getAttribute('data-problem')));
  await expect.poll(codes, PATIENCE).toContain(code);
}

/** Opens the drawer, where it is closed, at one of its tabs. */
export async function openTab(page: Page, tab: string): Promise<void> {
  if ((await page.getAttribute('#inspector', 'open')) === null) await page.click('#inspector-summary');
  await page.click(`#tab-${tab}`);
}

/** What the tab `now` says under a name. */
export async function factOf(page: Page, name: string): Promise<string> {
  await openTab(page, 'now');
  return (await page.textContent(`[data-fact=${name}]`)) ?? '';
}

/** Waits until the tab `now` says so. */
export const saysFact = async (page: Page, name: string, wanted: string | RegExp): Promise<void> => {
  await openTab(page, 'now');
  const poll = expect.poll(() => page.textContent(`[data-fact=${name}]`), { timeout: 30_000 });
  await (typeof wanted === 'string' ? poll.toBe(wanted) : poll.toMatch(wanted));
};

/** Does what loads the page again, and waits for the drawer of the next one. */
export async function reloading(page: Page, act: () => Promise<unknown>): Promise<void> {
  await page.evaluate('globalThis.isBefore = true');
  await act();
  await expect
    .poll(
      () => page.evaluate('!globalThis.isBefore && document.querySelector("#inspector") !== null').catch(() => false),
      {
        timeout: 30_000,
      },
    )
    .toBe(true);
}

export const focusedId = (page: Page): Promise<string> => page.evaluate('document.activeElement?.id');

/** The words on the closed drawer for what is not as it would be for any visitor. */
export const badges = (page: Page): Promise<string[]> =>
  page.$$eval('#inspector-summary [data-switch]', (all) => all.map((badge) => badge.textContent));

/** One request as the tab `left` tells it, put together again from its fields. */
export interface ToldRequest {
  readonly about: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly status: string; readonly fields: Readonly<Record<string, unknown>> }[];
}

/** Reads every request in the drawer, oldest first, with all its events opened. */
export async function readLeft(page: Page): Promise<ToldRequest[]> {
  await openTab(page, 'left');
  while ((await page.locator('[data-more=requests]').count()) > 0) await page.click('[data-more=requests]');
  await page.evaluate(`document.querySelectorAll('.request details').forEach((one) => { one.open = true; })`);
  const isClosed = `[...document.querySelectorAll('.request details')].some((one) => !one.querySelector('tbody tr'))`;
  await expect.poll(() => page.evaluate(isClosed), { timeout: 30_000 }).toBe(false);
  const told: { about: Rows; events: { status: string; rows: Rows }[] }[] = await page.evaluate(`(() => {
    const rowsOf = (part) => [...part.querySelectorAll('[data-field]')].map((row) =>
      [row.dataset.field, row.querySelector('[data-value]').textContent, row.querySelector('[data-level]').dataset.level]);
    return [...document.querySelectorAll('.request')].map((request) => ({
      about: rowsOf(request.querySelector('[data-about]')),
      events: [...request.querySelectorAll('[data-event]')].map((event) => ({
        status: event.querySelector('[data-status]').dataset.status, rows: rowsOf(event),
      })),
    }));
  })()`);
  return told.reverse().map(({ about, events }) => ({
    about: joinFields(about),
    events: events.map(({ status, rows }) => ({ status, fields: joinFields(rows) })),
  }));
}

/** Name, text and level of each field. */
type Rows = readonly (readonly [path: string, text: string, level: string])[];

function joinFields(rows: Rows): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const [path, text, level] of rows) {
    if (level !== 'events' && level !== 'training') throw new Error(`${path} is shown without a level`);
    const names = path.split('.');
    const last = names.pop() ?? '';
    const holder = names.reduce<Record<string, unknown>>(
      (part, name) => (part[name] ??= {}) as Record<string, unknown>,
      whole,
    );
    holder[last] = parseText(text);
  }
  return whole;
}

/** Texts are shown bare. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
