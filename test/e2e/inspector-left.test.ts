import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  ON_PAGE,
  PATIENCE,
  badges,
  buy,
  factOf,
  focusedId,
  go,
  openTab,
  readLeft,
  reloading,
  visit,
} from './inspector-fixture.ts';
import { flush, readyTier, useShop } from './shop-fixture.ts';

const site = useShop();

/** The words of a part, as one reads them. */
const textOf = (page: Page, selector: string): Promise<string> => page.innerText(selector);

test('what left the device is what the collector has stored, event by event and field by field, also of pages that were left', async () => {
  const { context, page, errors } = await visit(site, { ...ON_PAGE, egress: 'training' });
  await page.locator('rec-carousel[placement=home] [data-item-id]:not([hidden]) a').first().click();
  await page.waitForURL('**/product/**');
  await readyTier(page);
  await buy(page);
  await go(page, '/');
  await expect.poll(async () => (await flush(page)).pending, PATIENCE).toBe(0);
  const told = await readLeft(page);
  const rows = [...site.shop.rows()];
  const kinds = new Set(rows.map(({ event }) => event.kind));
  for (const kind of ['click', 'add_to_cart', 'conversion', 'slate', 'ranking', 'vitals'] as const)
    expect(kinds).toContain(kind);
  const byId = (fields: readonly Record<string, unknown>[]) => new Map(fields.map((one) => [one['id'], one]));
  expect(byId(told.flatMap(({ events }) => events.map(({ fields }) => fields)))).toEqual(
    byId(rows.map(({ event }) => ({ ...event }))),
  );
  // a page that is left hears no answer, or that the browser ended its request, and then the next one sends it again
  const statusesOf = new Map<unknown, string[]>();
  for (const { fields, status } of told.flatMap(({ events }) => events))
    statusesOf.set(fields['id'], [...(statusesOf.get(fields['id']) ?? []), status]);
  const statuses = [...statusesOf.values()];
  expect(statuses.flat()).toContain('ok');
  const isHeard = (status: string): boolean => ['ok', 'duplicate', 'no answer yet'].includes(status);
  expect(statuses.filter((of) => !of.some(isHeard))).toEqual([]);
  expect(statuses.flat().filter((status) => !isHeard(status) && status !== 'no answer')).toEqual([]);
  // and what is said of the request itself
  for (const { clientId, sentAt, event } of rows) {
    const carriers = told.filter(({ events }) => events.some(({ fields }) => fields['id'] === event.id));
    expect(carriers.map(({ about }) => about)).toContainEqual({ clientId, sentAt });
  }
  expect(await textOf(page, '[data-statement]')).toContain(`${String(rows.length)} events left this device`);
  expect(await textOf(page, '[data-waiting]')).toBe('Nothing waits in the outbox.');
  expect(await page.locator('[data-others]').count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

test('nothing leaves under Global Privacy Control, and the switch for that says so', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/?gpc=on');
  await openTab(page, 'left');
  await go(page, '/product/lark-tipi');
  await buy(page);
  await openTab(page, 'left');
  expect(await textOf(page, '[data-statement]')).toBe('Nothing has left this device.');
  expect([await factOf(page, 'level'), await badges(page)]).toEqual(['none', ['no worker', 'GPC']]);
  expect(await factOf(page, 'consent')).toContain('measurement denied, training denied');
  expect(site.shop.events()).toEqual([]);
  await openTab(page, 'switches');
  await reloading(page, () => page.uncheck('#switch-gpc'));
  expect(await focusedId(page)).toBe('switch-gpc');
  expect(await factOf(page, 'level')).toBe('events');
  await openTab(page, 'switches');
  await reloading(page, () => page.check('#switch-gpc'));
  expect(await page.evaluate('navigator.globalPrivacyControl')).toBe(true);
  expect(await factOf(page, 'level')).toBe('none');
  expect(errors).toEqual([]);
  await context.close();
});

test('what another tab sent is counted, and an erasure forgets it all', async () => {
  const { context, page } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await buy(page);
  await expect.poll(async () => (await flush(page)).pending, PATIENCE).toBe(0);
  const other = await context.newPage();
  await go(other, `${site.shop.url}/article/pick-up`);
  await openTab(other, 'left');
  await expect
    .poll(() => textOf(other, '[data-statement]'), PATIENCE)
    .toBe('Nothing has left this device from this tab.');
  expect(await textOf(other, '[data-others]')).toMatch(/^\d+ more events? of this device left before/);
  await other.close();
  await openTab(page, 'now');
  await reloading(page, () => page.click('[data-forget]'));
  expect(await focusedId(page)).toBe('inspector-summary');
  await openTab(page, 'signals');
  expect(await page.locator('[data-signal]').count()).toBe(0);
  await context.close();
});
