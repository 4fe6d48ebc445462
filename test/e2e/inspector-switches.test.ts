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
  reloading,
  saysFact,
  sawProblem,
  slateOf,
  visit,
} from './inspector-fixture.ts';
import { countSignals, flush, readyTier, useShop, waitForState } from './shop-fixture.ts';

const site = useShop();

test('offline: the kit ranks on, the outbox keeps what is done, and switched off it goes out', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await openTab(page, 'switches');
  await page.check('#switch-offline');
  expect(await badges(page)).toContain('offline');
  await buy(page);
  await go(page, '/');
  await waitForState(page, ['ranked', 'fallback']);
  await flush(page);
  await sawProblem(page, 'collector_unreachable');
  const before = site.shop.events();
  expect(before.filter(({ kind }) => kind === 'conversion')).toEqual([]);
  await openTab(page, 'outbox');
  await expect.poll(() => page.locator('[data-event]').count(), PATIENCE).toBeGreaterThan(1);
  expect(await page.locator('[data-event] b').allTextContents()).toContain('conversion');
  expect(await page.locator('[data-status="not sent yet"]').count()).toBeGreaterThan(0);
  await openTab(page, 'switches');
  await page.uncheck('#switch-offline');
  await saysFact(page, 'outbox', '0 events');
  const kinds = site.shop.events().map(({ kind }) => kind);
  expect(kinds).toContain('conversion');
  expect(errors).toEqual([]);
  await context.close();
});

test('worker: killed, the page itself answers and a new one is made; without any, micro ranks', async () => {
  const { context, page, errors } = await visit(site, { deadline: '4000' }, '/product/lark-tipi');
  await go(page, '/');
  // a shelf that was seen before the engine was there keeps its order until somebody asks
  await openTab(page, 'now');
  await page.click('[data-rank]');
  await expect.poll(() => slateOf(page, 'tier'), PATIENCE).toBe('wasm');
  await openTab(page, 'switches');
  await page.click('#switch-end-worker');
  await expect.poll(() => slateOf(page, 'tierProblem.code'), PATIENCE).toBe('worker_timeout');
  expect(await slateOf(page, 'tier')).toBe('micro');
  expect(await page.textContent('[data-workers]')).toBe('2 workers started, 1 ended here');
  await sawProblem(page, 'worker_timeout');
  await readyTier(page);
  await page.click('[data-rank]');
  await expect.poll(() => slateOf(page, 'tier'), PATIENCE).toBe('wasm');
  await openTab(page, 'switches');
  await reloading(page, () => page.check('#switch-worker'));
  expect(await focusedId(page)).toBe('switch-worker');
  await expect.poll(() => slateOf(page, 'tier'), PATIENCE).toBe('micro');
  expect(await page.textContent('[data-workers]')).toBe('0 workers started, 0 ended here');
  expect(errors).toEqual([]);
  await context.close();
});

test('bundle: a broken one is noticed, the last good one ranks on, and without any a smaller engine', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  for (const [file, code] of [
    ['manifest.json', 'bundle_manifest_invalid'],
    ['micro.bin', 'bundle_file_mismatch'],
  ] as const) {
    await openTab(page, 'switches');
    await reloading(page, () => page.selectOption('#switch-spoil', file));
    expect([await focusedId(page), await page.inputValue('#switch-spoil')]).toEqual(['switch-spoil', file]);
    expect(await badges(page)).toContain(`broken ${file}`);
    await sawProblem(page, code);
    await expect.poll(async () => (await readyTier(page)).tier, PATIENCE).toBe('micro');
  }
  await reloading(page, () => page.click('[data-forget]'));
  await sawProblem(page, 'bundle_file_mismatch');
  expect(await readyTier(page)).toMatchObject({ tier: 'linear' });
  expect(errors).toEqual([]);
  await context.close();
});

