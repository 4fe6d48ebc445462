import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readyTier, openVisitor, useShop } from './shop-fixture.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  '/',
  '/category/kitchen',
  '/product/glow-lantern',
  '/search?q=boots',
  '/search?q=kettel',
  '/cart',
  '/order',
  '/article/tent-care',
  '/privacy',
  '/gallery',
  '/nowhere',
];
const PHONE = { width: 360, height: 740 };

const site = useShop();

/** What axe finds wrong, as `rule: selector`. */
async function violations(page: Page): Promise<string[]> {
  // by the debugger: the shop's policy would refuse a script element
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

const fillCart = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const line = (id, title) => ({ id, title, url: '/product/' + id, image: '/pictures/' + id + '.svg', quantity: 1,
      price: { amount: 49, currency: 'EUR' } });
    const lines = [line('glow-lantern', 'Glow Lantern'), line('granite-boot', 'Granite Boot')];
    localStorage['nearside-demo:cart'] = JSON.stringify(lines);
    sessionStorage['nearside-demo:order'] = JSON.stringify({ number: '12345678', at: 0, lines });
  })()`);

test.each([
  ['light', 'ltr', undefined],
  ['dark', 'ltr', PHONE],
  ['light', 'rtl', PHONE],
] as const)('axe finds nothing wrong: %s, %s', async (colorScheme, dir, viewport) => {
  const { context, page } = await openVisitor(site.browser, { worker: 'none', dir });
  await page.emulateMedia({ colorScheme });
  if (viewport) await page.setViewportSize(viewport);
  await page.goto(site.shop.url);
  await fillCart(page);
  const found: string[] = [];
  for (const path of PAGES) {
    await page.goto(site.shop.url + path);
    await readyTier(page);
    found.push(...(await violations(page)).map((what) => `${path} ${what}`));
  }
  expect(found).toEqual([]);
  await context.close();
});

test('control: axe sees a picture without a text and grey on grey', async () => {
  const { context, page } = await openVisitor(site.browser, { worker: 'none' });
  await page.goto(site.shop.url);
  await readyTier(page);
  const spoiled = '<img src="/pictures/foam-mat.svg" id="a"><p id="b">grey</p>';
  await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '${spoiled}')`);
  await page.evaluate(`(document.querySelector('#b').style.color = '#cccccc')`);
  expect(await violations(page)).toEqual(['color-contrast: #b', 'image-alt: #a']);
  await context.close();
});

test('nothing is cut off or scrolls sideways at 320 px, and what can be pressed is 24 px high at least', async () => {
  const { context, page } = await openVisitor(site.browser, { worker: 'none' });
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(site.shop.url);
  await fillCart(page);
  for (const path of PAGES) {
    await page.goto(site.shop.url + path);
    await readyTier(page);
    const { over, small } = await page.evaluate<{ over: number; small: string[] }>(`(() => {
      // cards out of sight are looked at too
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('rec-carousel li { content-visibility: visible !important }');
      document.adoptedStyleSheets.push(sheet);
      const parts = [...document.querySelectorAll('a, button, input, select, summary')];
      const seen = parts.filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest('p'));
      return { over: document.documentElement.scrollWidth - innerWidth,
        small: seen.filter((part) => part.getBoundingClientRect().height < 24).map((part) => part.outerHTML.slice(0, 80)) };
    })()`);
    expect([path, over, small]).toEqual([path, 0, []]);
  }
  await context.close();
});

test('on a narrow page a menu opens and closes by keyboard and holds every category', async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(site.shop.url);
  const links = page.locator('#menu a');
  expect(await links.first().isVisible()).toBe(false);
  await page.focus('.menu-button');
  await page.keyboard.press('Enter');
  expect(await links.first().isVisible()).toBe(true);
  expect(await links.count()).toBe(12);
  await page.keyboard.press('Tab');
  expect(await page.getAttribute(':focus', 'href')).toBe('/category/tents');
  await page.keyboard.press('Escape');
  expect(await links.first().isVisible()).toBe(false);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await links.first().isVisible()).toBe(true);
  expect(await page.locator('.menu-button').isVisible()).toBe(false);
  await context.close();
});
