import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findProduct } from '../../demo/catalogue.ts';
import { countSignals, openVisitor, readyTier, sentOrder, useShop } from './shop-fixture.ts';

const PICKED = 'rec-carousel[placement=search]';
const site = useShop();

const queries = (page: Page): Promise<string[]> =>
  page.evaluate(
    `window.nearsideDemo.kit.signals().then((all) => all.filter(({ kind }) => kind === 'search').map(({ query }) => query))`,
  );

const results = (page: Page): Promise<string[]> =>
  page.$$eval('.product-grid a', (links) => links.map((link) => link.getAttribute('data-rec-item-id') ?? ''));

test('without script: a form, results, kinds and pages by plain links, and a way on from nothing', async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site.shop.url);
  await page.fill('#search-field', 'boots');
  await page.press('#search-field', 'Enter');
  await page.waitForURL('**/search?q=boots');
  expect(await page.textContent('h1')).toBe('Results for “boots”');
  const first = await results(page);
  expect(first).toHaveLength(24);
  expect(first[0]).toBe('granite-boot');
  await page.click('.pages a:not([aria-current])');
  await page.waitForURL('**/search?q=boots&page=2');
  expect((await results(page)).filter((id) => first.includes(id))).toEqual([]);
  await page.click('.chips a >> text=Hats');
  await page.waitForURL('**/search?q=boots&kind=hats');
  expect(await results(page)).toEqual(['boot-socks']);
  await page.fill('#search-field', 'kettel');
  await page.click('[role=search] button');
  await page.waitForURL('**/search?q=kettel');
  expect(await results(page)).toEqual([]);
  await page.click('.empty a >> text=kettle');
  await page.waitForURL('**/search?q=kettle');
  expect((await results(page)).map((id) => findProduct(id)?.shape)).toContain('kettle');
  await context.close();
});

test('with script the query is a signal, once for each search and never sent; what was found is not picked again', async () => {
  const { context, page, errors } = await openVisitor(site.browser, { worker: 'none' });
  await page.goto(site.shop.url);
  await readyTier(page);
  await page.fill('#search-field', '  wool   blanket ');
  await page.press('#search-field', 'Enter');
  await page.waitForURL('**/search?q=*');
  await readyTier(page);
  await expect.poll(() => queries(page)).toEqual(['wool blanket']);
  expect(await page.inputValue('#search-field')).toBe('wool blanket');
  const found = await results(page);
  expect(found[0]).toBe('willow-wool-blanket');
  expect((await sentOrder(page, PICKED)).filter((id) => found.includes(id))).toEqual([]);

  await page.reload();
  await readyTier(page);
  await page.click('.product-grid a');
  await page.waitForURL('**/product/willow-wool-blanket');
  await expect.poll(() => countSignals(page, 'view')).toBe(1);
  expect(await countSignals(page, 'click')).toBe(1);
  await page.goBack();
  await readyTier(page);
  await page.goto(`${site.shop.url}/search?q=<b>lantern</b>`);
  await readyTier(page);
  await expect.poll(() => queries(page)).toEqual(['<b>lantern</b>', 'wool blanket']);
  await page.goto(`${site.shop.url}/search?q=`);
  await readyTier(page);
  expect(await queries(page)).toHaveLength(2);
  expect(JSON.stringify(site.shop.events())).not.toMatch(/wool blanket|lantern</);
  expect(errors).toEqual([]);
  await context.close();
});

test('a shelf is narrowed and sorted by a form that needs no script', async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.shop.url}/category/kitchen`);
  await page.selectOption('[name=under]', '50');
  await page.selectOption('[name=sort]', 'cheapest');
  await page.click('.shelf-form button');
  await page.waitForURL('**/category/kitchen?*under=50*');
  const prices = (await results(page)).map((id) => findProduct(id)?.price.amount ?? NaN);
  expect(prices.every((price) => price <= 50)).toBe(true);
  expect(prices).toEqual(prices.toSorted((a, b) => a - b));
  expect(await page.inputValue('[name=sort]')).toBe('cheapest');
  await page.click('.pages li:last-child a');
  expect(new URL(page.url()).searchParams.get('sort')).toBe('cheapest');
  await context.close();
});
