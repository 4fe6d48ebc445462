import { expect, test } from 'vitest';
import { connectGa4 } from '../../adapters/ga4.ts';
import type { Slate } from '../../src/index.ts';
import { EUR, expectRecorded, recorded } from './adapters-fixture.ts';
import { LIST, given, openArm } from './arms-fixture.ts';
import { candidate, candidates, createNet, newName, openKit } from './kit-fixture.ts';

/** The tag of a page: https://developers.google.com/tag-platform/gtagjs */
function installTag(): { dataLayer: unknown[]; gtag: (...args: unknown[]) => void } {
  const page = window as unknown as { dataLayer?: unknown[] };
  const dataLayer: unknown[] = [];
  page.dataLayer = dataLayer;
  const gtag: (...args: unknown[]) => void = function () {
    // eslint-disable-next-line prefer-rest-params
    dataLayer.push(arguments);
  };
  return { dataLayer, gtag };
}

const item = { item_id: 'a', item_category: 'Bags', item_brand: 'Fell', price: 20 };
const VIEW = { kind: 'view', itemId: 'a', via: 'ga4' } as const;

test('a page’s own tag records: what was pushed before and what follows, by gtag and for Tag Manager', async () => {
  const { dataLayer, gtag } = installTag();
  gtag('js', new Date());
  gtag('config', 'G-TEST');
  gtag('event', 'view_item', { currency: 'EUR', items: [item] });
  const kit = openKit();
  const stop = connectGa4(kit);
  dataLayer.push({ ecommerce: null });
  dataLayer.push({ event: 'add_to_cart', ecommerce: { currency: 'EUR', items: [{ ...item, quantity: 2 }] } });
  gtag('event', 'view_item_list', { items: [item, { item_id: 'b' }] });
  gtag('event', 'search', { search_term: 'rain cover' });
  const order = {
    transaction_id: 'T1',
    currency: 'EUR',
    items: [
      { ...item, quantity: 2 },
      { item_id: 'b', price: 5 },
    ],
  };
  gtag('event', 'purchase', order);
  dataLayer.push({ event: 'purchase', ecommerce: order });
  stop();
  gtag('event', 'view_item', { items: [{ item_id: 'after' }] });
  await expectRecorded(kit, [
    VIEW,
    { kind: 'add_to_cart', itemId: 'a', quantity: 2, via: 'ga4' },
    { kind: 'search', query: 'rain cover', via: 'ga4' },
    { kind: 'purchase', itemId: 'a', quantity: 2, value: EUR(40), via: 'ga4' },
    { kind: 'purchase', itemId: 'b', value: EUR(5), via: 'ga4' },
  ]);
  expect([dataLayer.length, Object.hasOwn(dataLayer, 'push')]).toEqual([10, false]);
});

test('without a data layer it makes one, as tags do', async () => {
  const page = window as unknown as { dataLayer?: unknown[] };
  delete page.dataLayer;
  const kit = openKit();
  const stop = connectGa4(kit);
  const made = (page.dataLayer ??= []);
  made.push({ event: 'view_item', ecommerce: { items: [item] } });
  await expectRecorded(kit, [VIEW]);
  stop();
});

test('what a call says of an item counts where no catalogue says more, on this page and the next', async () => {
  const storageName = newName();
  const { id, category, price, vec } = candidate('a');
  const first = openKit({ storageName });
  await first.slate('home', { candidates: [candidate('a')] });
  const items = async (kit: typeof first) => {
    const all = await kit.export();
    return 'items' in all ? all.items.map(({ seenAt, ...facts }) => [seenAt > 0, facts]) : [];
  };
  const told = { item_id: 'b', item_category: 'Bags', item_brand: 'Fell' };
  const dataLayer: unknown[] = [];
  connectGa4(first, { dataLayer });
  dataLayer.push({ event: 'view_item', ecommerce: { items: [item, told] } });
  const signals = [VIEW, { ...VIEW, itemId: 'b' }];
  await expectRecorded(first, signals);
  const stored = [
    [true, { id, category, price, vec }],
    [true, { id: 'b', category: 'Bags', brand: 'Fell', toldBy: 'ga4' }],
  ];
  expect(await items(first)).toEqual(stored);
  await first.close();
  // another page: no slate has brought it there
  const second = openKit({ storageName });
  connectGa4(second, { dataLayer: [{ event: 'view_item', ecommerce: { currency: 'EUR', items: [item] } }] });
  await expectRecorded(second, [...signals, VIEW]);
  expect(await items(second)).toEqual(stored);
  second.describe([{ id: 'b', category: 'Packs' }]);
  await second.record({ kind: 'view', itemId: 'b' });
  expect(await items(second)).toEqual([stored[0], [true, { id: 'b', category: 'Packs' }]]);
});

test.each([
  ['nothing', {}],
  ['another category', { item_category: 'Other' }],
  ['a brand', { item_brand: 'Fell' }],
  ['another price', { price: 999 }],
])('an arm without a source ranks as if that had never been: it says %s of an item', async (_, more) => {
  const experiments = given({ signals: { without: ['ga4'] } });
  const plain = await openArm({ experiments });
  const kit = await openArm({ experiments });
  const dataLayer: unknown[] = [];
  connectGa4(kit, { dataLayer });
  const items = [{ item_id: 'item-3', ...more }];
  dataLayer.push({ event: 'view_item', ecommerce: { currency: 'GBP', items } });
  await expect.poll(async () => (await recorded(kit)).length).toBe(2);
  const scoresOf = ({ items: ranked }: Slate) => ranked.map(({ itemId, score }) => [itemId, score]);
  expect(scoresOf(await kit.slate('home', LIST))).toEqual(scoresOf(await plain.slate('home', LIST)));
});

test('nothing leaves by it but what record() itself would send, and never what brought it', async () => {
  const send = async (by: 'adapter' | 'page') => {
    const net = createNet();
    const kit = openKit({ egress: 'events', collectorUrl: '/collect', fetch: net.fetch });
    const slate = await kit.slate('home', { candidates: candidates(3) });
    const [{ itemId }] = slate.items;
    await kit.record({ kind: 'click', itemId, slateId: slate.slateId, position: 0 });
    if (by === 'page') {
      await kit.record({ kind: 'view', itemId });
      await kit.record({ kind: 'add_to_cart', itemId, quantity: 1 });
      await kit.record({ kind: 'purchase', itemId, quantity: 1, value: EUR(20) });
    } else {
      const items = [{ item_id: itemId, price: 20, quantity: 1 }];
      const dataLayer: unknown[] = [];
      connectGa4(kit, { dataLayer });
      for (const event of ['view_item', 'add_to_cart', 'purchase']) {
        dataLayer.push({ event, ecommerce: { currency: 'EUR', items } });
      }
      await expect.poll(async () => (await recorded(kit)).length).toBe(4);
    }
    await kit.flush();
    const events = net.sent.flatMap((batch) => batch.events);
    expect(JSON.stringify(net.sent)).not.toContain('ga4');
    return events.map(({ kind, itemId: about, quantity, value }) => ({ kind, about, quantity, value }));
  };
  const byPage = await send('page');
  expect(byPage.map(({ kind }) => kind)).toEqual(['click', 'add_to_cart', 'conversion']);
  expect(await send('adapter')).toEqual(byPage);
});
