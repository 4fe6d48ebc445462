import axe from 'axe-core';
import { expect, test } from 'vitest';
import { TABS } from '../../demo/browser/inspector/drawer-state.ts';
import { HOME_SLATE, ON_PAGE, PATIENCE, buy, focusedId, go, openTab, readLeft, visit } from './inspector-fixture.ts';
import { holds, openVisitor, useShop, waitForState } from './shop-fixture.ts';

const site = useShop();

test('the drawer tells a shelf’s candidates in both orders, with time, reasons and trail', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await go(page, '/');
  await waitForState(page, ['ranked', 'fallback']);
  await openTab(page, 'slates');
  const shelf = page.locator('[data-placement=home]');
  const first = shelf.locator('[data-order=after] > li').first();
  const item: { itemId: string; serverRank: number } = await page.evaluate(`${HOME_SLATE}.items[0]`);
  expect(await first.getAttribute('data-id')).toBe(item.itemId);
  expect(await first.locator('.item-head').innerText()).toContain(`server ${String(item.serverRank + 1)}`);
  expect(await first.locator('[data-numbers]').textContent()).toMatch(
    /^score -?[\d.]+ · utility [\d.]+ · chance [\d.]+ · \w+/,
  );
  await expect
    .poll(() => shelf.locator('[data-reasons]').allTextContents(), PATIENCE)
    .toContainEqual(
      expect.stringMatching(/^(Stayed where you saw it; )?Because you viewed .+ seconds? ago \(\+[\d.]+\)/),
    );
  expect(await shelf.locator('> p').first().textContent()).toMatch(/^took [\d.]+ m?s · \d+ candidates/);
  await page.click('[data-more="slate home"]');
  const count: number = await page.evaluate(`${HOME_SLATE}.items.length`);
  expect(await shelf.locator('[data-order=after] > li').count()).toBe(count);
  expect(errors).toEqual([]);
  await context.close();
});

test('the drawer is worked by keys, and stands on the next page as it stood', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE);
  await page.waitForSelector('#inspector');
  await page.focus('.logo');
  await page.keyboard.press('Alt+KeyI');
  expect(await focusedId(page)).toBe('inspector-summary');
  await page.keyboard.press('Tab');
  expect(await focusedId(page)).toBe('tab-now');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await focusedId(page)).toBe('tab-signals');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  expect([await focusedId(page), await page.getAttribute('#tab-outbox', 'aria-selected')]).toEqual([
    'tab-outbox',
    'true',
  ]);
  await go(page, '/cart');
  await holds(page, `document.querySelector('#panel-outbox')`);
  // before the first paint, so that nothing moves
  expect(await page.evaluate(`document.querySelector('script[src$="place.js"]').blocking.value`)).toBe('render');
  await page.focus('#tab-outbox');
  await page.keyboard.press('Escape');
  expect(await focusedId(page)).toBe('inspector-summary');
  expect(await page.getAttribute('#inspector', 'open')).toBeNull();
  await page.focus('.logo');
  await page.keyboard.press('Alt+KeyI');
  await page.keyboard.press('Alt+KeyI');
  expect(await page.evaluate(`document.activeElement.className`)).toBe('logo');
  expect(errors).toEqual([]);
  await context.close();
});

test('with hundreds of signals: ages tick, and neither focus nor place is lost', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE);
  await page.evaluate(`(async () => {
      const at = Date.now() - 900_000;
      await window.nearsideDemo.kit.import(Array.from({ length: 600 }, (_, i) => ({ kind: 'view', itemId: 'item-' + i, at: at + i })));
      await window.nearsideDemo.kit.record({ kind: 'view', itemId: 'lark-tipi' });
    })()`);
  await openTab(page, 'signals');
  await expect.poll(() => page.locator('[data-signal]').count(), PATIENCE).toBe(50);
  await page.click('[data-more=signals]');
  await expect.poll(() => page.locator('[data-signal]').count(), PATIENCE).toBe(150);
  const state = (): Promise<[scrollTop: number, focused: string, age: string]> =>
    page.evaluate(`[
      document.querySelector('.panel').scrollTop,
      document.activeElement.dataset.more,
      document.querySelector('[data-signal] time').textContent,
    ]`);
  await page.$eval('.panel', (panel) => panel.scrollTo({ top: 900 }));
  const [, , age] = await state();
  await expect.poll(async () => (await state())[2], PATIENCE).not.toBe(age);
  expect((await state()).slice(0, 2)).toEqual([900, 'signals']);
  expect(errors).toEqual([]);
  await context.close();
});

test('help says what to try at the first visit, and never again once dismissed; it can be opened again', async () => {
  const { context, page, errors } = await visit(site, { ...ON_PAGE, help: 'first' });
  const steps = page.locator('#inspector-help li');
  await expect.poll(() => steps.count(), PATIENCE).toBe(7);
  await steps.getByRole('button', { name: 'Travel a week' }).click();
  expect(await focusedId(page)).toBe('switch-travel');
  await go(page, '/cart');
  await expect.poll(() => steps.count(), PATIENCE).toBe(7);
  await page.click('#help-dismiss');
  expect(await page.locator('#inspector-help').count()).toBe(0);
  await go(page, '/');
  await page.waitForSelector('#inspector');
  expect(await page.locator('#inspector-help').count()).toBe(0);
  await page.click('#help-show');
  expect(await steps.count()).toBe(7);
  expect(errors).toEqual([]);
  await context.close();
});

test('what takes long is said: the first engine', async () => {
  const { context, page } = await openVisitor(site.browser);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await context.route('**/micro.bin', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(site.shop.url);
  const status = page.locator('.inspector-root [role=status]');
  await expect.poll(() => status.textContent(), PATIENCE).toContain('Starting the engine');
  release();
  await expect.poll(async () => (await status.textContent())?.trim(), PATIENCE).toBe('');
  await context.close();
});

test.each([
  { width: 1280, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const)('axe finds nothing in any part of it: %j', async ({ width, colorScheme }) => {
  const { context, page } = await visit(site, { ...ON_PAGE, help: 'first' }, '/product/lark-tipi');
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
  await buy(page);
  await go(page, '/');
  await page.evaluate(axe.source);
  const check = async (part: string): Promise<void> => {
    const found = await page.evaluate(
      `axe.run('.inspector-root').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
    expect([part, found]).toEqual([part, []]);
  };
  await page.waitForSelector('#inspector-help');
  await check('help');
  await page.click('#help-dismiss');
  for (const tab of TABS) {
    await openTab(page, tab);
    if (tab === 'left') await readLeft(page);
    await check(tab);
  }
  await context.close();
});
