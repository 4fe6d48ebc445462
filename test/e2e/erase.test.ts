import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { openTortureBrowser } from '../../bench/torture-browser.ts';
import { type RunningShop, readyTier, startShop } from './shop-fixture.ts';

const PATIENCE = { timeout: 60_000 };
/** Ids that stand nowhere else on the disk. */
const PLANTED = Array.from({ length: 60 }, (_, i) => `planted-${String(i).padStart(2, '0')}-b7f3c1`);

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

/**
 * The planted ids whose bytes stand in any file of the profile, as UTF-8 or UTF-16; but for those of local storage, which
 * may hold what was on its way just when Chromium wrote them (docs/decisions/erase.md).
 */
function foundOnDisk(): string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('Local Storage'),
  );
  const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return PLANTED.filter((id) =>
    (['utf8', 'utf16le'] as const).some((code) => bytes.some((file) => file.includes(Buffer.from(id, code)))),
  );
}

async function openKitPage(page: Page): Promise<void> {
  await page.goto(`${shop.url}/product/granite-boot?deadline=30000`);
  await readyTier(page);
}
const record = (page: Page, ids: readonly string[]): Promise<unknown> =>
  page.evaluate(`(async () => {
    const { kit } = globalThis.nearsideDemo;
    for (const itemId of ${JSON.stringify(ids)}) {
      await kit.record({ kind: 'view', itemId });
      await kit.record({ kind: 'purchase', itemId });
    }
  })()`);

/** Two tabs that have recorded all planted ids, which lie on the disk. */
async function plant() {
  const browser = await openTortureBrowser(dir);
  const [page, other] = [await browser.newPage(), await browser.newPage()];
  await openKitPage(page);
  await openKitPage(other);
  await record(page, PLANTED.slice(0, 30));
  await record(other, PLANTED.slice(30));
  await expect.poll(foundOnDisk, PATIENCE).toEqual(PLANTED);
  return { browser, page, other };
}

test('an erasure leaves no byte of what was recorded in any tab, at once and after the browser has ended', async () => {
  const { browser, page, other } = await plant();
  expect(await page.evaluate('globalThis.nearsideDemo.kit.erase()')).toBeNull();
  expect(foundOnDisk()).toEqual([]);
  const keys = await page.evaluate('Object.keys(localStorage)');
  expect(keys).toEqual(['nearside-demo:erased']);
  // the other tab goes on as one of a new visitor
  await record(other, ['after']);
  const held = () =>
    other.evaluate('globalThis.nearsideDemo.kit.signals().then((all) => all.map(({ itemId }) => itemId))');
  expect(await held()).toEqual(['after', 'after']);
  await browser.close();
  expect(foundOnDisk()).toEqual([]);
});

test('control: without it they lie there after the browser has ended', async () => {
  const { browser } = await plant();
  await browser.close();
  expect(foundOnDisk()).toEqual(PLANTED);
});
