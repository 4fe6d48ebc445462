import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../demo/catalogue.ts';
import {
  HOME,
  countSignals,
  flush,
  openVisitor,
  readyTier,
  sentOrder,
  shownOrder,
  useShop,
  waitForState,
} from './shop-fixture.ts';

const site = useShop();

const categoryOf = (id: string): string => CATALOGUE.find((product) => product.id === id)?.category ?? '';

/** Two products of the kind that the server shows last, so that a change of order can be seen. */
function lastKind(serverOrder: readonly string[]): string[] {
  const category = categoryOf(serverOrder.at(-1) ?? '');
  return serverOrder.filter((id) => categoryOf(id) === category).slice(-2);
}

/** The server's order as the home page's rules leave it: a boot pinned third, at most 3 of a kind among the first 8. */
function byRules(sent: readonly string[]): string[] {
  const left = sent.filter((id) => id !== 'granite-boot');
  const shown: string[] = [];
  while (left.length > 0) {
    const count = (id: string): number => shown.filter((one) => categoryOf(one) === categoryOf(id)).length;
    const at = shown.length < 8 ? left.findIndex((id) => count(id) < 3) : 0;
    shown.push(...(shown.length === 2 ? ['granite-boot'] : left.splice(at, 1)));
  }
  return shown;
}

/** Mean place of the items of one category. */
const placeOf = (order: readonly string[], category: string): number => {
  const places = order.flatMap((id, place) => (categoryOf(id) === category ? [place] : []));
  return places.reduce((sum, place) => sum + place, 0) / places.length;
};

describe('a visitor of the shop', () => {
  test('sees the server’s order under the shop’s rules, clicks two products, sees their kind pulled forward, buys; each act arrives once', async () => {
    const { context, page, errors } = await openVisitor(site.browser);
    await page.goto(site.shop.url);
    await readyTier(page);
    await waitForState(page, ['server']);
    expect(await page.getAttribute(HOME, 'tier')).toBe('server');
    const serverOrder = await shownOrder(page);
    expect(serverOrder).toEqual(byRules(await sentOrder(page)));

    const clicked = lastKind(serverOrder);
    const category = categoryOf(clicked[0]);
    for (const id of clicked) {
      await page.click(`${HOME} [data-item-id="${id}"] a`);
      await page.waitForURL(`**/product/${id}`);
      await readyTier(page);
      await page.goto(site.shop.url);
      // before its carousel knows the kit, a link is only a link
      await waitForState(page, ['ranked']);
    }
    const ranked = await shownOrder(page);
    expect([...ranked].sort()).toEqual([...serverOrder].sort());
    expect(placeOf(ranked, category)).toBeLessThan(placeOf(serverOrder, category) - 5);
    expect(categoryOf(ranked[0])).toBe(category);

    const bought = clicked[1];
    await page.goto(`${site.shop.url}/product/${bought}`);
    await readyTier(page);
    await page.click('[data-add-to-cart]');
    await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(1);
    await page.goto(`${site.shop.url}/cart`);
    await readyTier(page);
    await page.click('[data-buy]');
    await page.waitForSelector('[data-note=thanks]');
    await expect.poll(() => countSignals(page, 'purchase')).toBe(1);
    await flush(page);

    const events = site.shop.events();
    const of = (kind: string): unknown[] =>
      events.filter((event) => event['kind'] === kind).map((event) => event['itemId']);
    expect(of('click')).toEqual(clicked);
    expect(of('add_to_cart')).toEqual([bought]);
    expect(of('conversion')).toEqual([bought]);
    expect(events.find(({ kind }) => kind === 'conversion')).toMatchObject({
      value: { amount: CATALOGUE.find(({ id }) => id === bought)?.price.amount, currency: 'EUR' },
      consent: 'events',
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    // two requests of a page that is being left may overtake each other
    const numbers = events.map(({ clientSeq }) => Number(clientSeq)).sort((a, b) => a - b);
    expect(numbers).toEqual(events.map((_, i) => i + 1));
    const impressions = events
      .filter(({ kind }) => kind === 'impression')
      .map((event) => `${String(event['slateId'])} ${String(event['itemId'])}`);
    expect(new Set(impressions).size).toBe(impressions.length);
    const kinds = ['impression', 'click', 'add_to_cart', 'conversion', 'vitals', 'health'];
    expect(events.filter(({ kind }) => !kinds.includes(String(kind)))).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('impressions arrive once per slate and item, after a second in view', async () => {
    const { context, page } = await openVisitor(site.browser);
    await page.goto(site.shop.url);
    await readyTier(page);
    const visible = await page.$$eval(
      `${HOME} [data-item-id]`,
      (items) =>
        items.filter((item) => {
          const { left, right, width } = item.getBoundingClientRect();
          return Math.min(right, innerWidth) - Math.max(left, 0) >= width / 2;
        }).length,
    );
    await page.$eval(HOME, (element) => {
      element.scrollIntoView({ block: 'center' });
    });
    await expect
      .poll(() => countSignals(page, 'impression'), { timeout: 10_000 })
      .toBeGreaterThanOrEqual(Math.min(3, visible));
    await flush(page);
    const events = site.shop.events().filter(({ kind }) => kind === 'impression');
    expect(events.length).toBeGreaterThanOrEqual(Math.min(3, visible));
    expect(new Set(events.map((event) => `${String(event['slateId'])} ${String(event['itemId'])}`)).size).toBe(
      events.length,
    );
    expect(events[0]).toMatchObject({ tier: 'server', placement: expect.any(String) as string });
    await context.close();
  });

  test('egress none sends nothing and writes no outbox row', async () => {
    const { context, page } = await openVisitor(site.browser);
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') posts.push(request.url());
    });
    await page.goto(`${site.shop.url}/?egress=none`);
    await readyTier(page);
    const [first] = await shownOrder(page);
    await page.click(`${HOME} [data-item-id="${first}"] a`);
    await page.waitForURL('**/product/**');
    await readyTier(page);
    await page.click('[data-add-to-cart]');
    await expect.poll(() => countSignals(page, 'add_to_cart')).toBe(1);
    expect(await flush(page)).toMatchObject({ sent: 0, pending: 0 });
    expect(posts).toEqual([]);
    expect(site.shop.events()).toEqual([]);
    await context.close();
  });

  test('under Global Privacy Control nothing is sent', async () => {
    const { context, page } = await openVisitor(site.browser);
    await page.addInitScript(`Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })`);
    await page.goto(site.shop.url);
    await readyTier(page);
    const [first] = await shownOrder(page);
    await page.click(`${HOME} [data-item-id="${first}"] a`);
    await page.waitForURL('**/product/**');
    await readyTier(page);
    await flush(page);
    expect(site.shop.events()).toEqual([]);
    await context.close();
  });

  test('without script the shelves are plain links', async () => {
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(site.shop.url);
    expect(await page.locator(`${HOME} a[href^="/product/"]`).count()).toBeGreaterThan(10);
    await context.close();
  });
});
