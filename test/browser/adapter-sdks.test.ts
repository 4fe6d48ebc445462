import { AmplitudeCore, Logger, Revenue } from '@amplitude/analytics-core';
import { AnalyticsBrowser, type Context, type Plugin } from '@segment/analytics-next';
import { afterEach, describe, expect, test, vi } from 'vitest';
import standaloneUrl from '../../node_modules/@segment/analytics-next/dist/umd/standalone.js?url';
import { connectAmplitude } from '../../adapters/amplitude.ts';
import { connectSegment } from '../../adapters/segment.ts';
import type { Problem } from '../../src/core/problem.ts';
import { EUR, expectRecorded } from './adapters-fixture.ts';
import { newName, openKit } from './kit-fixture.ts';

const page = window as unknown as Record<string, unknown>;
afterEach(() => {
  delete page['analytics'];
  localStorage.clear();
});

/** What a real destination would be sent. */
function createSink(): { plugin: Plugin; sent: unknown[] } {
  const sent: unknown[] = [];
  const track = (context: Context): Context => {
    const { event, properties } = context.event;
    sent.push({ event, properties });
    return context;
  };
  const load = (): Promise<void> => Promise.resolve();
  return { sent, plugin: { name: 'sink', type: 'destination', version: '1', isLoaded: () => true, load, track } };
}

const SETTINGS = { writeKey: 'w', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'w' } } } };
const OPTIONS = { integrations: { 'Segment.io': false } };
const product = { product_id: 'a', price: 20, currency: 'EUR', quantity: 2 };
const order = { order_id: 'o1', currency: 'EUR', products: [{ product_id: 'a', price: 20, quantity: 2 }] };
const via = 'segment';
const VIEW = { kind: 'view', itemId: 'a', via } as const;
const CART = { kind: 'add_to_cart', itemId: 'a', quantity: 2, via } as const;
const PURCHASE = { kind: 'purchase', itemId: 'a', quantity: 2, value: EUR(40), via } as const;

describe('Segment’s library', () => {
  test('its events are recorded and go where they went before', async () => {
    const kit = openKit();
    const { plugin, sent } = createSink();
    const analytics = new AnalyticsBrowser();
    void analytics.register(plugin);
    // before it is loaded: what is tracked meanwhile waits
    void analytics.track('Product Viewed', product);
    const stop = connectSegment(kit, { analytics });
    void analytics.load(SETTINGS, OPTIONS);
    const context = await analytics.track('Product Added', product);
    expect(context.event.properties).toEqual(product);
    await analytics.track('Order Completed', order);
    await analytics.track('Order Completed', order);
    await analytics.page('Product', 'A', { product_id: 'a' });
    await expectRecorded(kit, [VIEW, CART, PURCHASE]);
    const [ajs] = await analytics;
    expect(ajs.queue.plugins.filter(({ name }) => name.startsWith('nearside'))).toHaveLength(1);
    stop();
    await vi.waitFor(() => expect(ajs.queue.plugins.some(({ name }) => name.startsWith('nearside'))).toBe(false));
    await analytics.track('Product Viewed', product);
    await expectRecorded(kit, [VIEW, CART, PURCHASE]);
    const names = ['Product Viewed', 'Product Added', 'Order Completed', 'Order Completed', 'Product Viewed'];
    expect(sent.map((event) => (event as { event: string }).event)).toEqual(names);
    expect(sent[0]).toEqual({ event: 'Product Viewed', properties: product });
  });

  test('by a source middleware, as snippets before 5 have it', async () => {
    const kit = openKit();
    const { plugin, sent } = createSink();
    const analytics = AnalyticsBrowser.load({ ...SETTINGS, plugins: [plugin] }, OPTIONS);
    const addSourceMiddleware = analytics.addSourceMiddleware.bind(analytics);
    const stop = connectSegment(kit, { analytics: Object.assign({ track: () => undefined }, { addSourceMiddleware }) });
    await analytics.track('Product Viewed', product);
    await expectRecorded(kit, [VIEW]);
    stop();
    await analytics.track('Product Viewed', product);
    await expectRecorded(kit, [VIEW]);
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['5', ['track', 'page', 'register', 'addSourceMiddleware']],
    ['4', ['track', 'page', 'addSourceMiddleware']],
  ])('snippet %s: what waits in its queue is recorded when the library has come', async (version, methods) => {
    const kit = openKit();
    const fetched = vi
      .spyOn(window, 'fetch')
      .mockImplementation(() => Promise.resolve(Response.json({ integrations: {} })));
    const queue: unknown[] = [];
    const stub = Object.assign(queue, { invoked: true, _writeKey: 'w', _loadOptions: OPTIONS });
    page['analytics'] = stub;
    for (const method of methods) {
      const wait = (...args: unknown[]): unknown => (queue.push([method, ...args]), stub);
      (stub as unknown as Record<string, unknown>)[method] = wait;
    }
    const track = (...args: unknown[]): unknown =>
      (page['analytics'] as { track: (...a: unknown[]) => unknown }).track(...args);
    track('Product Viewed', product);
    const stop = connectSegment(kit);
    track('Product Added', product);
    const script = document.createElement('script');
    script.src = standaloneUrl;
    document.head.append(script);
    await expectRecorded(kit, [VIEW, CART]);
    await vi.waitFor(() => expect(page['analytics']).not.toBe(stub));
    // of a page, what is told once stays told
    track('Order Completed', { ...order, order_id: `o${version}` });
    await expectRecorded(kit, [VIEW, CART, PURCHASE]);
    stop();
    track('Product Viewed', product);
    expect(
      fetched.mock.calls.map(([url]) => String(url as string)).filter((url) => !url.includes('/settings')),
    ).toEqual([]);
    script.remove();
  });

  test('anything else with such a track is wrapped, and put back', async () => {
    const kit = openKit();
    const calls: unknown[] = [];
    const track = (...args: unknown[]): string => `sent ${String(calls.push(args))}`;
    const analytics = { track };
    const stop = connectSegment(kit, { analytics });
    expect(analytics.track('Product Viewed', product)).toBe('sent 1');
    await expectRecorded(kit, [VIEW]);
    stop();
    expect([analytics.track, calls]).toEqual([track, [['Product Viewed', product]]]);
  });

  test('an order is recorded once, whoever connects again on this page', async () => {
    const storageName = newName();
    const analytics = { track: (...args: unknown[]): number => args.length };
    for (const kit of [openKit({ storageName }), openKit({ storageName })]) {
      const stop = connectSegment(kit, { analytics });
      analytics.track('Order Completed', order);
      analytics.track('Product Viewed', product);
      stop();
      await vi.waitFor(async () => expect((await kit.signals())[0]?.kind).toBe('view'));
      await kit.close();
    }
    await expectRecorded(openKit({ storageName }), [PURCHASE, VIEW, VIEW]);
  });

  test('none, or one that fails, is told and does no harm', async () => {
    const told: Problem[] = [];
    const onProblem = (problem: Problem) => told.push(problem);
    const kit = openKit();
    connectSegment(kit, { onProblem })();
    const fail = (): never => {
      throw new Error('theirs');
    };
    const analytics = { track: () => undefined };
    connectSegment(kit, { onProblem, analytics: { ...analytics, ...{ register: fail } } })();
    const reject = () => Promise.reject(new Error('theirs'));
    connectSegment(kit, { onProblem, analytics: { ...analytics, ...{ register: reject, deregister: reject } } })();
    connectSegment(kit, { onProblem, analytics: { ...analytics, ...{ register: () => null, deregister: fail } } })();
    await vi.waitFor(() => expect(told).toHaveLength(3));
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set(['adapter_ignored']));
  });
});

