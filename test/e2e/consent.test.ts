import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { countSignals, flush, holds, openVisitor, readyTier, useShop } from './shop-fixture.ts';

const site = useShop();

const PATIENCE = { timeout: 60_000 };
const ALLOWED = 'nearside:consent';

/** Everything that the page's origin holds, by name. */
const stored = (page: Page): Promise<Record<string, string[]>> =>
  page.evaluate(`(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    buckets: (await navigator.storageBuckets.keys()).map((key) => key.split('-')[0]),
    localStorage: Object.keys(localStorage).sort(),
    sessionStorage: Object.keys(sessionStorage).filter((key) => !key.startsWith('nearside-demo:')),
    caches: await caches.keys(),
    cookies: document.cookie.split(';').filter(Boolean),
  }))()`);
const nothingBut = (...keys: string[]) => ({
  ...{ databases: [], buckets: [], localStorage: keys, sessionStorage: [], caches: [], cookies: [] },
});
const expectStored = (page: Page, wanted: object): Promise<void> =>
  expect.poll(() => stored(page), PATIENCE).toEqual(wanted);

/** Counts the requests to the collector, of every page. */
function countRequests(context: BrowserContext): () => number {
  let count = 0;
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/v1/events') count++;
  });
  return () => count;
}

/** A page of the shop's origin that holds a kit and nothing of the demo's own; `aborts` says why requests were ended. */
async function openBare(page: Page, options: Readonly<Record<string, unknown>>): Promise<void> {
  const { url } = site.shop;
  const script = `import { createKit } from '/nearside/index.js';
    globalThis.aborts = [];
    const watched = (url, options) => {
      const { signal } = options;
      if (options.method === 'POST') signal.addEventListener('abort', () => aborts.push(signal.reason.code ?? 'other'));
      return fetch(url, options);
    };
    globalThis.nearsideDemo = { kit: createKit({
      fetch: watched,
      ...{ collectorUrl: location.origin, egress: 'training', bundleUrl: '/bundle/', deadlineMs: 30000 },
      ...${JSON.stringify(options)},
    }) };`;
  const body = `<!doctype html><title>bare</title><script type="module">${script}</script>`;
  await page.route(`${url}/bare`, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(`${url}/bare`);
  await readyTier(page);
}

const ACTS = `(async () => {
  const { kit } = globalThis.nearsideDemo;
  const slate = await kit.slate('home', { candidates: [{ id: 'a' }, { id: 'b' }] });
  const about = { slateId: slate.slateId, itemId: 'a' };
  const kinds = ['impression', 'click', 'view', 'add_to_cart', 'purchase'];
  for (const kind of kinds) await kit.record({ kind, ...about });
  return kit.flush();
})()`;
const act = (page: Page): Promise<{ sent: number; pending: number }> => page.evaluate(ACTS);
const answer = (page: Page, consent: unknown): Promise<unknown> =>
  page.evaluate(`globalThis.nearsideDemo.kit.setConsent(${JSON.stringify(consent)})`);

describe.each(['pending', 'denied'])('%s', (consent) => {
  test('no request to the collector, and nothing stored but the record', async () => {
    const { context, page, errors } = await openVisitor(site.browser);
    const requests = countRequests(context);
    await openBare(page, { consent });
    expect(await act(page)).toEqual({ sent: 0, pending: 0 });
    expect(await stored(page)).toEqual(nothingBut());
    expect(await answer(page, consent)).toBeNull();
    expect(await act(page)).toEqual({ sent: 0, pending: 0 });
    await expectStored(page, nothingBut(ALLOWED));
    // the page is left and another opened: by the record now, whatever the option says
    await openBare(page, { consent: 'granted' });
    expect(await act(page)).toEqual({ sent: 0, pending: 0 });
    expect(await stored(page)).toEqual(nothingBut(ALLOWED));
    expect([requests(), site.shop.events(), errors]).toEqual([0, [], []]);
    // the same page and acts with a yes: the counting and the listing see what is there
    await answer(page, 'granted');
    expect((await act(page)).sent).toBeGreaterThan(3);
    expect(requests()).toBeGreaterThan(0);
    expect(await stored(page)).toMatchObject({ buckets: ['nearside'] });
    await context.close();
  });

  test('the shop itself works, and holds nothing of the kit', async () => {
    const { context, page, errors } = await openVisitor(site.browser);
    const requests = countRequests(context);
    await page.goto(`${site.shop.url}/product/granite-boot?consent=${consent}`);
    await readyTier(page);
    await page.goto(site.shop.url);
    await readyTier(page);
    await page.waitForSelector('rec-carousel[placement=home][state=server]', { state: 'attached' });
    await page.click('#inspector-summary');
    expect(await page.textContent('[data-fact=level]')).toBe('none');
    expect(await page.textContent('[data-fact=consent]')).toContain(`personalisation ${consent}`);
    expect(await flush(page)).toEqual({ sent: 0, pending: 0 });
    expect([await stored(page), requests(), errors]).toEqual([nothingBut(), 0, []]);
    await context.close();
  });
});

test.each([
  ['granted', { buckets: ['nearside'], signals: 5 }],
  ['denied', { buckets: [], signals: 0 }],
])('Global Privacy Control with personalisation %s: no request', async (personalisation, held) => {
  const { context, page } = await openVisitor(site.browser);
  const requests = countRequests(context);
  await context.addInitScript(`Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`);
  await openBare(page, {});
  await answer(page, { personalisation, measurement: 'granted', training: 'granted' });
  expect(await act(page)).toEqual({ sent: 0, pending: 0 });
  const kinds = ['impression', 'click', 'view', 'add_to_cart', 'purchase'];
  const counts = await Promise.all(kinds.map((kind) => countSignals(page, kind)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(held.signals);
  await expectStored(page, { ...nothingBut(ALLOWED), buckets: held.buckets });
  expect([requests(), site.shop.events()]).toEqual([0, []]);
  await context.close();
});

/** Two tabs; the first has a request to the collector in flight. */
async function openTabs(): Promise<{ context: BrowserContext; page: Page; other: Page; requests: () => number }> {
  const { context, page } = await openVisitor(site.browser);
  const requests = countRequests(context);
  const other = await context.newPage();
  await openBare(page, {});
  await openBare(other, {});
  // no answer ever comes
  await context.route('**/v1/events', () => undefined);
  await other.evaluate(`globalThis.flushed = ${ACTS}; undefined`);
  await expect.poll(requests, PATIENCE).toBe(1);
  return { context, page, other, requests };
}
const abortsOf = (page: Page): Promise<string[]> => page.evaluate('globalThis.aborts');

describe('a withdrawal in one tab', () => {
  test.each([
    ['denied', nothingBut(ALLOWED)],
    [{ measurement: 'denied' }, { ...nothingBut(ALLOWED), buckets: ['nearside'] }],
  ])('%j: the others abort what is in flight, send nothing more and hold nothing of it', async (withdrawn, left) => {
    const { context, page, other, requests } = await openTabs();
    expect(await answer(page, withdrawn)).toBeNull();
    // by the withdrawal, and not by the deadline of an answer
    await expect.poll(() => abortsOf(other), PATIENCE).toEqual(['aborted']);
    await holds(other, `globalThis.nearsideDemo.kit.level() === 'none'`);
    expect(await other.evaluate('globalThis.flushed')).toMatchObject({ sent: 0 });
    for (const tab of [other, page]) expect(await act(tab)).toEqual({ sent: 0, pending: 0 });
    await expectStored(other, left);
    // a page that is left sends what it has in memory
    await other.goto('about:blank');
    await page.close();
    expect([requests(), site.shop.events()]).toEqual([1, []]);
    await context.close();
  });

  test('control: an answer that withdraws nothing aborts nothing, and what is left goes out', async () => {
    const { context, page, other } = await openTabs();
    await answer(page, { sync: 'granted' });
    await holds(other, `globalThis.nearsideDemo.kit.consent().sync === 'granted'`);
    expect(await abortsOf(other)).not.toContain('aborted');
    await context.unroute('**/v1/events');
    await other.goto('about:blank');
    await openBare(page, {});
    await expect.poll(() => site.shop.events().length, PATIENCE).toBeGreaterThan(0);
    await context.close();
  });
});
