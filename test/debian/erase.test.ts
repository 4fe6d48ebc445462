import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, launch } from 'puppeteer-core';
import { expect, test } from 'vitest';
import { PLANTED, foundOnDisk, recordAll } from '../e2e/planted.ts';
import { type RunningShop, startShop } from '../e2e/shop-fixture.ts';
import { FIREFOX, hasFirefox } from './firefox.ts';

async function openShop(page: Page, { url }: RunningShop): Promise<void> {
  await page.goto(`${url}/product/granite-boot`, { waitUntil: 'domcontentloaded' });
  await expect.poll(() => page.evaluate('window.nearsideDemo !== undefined'), { timeout: 30_000 }).toBe(true);
}

test.skipIf(!hasFirefox).each([
  ['leaves no byte of what two tabs have recorded', true],
  ['is needed for that', false],
])(
  'an erasure in Firefox (Debian package firefox-esr) %s',
  async (_, erases) => {
    const shop = await startShop();
    const profile = mkdtempSync(join(tmpdir(), 'nearside-firefox-'));
    const options = { browser: 'firefox', executablePath: FIREFOX, headless: true, userDataDir: profile } as const;
    const browser = await launch(options);
    try {
      const [page, other] = [await browser.newPage(), await browser.newPage()];
      for (const tab of [page, other]) await openShop(tab, shop);
      await page.evaluate(recordAll(PLANTED.slice(0, 30)));
      await other.evaluate(recordAll(PLANTED.slice(30)));
      await expect.poll(() => foundOnDisk(profile), { timeout: 60_000 }).toEqual(PLANTED);
      if (erases) expect(await page.evaluate('nearsideDemo.kit.erase()')).toBeNull();
      const left = erases ? [] : PLANTED;
      // what local storage held when Firefox last wrote it stands there until it writes again, five seconds later
      await expect.poll(() => foundOnDisk(profile), { timeout: 60_000 }).toEqual(left);
      await other.evaluate(recordAll(['after']));
      await browser.close();
      expect(foundOnDisk(profile)).toEqual(left);
    } finally {
      await browser.close();
      await shop.close();
      rmSync(profile, { recursive: true, force: true });
    }
  },
  180_000,
);