/** The client of Amplitude's Browser SDK without its own plugins: none that sends. */
class Amplitude extends AmplitudeCore {
  async start(): Promise<void> {
    await this._init({ loggerProvider: new Logger(), optOut: false } as never);
    // as the Browser SDK does then
    await this.runQueuedFunctions('dispatchQ');
  }
}

describe('Amplitude’s client', () => {
  test('its events are recorded and go where they went before', async () => {
    const kit = openKit();
    const amplitude = new Amplitude();
    const sent: unknown[] = [];
    const execute = (event: { event_type: string; event_properties?: unknown }) => {
      sent.push([event.event_type, event.event_properties]);
      return Promise.resolve({ event, code: 200, message: '' });
    };
    amplitude.add({ name: 'sink', type: 'destination', execute: execute as never, flush: () => Promise.resolve() });
    // before it has started
    amplitude.track('Product Viewed', product);
    const stop = connectAmplitude(kit, { amplitude, events: { 'Spotted A Bag': 'click' } });
    await amplitude.start();
    amplitude.track('Spotted A Bag', product);
    amplitude.track('Order Completed', order);
    amplitude.revenue(new Revenue().setProductId('b').setPrice(2.5).setQuantity(2).setCurrency('EUR'));
    const last = amplitude.track('Checkout Started', product);
    await last.promise;
    const signals = [
      VIEW,
      { ...VIEW, kind: 'click' as const },
      PURCHASE,
      { kind: 'purchase' as const, itemId: 'b', quantity: 2, value: EUR(5) },
    ].map((signal) => ({ ...signal, via: 'amplitude' }));
    await expectRecorded(kit, signals);
    stop();
    await amplitude.track('Product Viewed', product).promise;
    expect(sent).toHaveLength(6);
    expect(sent.at(-1)).toEqual(['Product Viewed', product]);
    expect(amplitude.timeline.plugins.map(({ name }) => name)).toEqual(['sink']);
    await expectRecorded(kit, signals);
  });

  test('an order is recorded once, whoever connects again on this page', async () => {
    const storageName = newName();
    const amplitude = new Amplitude();
    await amplitude.start();
    for (const kit of [openKit({ storageName }), openKit({ storageName })]) {
      const stop = connectAmplitude(kit, { amplitude });
      await amplitude.track('Order Completed', order).promise;
      stop();
      await kit.signals();
      await kit.close();
    }
    await expectRecorded(openKit({ storageName }), [{ ...PURCHASE, via: 'amplitude' }]);
  });

  test('none is told and does no harm', () => {
    const told: Problem[] = [];
    connectAmplitude(openKit(), { onProblem: (problem) => told.push(problem) })();
    expect(told).toMatchObject([{ code: 'adapter_ignored' }]);
  });
});
