import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  HOME,
  launchBrowser,
  openVisitor,
  readyTier,
  shownOrder,
  spoil,
  startShop,
  waitForState,
} from './shop-fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** A first product view, then home again: there is something to rank by. */
async function visitTwice(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await readyTier(page);
  await page.click(`${HOME} [data-item-id] a`);
  await page.waitForURL('**/product/**');
  await readyTier(page);
  await page.goto(url);
}

interface AskedSlate {
  readonly tier: string;
  readonly code: string | undefined;
  readonly problems: string[];
  readonly modelId: string;
  readonly items: number;
  readonly elapsedMs: number;
}

/** Asks the page's kit for one more slate of the home candidates, as a site would. */
const askSlate = (page: Page): Promise<AskedSlate> =>
  page.evaluate(`(async () => {
    const candidates = JSON.parse(document.querySelector('${HOME} script[type="application/json"]').textContent);
    const startedAt = performance.now();
    const slate = await window.nearsideDemo.kit.slate('home', { candidates });
    const { tier, tierProblem, problems, modelId, items } = slate;
    return {
      tier, modelId, code: tierProblem?.code, problems: problems.map(({ code }) => code), items: items.length,
      elapsedMs: performance.now() - startedAt,
    };
  })()`);

describe('a broken bundle', () => {
  const cases: [name: string, edit: (dir: string) => void, expected: { tier: string; code: string }][] = [
    [
      'rank.onnx damaged on the way',
      (dir) => {
        spoil(dir, 'rank.onnx');
      },
      { tier: 'micro', code: 'bundle_file_mismatch' },
    ],
    [
      'rank.onnx published broken',
      (dir) => {
        spoil(dir, 'rank.onnx', { sign: true });
      },
      { tier: 'micro', code: 'engine_failed' },
    ],
    [
      'rank.onnx and micro.bin damaged',
      (dir) => {
        spoil(dir, 'rank.onnx');
        spoil(dir, 'micro.bin');
      },
      { tier: 'linear', code: 'bundle_file_mismatch' },
    ],
    [
      'an unreadable manifest',
      (dir) => {
        writeFileSync(join(dir, 'manifest.json'), '{"schemaVersion": 1, ');
      },
      { tier: 'linear', code: 'bundle_manifest_invalid' },
    ],
  ];
  test.each(cases)('%s: a lower tier answers and names the problem', async (_, edit, expected) => {
    const shop = await startShop(edit);
    const { context, page, errors } = await openVisitor(browser);
    await visitTwice(page, shop.url);
    expect(await readyTier(page)).toMatchObject(expected);
    await waitForState(page, ['fallback']);
    const slate = await askSlate(page);
    expect(slate).toMatchObject(expected);
    expect(slate.items).toBe((await shownOrder(page)).length);
    if (expected.code === 'bundle_manifest_invalid') expect(slate.modelId).toBe('');
    expect(errors).toEqual([]);
    await context.close();
    await shop.close();
  });
});

describe('a dying worker', () => {
  test('killed in the middle of a call: the slate comes inside its deadline, the next worker answers again', async () => {
    const shop = await startShop();
    const { context, page, errors } = await openVisitor(browser);
    await page.addInitScript(`{
      const Real = Worker;
      window.Worker = class extends Real {
        postMessage(message, transfer) {
          super.postMessage(message, transfer);
          if (window.killNext && message?.path?.includes('rank')) {
            window.killNext = false;
            window.killed = true;
            this.terminate();
          }
        }
      };
    }`);
    const deadlineMs = 3000;
    await visitTwice(page, `${shop.url}/?deadline=${String(deadlineMs)}`);
    await readyTier(page);
    expect(await askSlate(page)).toMatchObject({ tier: 'wasm' });
    await page.evaluate('window.killNext = true');
    const slate = await askSlate(page);
    expect(await page.evaluate('window.killed')).toBe(true);
    expect(slate).toMatchObject({ tier: 'micro', code: 'worker_timeout' });
    expect(slate.items).toBeGreaterThan(0);
    expect(slate.elapsedMs).toBeLessThan(deadlineMs);
    await expect.poll(async () => (await askSlate(page)).tier, { timeout: 20_000 }).toBe('wasm');
    expect(errors).toEqual([]);
    await context.close();
    await shop.close();
  });

  test('a page without workers ranks by itself', async () => {
    const shop = await startShop();
    const { context, page } = await openVisitor(browser);
    await page.addInitScript(`window.Worker = class { constructor() { throw new Error('workers are forbidden'); } }`);
    await visitTwice(page, shop.url);
    await readyTier(page);
    expect(await askSlate(page)).toMatchObject({ tier: 'micro', code: 'worker_unavailable' });
    await context.close();
    await shop.close();
  });
});
