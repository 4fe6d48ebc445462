import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { createReport } from '../../collector/index.ts';
import set from '../../demo/experiments.json' with { type: 'json' };
import { parseExperiments } from '../../src/core/experiment.ts';
import { assignAll, isHeld } from '../../src/core/assignment.ts';
import { flush, openVisitor, readyTier, useShop } from './shop-fixture.ts';

const VISITORS = 14;
const EXPERIMENT = 'sell-more';
const CATEGORY = 'rec-carousel[placement=category]';
const DAY_MS = 86_400_000;
// every visitor looks for a second or more, in a browser of their own
vi.setConfig({ testTimeout: 300_000 });

const site = useShop();

/** A visitor looks at a category, and may buy a tent whatever the slate showed. Answers the unit's id. */
async function visit(buys: boolean): Promise<string> {
  // micro on the page: no visitor waits for the runtime
  const { context, page, errors } = await openVisitor(site.browser, { experiments: 'demo', worker: 'none' });
  try {
    await page.goto(`${site.shop.url}/category/tents`);
    await readyTier(page);
    const unit = await seeSlate(page);
    if (buys) {
      await page.goto(`${site.shop.url}/product/lark-tipi`);
      await page.click('[data-add-to-cart]');
      await page.goto(`${site.shop.url}/cart`);
      await page.click('[data-buy]');
      await page.waitForSelector('[data-note=thanks]');
    }
    await expect.poll(async () => (await flush(page)).pending, { timeout: 30_000 }).toBe(0);
    expect(errors).toEqual([]);
    return unit;
  } finally {
    await context.close();
  }
}

/** Waits until the category's slate has been seen, and answers whose unit saw it. */
async function seeSlate(page: Page): Promise<string> {
  await page.locator(CATEGORY).scrollIntoViewIfNeeded();
  const seen = () =>
    page.evaluate(
      `window.nearsideDemo.kit.signals().then((all) => all.some(({ kind, slateId }) =>
         kind === 'impression' && slateId === document.querySelector('${CATEGORY}').slate?.slateId))`,
    );
  await expect.poll(seen, { timeout: 30_000 }).toBe(true);
  return page.evaluate(`window.nearsideDemo.kit.export().then(({ visit }) => visit.unitId)`);
}

test('an experiment runs in browsers, is told to the collector and reported on as it was', async () => {
  const { set: parsed } = parseExperiments(set);
  const visits: { unit: string; buys: boolean; arm: string | undefined; isLarge: boolean }[] = [];
  for (let n = 0; n < VISITORS; n++) {
    const buys = n % 3 === 0;
    const unit = await visit(buys);
    const subject = { attributes: { id: unit } };
    const held = isHeld(parsed.holdout, subject);
    const assigned = assignAll(parsed, subject);
    const armOf = (key: string) => (held ? undefined : assigned.find(({ experiment }) => experiment === key)?.arm);
    visits.push({ unit, buys, arm: armOf(EXPERIMENT), isLarge: armOf('large-ranker') === 'large' });
  }
  const log = { read: () => site.shop.rows() };
  const now = Date.now() + 8 * DAY_MS;
  const sets = [{ declaredAt: Date.now() - DAY_MS, body: set }];
  const report = await createReport({ log, sets, experiment: EXPERIMENT, now });
  const inArm = (arm: string) => visits.filter((one) => one.arm === arm);
  const arms = ['next-item', 'purchase'];
  expect(report.units).toEqual(arms.map((arm) => ({ arm, exposed: inArm(arm).length, counted: inArm(arm).length })));
  const conversions = report.metrics
    .find(({ name }) => name === 'conversions')
    ?.arms.map(({ value, units }) => (value ?? 0) * units);
  expect(conversions?.map(Math.round)).toEqual(arms.map((arm) => inArm(arm).filter(({ buys }) => buys).length));
  expect(report.findings).toEqual([]);
  expect(report.trust.crossed).toBe(0);
  for (const { arm, lost, misassigned, unlikeControl } of report.trust.arms) {
    expect([lost.events, misassigned]).toEqual([0, 0]);
    // what control shows is not known to whom another bundle ranks
    expect(unlikeControl.of).toBe(inArm(arm).filter(({ isLarge }) => !isLarge).length);
  }
  expect(report.trust.arms[0]?.unlikeControl.units).toBe(0);
  expect(report.verdict.decision).toBe('wait');
  // the holdout saw the same pages
  const holdout = await createReport({ log, sets, experiment: 'everybody', now });
  expect(holdout.units.reduce((sum, { exposed }) => sum + exposed, 0)).toBe(VISITORS);
});
