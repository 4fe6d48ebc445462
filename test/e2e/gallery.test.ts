import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { readGallery } from '../../demo/gallery.ts';
import { ON_PAGE, PATIENCE, visit } from './inspector-fixture.ts';
import { useShop } from './shop-fixture.ts';

const site = useShop();
const EXAMPLES = readGallery().groups.flatMap(({ examples }) => examples);

/** By example, the state of each carousel in it, and whether it has a slate. */
const statesOf = (page: Page): Promise<Record<string, (readonly [state: string, hasSlate: boolean])[]>> =>
  page.evaluate(`Object.fromEntries([...document.querySelectorAll('[data-example]')].map((place) => [place.id,
    [...place.querySelectorAll('rec-carousel')].map(({ state, slate }) => [state, slate !== null])]))`);

test('every example comes to the state that it claims, and nothing of the page goes wrong', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/gallery');
  for (const { id, states } of EXAMPLES)
    await expect
      .poll(async () => {
        const shown = (await statesOf(page))[id] ?? [];
        return states ? shown.map(([state]) => state) : shown.filter(([, hasSlate]) => !hasSlate);
      }, PATIENCE)
      .toEqual(states ?? []);
  // as it is told beside each
  const told = await page.$$eval('[data-states]', (all) => all.map((one) => one.textContent));
  expect(told.filter((text) => /^state: \w+, tier: \w+/.test(text)).length).toBe(
    EXAMPLES.filter(({ code }) => code.html?.includes('<rec-carousel')).length,
  );
  expect(errors).toEqual([]);
  await context.close();
});

test('what the examples promise beside a state', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/gallery');
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  // these pierce shadow roots
  await expect.poll(() => text('#qa [part~=qa]'), PATIENCE).toBe('QA: fresh-first = 1');
  await expect.poll(() => text('#why [part=list]'), PATIENCE).toMatch(/^Because you viewed Lark Tipi /);
  await expect.poll(() => page.locator('#asked [part~=yes]').count(), PATIENCE).toBe(2);
  await expect.poll(() => text('#controls-arabic h2'), PATIENCE).toMatch(/^[\u0600-\u06ff]/);
  expect(await page.getByRole('button', { name: 'Weiter' }).count()).toBeGreaterThan(0);
  expect(await page.locator('#waiting [part=card]').count()).toBe(4);
  expect(await text('#template .price-card b')).toMatch(/^€\d+\.\d\d$/);
  expect(await text('#render-item li')).toMatch(/by \w+/);
  const shown = await page.$$eval('#priority rec-carousel', (both) =>
    both.map((one) => [...one.querySelectorAll('li:not([hidden])')].map((item) => item.getAttribute('data-item-id'))),
  );
  expect(shown.map(({ length }) => length > 0)).toEqual([true, true]);
  expect(shown[1]?.filter((id) => shown[0]?.slice(0, 3).includes(id))).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test('the log hears what a visitor does', async () => {
  const { context, page } = await visit(site, ON_PAGE, '/gallery#events');
  const names = (): Promise<string[]> =>
    page.$$eval('#heard li', (lines) => lines.map(({ textContent }) => textContent.split(' ')[0] ?? ''));
  await page.locator('#watched').scrollIntoViewIfNeeded();
  await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining(['rec-ready', 'rec-impression']));
  const item = page.locator('#watched li').first();
  await item.hover();
  await item.locator('[data-rec-action=dismiss]').click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining(['rec-dismiss', 'rec-undo']));
  await context.close();
});

test('code is copied by keyboard, politely told, and is what the file holds', async () => {
  const { context, page } = await visit(site, ON_PAGE, '/gallery');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy JavaScript of Fallback' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#fallback figure:last-child [role=status]').textContent()).toBe('Copied');
  const code = EXAMPLES.find(({ id }) => id === 'fallback')?.code.js;
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
  await context.close();
});

test('where there is no clipboard the code is selected', async () => {
  const { context, page } = await visit(site, ON_PAGE, '/gallery');
  await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
  await page.getByRole('button', { name: 'Copy HTML of Empty' }).click();
  await expect.poll(() => page.locator('#empty [role=status]').first().textContent()).toMatch(/^Selected/);
  expect(await page.evaluate('String(getSelection())')).toContain('category=nothing');
  await context.close();
});
