import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { openTortureBrowser } from '../../bench/torture-browser.ts';
import { PLANTED, foundOnDisk, recordAll } from './planted.ts';
import { type RunningShop, readyTier, startShop } from './shop-fixture.ts';

const PATIENCE = { timeout: 60_000 };
let shop: RunningShop;
let dir: string;
beforeEach(async () => {
  shop = await startShop();
  dir = mkdtempSync(join(tmpdir(), 'nearside-profile-'));
});
afterEach(async () => {
  await shop.close();
  rmSync(dir, { recursive: true, force: true });
});

async function openKitPage(page: Page): Promise<void> {
  await page.goto(`${shop.url}/product/granite-boot?deadline=30000`);
  await readyTier(page);
}
const record = (page: Page, ids: readonly string[]): Promise<unknown> => page.evaluate(recordAll(ids));
const found = (): string[] => foundOnDisk(dir);

/** Two tabs that have recorded all planted ids, which lie on the disk. */
async function plant() {
  const browser = await openTortureBrowser(dir);
  const [page, other] = [await browser.newPage(), await browser.newPage()];
  await openKitPage(page);
  await openKitPage(other);
  await record(page, PLANTED.slice(0, 30));
  await record(other, PLANTED.slice(30));
  await expect.poll(found, PATIENCE).toEqual(PLANTED);
  return { browser, page, other };
}

test('an erasure leaves no byte of what was recorded in any tab, at once and after the browser has ended', async () => {
  const { browser, page, other } = await plant();
  expect(await page.evaluate('globalThis.nearsideDemo.kit.erase()')).toBeNull();
  expect(found()).toEqual([]);
  const keys = await page.evaluate('Object.keys(localStorage)');
  expect(keys).toEqual(['nearside-demo:erased']);
  // the other tab goes on as one of a new visitor
  await record(other, ['after']);
  const held = () =>
    other.evaluate('globalThis.nearsideDemo.kit.signals().then((all) => all.map(({ itemId }) => itemId))');
  expect(await held()).toEqual(['after', 'after']);
  await browser.close();
  expect(found()).toEqual([]);
});

test('control: without it they lie there after the browser has ended', async () => {
  const { browser } = await plant();
  await browser.close();
  expect(found()).toEqual(PLANTED);
});
