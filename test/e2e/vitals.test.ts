import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readPageHealth } from '../../collector/index.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { flush, holds, openVisitor, readyTier, useShop, waitForState } from './shop-fixture.ts';

const site = useShop();

/** Notes each slate with its page, from the moment the page has its kit; in the tab's own storage, which outlives a page. */
const WATCH = `
  let demo;
  Object.defineProperty(window, 'nearsideDemo', {
    get: () => demo,
    set: (given) => {
      demo = given;
      given.kit.onSlate(({ tier }) => {
        sessionStorage.made = (sessionStorage.made ?? '') + location.pathname + ' ' + tier + ';';
      });
    },
  });`;

const VITALS_CHUNK = `performance.getEntriesByType('resource').find(({ name }) => name.includes('/vitals-'))?.name`;

/** Waits until the page is measured: its own import of the chunk has settled before this one. */
async function isMeasured(page: Page): Promise<void> {
  await holds(page, VITALS_CHUNK);
  await page.evaluate(`import(${VITALS_CHUNK}).then(() => null)`);
}

test('each page of a visit tells once what it was like, and slates by engine add up to those that were made', async () => {
  const { context, page, errors } = await openVisitor(site.browser);
  await context.addInitScript(WATCH);
  const measure = async (url: string): Promise<void> => {
    await page.goto(url);
    await readyTier(page);
    await isMeasured(page);
  };
  await measure(site.shop.url);
  await waitForState(page, ['server', 'ranked']);
  const [id] = await page.$$eval('[data-item-id]', (items) => items.map((item) => item.getAttribute('data-item-id')));
  await measure(`${site.shop.url}/product/${String(id)}`);
  await measure(site.shop.url);
  await waitForState(page, ['ranked']);
  await measure(`${site.shop.url}/cart`);
  const all: string = await page.evaluate('sessionStorage.made');
  const made = all.split(';').flatMap((one) => (one === '' || one.startsWith('/cart ') ? [] : one.split(' ').slice(1)));
  const events = () => site.shop.events() as unknown as FeedbackEvent[];
  const of = (kind: string): FeedbackEvent[] => events().filter((event) => event.kind === kind);
  // what the three left pages told is in the outbox or goes there when this page has time
  await expect
    .poll(async () => (await flush(page)) && [of('vitals').length, of('health').length], { timeout: 30_000 })
    .toEqual([3, expect.any(Number)]);
  const { pages, lcpMs, cls, tiers } = await readPageHealth({
    read: () => events().map((event) => ({ clientId: 'c', receivedAt: 0, event })),
  });
  expect(pages.vitals).toBe(3);
  expect([lcpMs?.n, cls?.n]).toEqual([3, 3]);
  expect(lcpMs?.p50).toBeGreaterThan(0);
  const count = (tier: string): number => made.filter((one) => one === tier).length;
  expect(tiers).toEqual(Object.fromEntries([...new Set(made)].map((tier) => [tier, count(tier)])));
  const numbers = events()
    .map(({ clientSeq }) => clientSeq)
    .sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  expect(errors).toEqual([]);
  await context.close();
});

test('only a page that may send fetches what measures it', async () => {
  const fetched = async (level: string): Promise<string[]> => {
    const { context, page } = await openVisitor(site.browser);
    const names: string[] = [];
    page.on('request', (request) => names.push(new URL(request.url()).pathname));
    await page.goto(`${site.shop.url}/?egress=${level}`);
    await readyTier(page);
    await waitForState(page, ['server', 'ranked']);
    if (level === 'events') await isMeasured(page);
    await page.evaluate(
      'new Promise((done) => requestIdleCallback(() => requestIdleCallback(done, { timeout: 5000 }), { timeout: 5000 }))',
    );
    await context.close();
    return names;
  };
  const isVitals = (name: string): boolean => /\/vitals-[\w-]+\.js$/.test(name);
  expect((await fetched('events')).filter(isVitals)).toHaveLength(1);
  expect((await fetched('none')).filter((name) => isVitals(name) || name.includes('/delivery-'))).toEqual([]);
});