test('consent by purpose is followed at once, and reset takes every switch back', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await go(page, '/');
  await openTab(page, 'switches');
  await page.selectOption('#switch-consent-measurement', 'denied');
  await saysFact(page, 'level', 'none');
  await openTab(page, 'switches');
  await page.selectOption('#switch-consent-personalisation', 'denied');
  await saysFact(page, 'consent', /^personalisation denied, measurement denied/);
  await expect.poll(() => slateOf(page, 'tier'), PATIENCE).toBe('server');
  await openTab(page, 'signals');
  await expect.poll(() => page.locator('[data-signal]').count(), PATIENCE).toBe(0);
  expect(await badges(page)).toEqual(['no worker', 'personalisation denied', 'measurement denied']);
  await openTab(page, 'switches');
  await page.selectOption('#switch-lag', '0');
  await page.click('#switch-travel-24');
  await reloading(page, () => page.click('#switch-reset'));
  expect(await focusedId(page)).toBe('switch-reset');
  expect([await badges(page), await page.textContent('[data-active]')]).toEqual([[], 'All is as for any visitor.']);
  expect([await factOf(page, 'level'), await factOf(page, 'consent')]).toEqual([
    'events',
    'personalisation granted, measurement granted, training granted, sync denied',
  ]);
  expect(errors).toEqual([]);
  await context.close();
});

test('arm: the shelf shows it, its badge says so, and it counts nowhere', async () => {
  const { context, page, errors } = await visit(site, { ...ON_PAGE, experiments: 'demo' });
  await openTab(page, 'switches');
  await reloading(page, () => page.selectOption('#switch-arm-shelf-clicks', 'with'));
  expect(await focusedId(page)).toBe('switch-arm-shelf-clicks');
  const shelf = page.locator('rec-carousel[placement=home]');
  await expect.poll(() => shelf.locator('.qa').textContent(), PATIENCE).toBe('QA: shelf-clicks = with');
  expect(await badges(page)).toContain('shelf-clicks = with');
  await openTab(page, 'now');
  expect(await page.locator('[data-assignment=shelf-clicks] td').allTextContents()).toEqual([
    'with',
    expect.stringContaining('asked for in this inspector') as string,
  ]);
  await openTab(page, 'switches');
  await reloading(page, () => page.selectOption('#switch-arm-shelf-clicks', ''));
  await expect.poll(() => slateOf(page, 'slateId'), PATIENCE).not.toBeNull();
  expect(await shelf.locator('.qa').count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

test('server lag: as the list says, so the slate', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await go(page, '/product/ridge-two-tent');
  await go(page, '/');
  await expect.poll(() => slateOf(page, 'serverLag'), PATIENCE).toBe(await countSignals(page, 'view'));
  await openTab(page, 'switches');
  await page.selectOption('#switch-lag', '0');
  await expect.poll(() => slateOf(page, 'serverLag'), PATIENCE).toBe(0);
  expect(await badges(page)).toContain('server seen everything until now');
  await page.selectOption('#switch-lag', 'unknown');
  await expect.poll(() => slateOf(page, 'serverLag'), PATIENCE).toBeNull();
  await saysFact(page, 'server-lag', 'unknown');
  expect(errors).toEqual([]);
  await context.close();
});

test('time travel: signals age, a session ends, what nobody fetched is given up, and old signals are deleted', async () => {
  const { context, page, errors } = await visit(site, ON_PAGE, '/product/lark-tipi');
  await openTab(page, 'switches');
  await page.check('#switch-offline');
  await buy(page);
  await go(page, '/');
  await openTab(page, 'switches');
  await page.click('#switch-travel');
  await page.click('#switch-travel-24');
  expect(await badges(page)).toContain('+8 d');
  await expect
    .poll(async () => Number(await slateOf(page, 'signalAgeMs')), PATIENCE)
    .toBeGreaterThan(8 * 86_400_000 - 1);
  await saysFact(page, 'signal-age', '8 d when ranked');
  await openTab(page, 'signals');
  expect(await page.locator('[data-signal=view] time').last().textContent()).toBe('8 d');
  await openTab(page, 'switches');
  await page.uncheck('#switch-offline');
  await openTab(page, 'outbox');
  await expect.poll(() => page.locator('[data-event] b').allTextContents(), PATIENCE).not.toContain('conversion');
  expect(site.shop.events().filter(({ kind }) => kind === 'conversion')).toEqual([]);
  await openTab(page, 'switches');
  await page.click('#switch-travel-2184');
  expect(await badges(page)).toContain('+99 d');
  await go(page, '/product/glow-lantern');
  await openTab(page, 'signals');
  await expect.poll(() => page.locator('[data-signal]').count(), PATIENCE).toBe(1);
  expect(await page.textContent('[data-signal]')).toContain('glow-lantern');
  expect(errors).toEqual([]);
  await context.close();
});
