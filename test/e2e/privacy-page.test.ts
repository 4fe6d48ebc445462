import { expect, test } from 'vitest';
import { ON_PAGE, PATIENCE, go, visit } from './inspector-fixture.ts';
import { countSignals, holds, useShop } from './shop-fixture.ts';

const site = useShop();

test('from any page a visitor comes to what is stored, reads it by its names, and switches it off', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/granite-boot');
  await expect.poll(() => countSignals(page, 'view'), PATIENCE).toBe(1);
  await page.click('.site-footer a[href="/privacy"]');
  await page.locator('rec-controls summary').click();
  await expect
    .poll(() => page.locator('rec-controls details li').allInnerTexts(), PATIENCE)
    .toEqual([expect.stringMatching(/^Viewed Granite Boot/)]);
  await page.locator('rec-controls [role=switch]').first().click();
  await holds(page, `window.nearsideDemo.kit.consent().personalisation === 'denied'`);
  await expect.poll(() => page.locator('rec-controls details li').count(), PATIENCE).toBe(0);
  // it holds on the next page
  await go(page, '/product/glow-lantern');
  expect(await countSignals(page, 'view')).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

test('a shelf that was hidden stands there by its heading, and comes back from there', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE);
  const shelf = page.locator('rec-carousel[placement=home]');
  await shelf.locator('[data-rec-action=dismiss]').first().click();
  await shelf.getByRole('button', { name: 'Hide this section' }).click();
  await expect.poll(() => shelf.getAttribute('state'), PATIENCE).toBe('hidden');
  await page.click('.site-footer a[href="/privacy"]');
  const rows = page.locator('rec-controls [part=hidden]');
  await expect.poll(() => rows.locator('span').allInnerTexts(), PATIENCE).toEqual(['Picked for you']);
  await page.getByRole('button', { name: 'Show it again Picked for you' }).click();
  await expect.poll(() => rows.count(), PATIENCE).toBe(0);
  await go(page, '/');
  await expect.poll(() => shelf.getAttribute('state'), PATIENCE).toBe('ranked');
  expect(errors).toEqual([]);
  await context.close();
});

test('without a script the page says that nothing is stored', async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.shop.url}/privacy`);
  expect(await page.locator('rec-controls').innerText()).toContain('nothing about you is stored');
  await context.close();
});
