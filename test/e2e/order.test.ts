import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findProduct } from '../../demo/catalogue.ts';
import { HOME, countSignals, flush, openVisitor, readyTier, useShop, waitForState } from './shop-fixture.ts';

const ON_PAGE = { worker: 'none' };
const site = useShop();

const priceOf = (id: string): number => findProduct(id)?.price.amount ?? NaN;

async function addToCart(page: Page, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await page.goto(`${site.shop.url}/product/${id}`);
    await readyTier(page);
    const before = await countSignals(page, 'add_to_cart');
    await page.click('[data-add-to-cart]');
    await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(before + 1);
  }
}

const added = (page: Page): Promise<unknown> =>
  page.evaluate(`window.nearsideDemo.kit.signals().then((all) => all
    .filter(({ kind }) => kind === 'add_to_cart')
    .map(({ itemId, quantity, value }) => [itemId, quantity, value.amount]))`);

const euros = (text: string | null): number => Number((text ?? '').replace(/[^\d.]/g, ''));

test('a cart counts: more of a line is one more act of adding, fewer is none, and no more than there are', async () => {
  const { context, page, errors } = await openVisitor(site.browser, ON_PAGE);
  await addToCart(page, 'lark-tipi', 'glow-lantern');
  await page.goto(`${site.shop.url}/cart`);
  await readyTier(page);
  const field = page.getByLabel('Quantity of Lark Tipi');
  await field.fill('3');
  await field.press('Tab');
  await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(3);
  expect(await added(page)).toEqual([
    ['lark-tipi', 2, 2 * priceOf('lark-tipi')],
    ['glow-lantern', 1, priceOf('glow-lantern')],
    ['lark-tipi', 1, priceOf('lark-tipi')],
  ]);
  expect(euros(await page.textContent('[data-line=lark-tipi] .cart-price'))).toBe(3 * priceOf('lark-tipi'));
  expect(euros(await page.textContent('.cart-total'))).toBe(3 * priceOf('lark-tipi') + priceOf('glow-lantern'));
  expect(await page.textContent('[data-cart-count]')).toBe('4');
  expect(await page.textContent('[data-cart-status]')).toContain('3 of Lark Tipi. 4 in all');

  await field.fill('2');
  await field.press('ArrowDown');
  await field.press('Tab');
  await expect.poll(() => page.textContent('[data-cart-count]')).toBe('2');
  await field.fill('500');
  await field.press('Tab');
  expect(await field.inputValue()).toBe(String(findProduct('lark-tipi')?.stock));
  await field.fill('-4');
  await field.press('Tab');
  expect(await field.inputValue()).toBe('1');
  await page.reload();
  await readyTier(page);
  expect(await field.inputValue()).toBe('1');
  // after the three: up to all there are; back to fewer says nothing
  expect(await countSignals(page, 'add_to_cart')).toBe(4);
  await page.getByRole('button', { name: 'Remove Lark Tipi' }).click();
  expect(await page.evaluate('document.activeElement.dataset.remove')).toBe('glow-lantern');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.hasAttribute("data-cart-heading")')).toBe(true);
  expect(await page.textContent('[data-note=empty] h2')).toBe('Your cart is empty');
  expect(errors).toEqual([]);
  await context.close();
});

test('an order is bought once, however often its page is loaded and whoever goes back', async () => {
  const { context, page, errors } = await openVisitor(site.browser, ON_PAGE);
  await page.goto(`${site.shop.url}/order`);
  expect(await page.textContent('[data-order] h2')).toBe('No order yet');
  await addToCart(page, 'glow-lantern', 'granite-boot');
  await page.goto(`${site.shop.url}/cart`);
  await readyTier(page);
  await page.click('[data-buy]');
  await page.waitForURL('**/order');
  await page.waitForSelector('[data-note=thanks]');
  const shown = await page.textContent('[data-order]');
  expect(shown).toMatch(/Order \d{8} of /);
  for (const text of ['Glow Lantern', 'Granite Boot', '€248.00']) expect(shown).toContain(text);
  for (let i = 0; i < 2; i++) {
    await page.reload();
    await page.waitForSelector('[data-note=thanks]');
    expect(await page.textContent('[data-order]')).toBe(shown);
  }
  await page.goBack();
  await page.waitForSelector('[data-note=empty]');
  await page.goForward();
  await page.waitForSelector('[data-note=thanks]');
  await readyTier(page);
  expect(await countSignals(page, 'purchase')).toBe(2);
  await flush(page);
  const sold = site.shop.events().filter(({ kind }) => kind === 'conversion');
  expect(sold.map(({ value }) => (value as { amount: number }).amount).sort((a, b) => a - b)).toEqual([
    ...[priceOf('glow-lantern'), priceOf('granite-boot')],
  ]);
  expect(errors).toEqual([]);
  await context.close();
});

/** Tabs on until what has the focus matches; what is passed must be seen to have it. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(`(() => {
      const held = document.activeElement;
      let inner = held;
      while (inner.shadowRoot?.activeElement) inner = inner.shadowRoot.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(inner);
      return { matches: held.matches(${JSON.stringify(selector)}), name: inner.outerHTML.slice(0, 80),
        isMarked: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1.5 };
    })()`);
    const { matches, name, isMarked } = at as { matches: boolean; name: string; isMarked: boolean };
    expect([name, isMarked]).toEqual([name, true]);
    if (matches) return;
  }
  throw new Error(`no ${selector} within reach of the tab key`);
}

test('by keyboard alone from the home page to an order, with the focus always to be seen', async () => {
  const { context, page, errors } = await openVisitor(site.browser, ON_PAGE);
  await page.goto(site.shop.url);
  await readyTier(page);
  await waitForState(page, ['server', 'ranked']);
  await page.keyboard.press('Tab');
  expect(await page.textContent(':focus')).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await tabTo(page, `${HOME} [data-item-id] a`);
  const href = await page.getAttribute(':focus', 'href');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${String(href)}`);
  await readyTier(page);
  await tabTo(page, '[data-add-to-cart]');
  await page.keyboard.press('Enter');
  await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(1);
  await tabTo(page, '[data-cart-note] a');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/cart');
  await readyTier(page);
  await tabTo(page, '[data-quantity]');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(2);
  await tabTo(page, '[data-buy]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/order');
  await page.waitForSelector('[data-note=thanks]');
  expect(errors).toEqual([]);
  await context.close();
});
