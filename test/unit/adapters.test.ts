import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAmplitude } from '../../adapters/amplitude.ts';
import { parseAttributes } from '../../adapters/attributes.ts';
import { parseGa4 } from '../../adapters/ga4.ts';
import { parseSegment } from '../../adapters/segment.ts';
import type { ParsedCall, TrackingCall } from '../../adapters/tracking-call.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { parseSignal } from '../../src/core/signal.ts';

interface Recorded {
  readonly name: string;
  readonly call: { readonly gtag?: readonly unknown[] };
  readonly parsed: unknown;
}

const PARSERS = { ga4: parseGa4, segment: parseSegment, amplitude: parseAmplitude, attributes: parseAttributes };
const NAMES = Object.keys(PARSERS) as (keyof typeof PARSERS)[];

/** What the page's own `gtag` pushes. */
const gtag = function (): unknown {
  // eslint-disable-next-line prefer-rest-params
  return arguments;
} as (...args: unknown[]) => unknown;

const read = (name: string): readonly Recorded[] => {
  const file = new URL(`../corpus/adapters/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly calls: readonly Recorded[] }).calls;
};
const callOf = ({ call }: Recorded): unknown => (call.gtag ? gtag(...call.gtag) : call);

const parsed = (call: ParsedCall): TrackingCall => {
  if (call === null || isProblem(call)) throw new Error(JSON.stringify(call));
  return call;
};

describe.each(NAMES)('recorded payloads: %s', (name) => {
  test.each(read(name).map((recorded) => [recorded.name, recorded] as const))('%s', (_, recorded) => {
    const call = PARSERS[name](callOf(recorded));
    if (isProblem(call)) expect(call).toMatchObject(recorded.parsed as object);
    else expect(call).toEqual(recorded.parsed);
  });
});

test('the lines of a GA4 purchase are worth what the event says', () => {
  const recorded = read('ga4').filter(({ name }) => name.startsWith('purchase by'));
  expect(recorded.length).toBe(2);
  for (const one of recorded) {
    const sum = parsed(parseGa4(callOf(one))).signals.reduce((all, { value }) => all + (value?.amount ?? 0), 0);
    expect(sum).toBeCloseTo(119.8, 6);
  }
});

describe('options', () => {
  test('another property holds the id', () => {
    const [ga4] = read('ga4').map(callOf);
    expect(parsed(parseGa4(ga4, { itemId: 'item_variant' })).items[0].id).toBe('black');
    const [segment] = read('segment').map(callOf);
    expect(parsed(parseSegment(segment, { itemId: 'sku' })).items[0].id).toBe('TD-20-BLK');
    const event = { event_type: 'Product Viewed', event_properties: { product_id: 'a', handle: 'b' } };
    expect(parsed(parseAmplitude(event, { itemId: 'handle' })).items[0].id).toBe('b');
  });

  test('Amplitude: events of the site’s own, and others than by default', () => {
    const own = { event_type: 'Spotted A Bag', event_properties: { sku_code: 'TD-20-BLK' } };
    const options = { events: { 'Spotted A Bag': 'view', revenue_amount: null }, itemId: 'sku_code' } as const;
    expect(parsed(parseAmplitude(own, options)).signals).toEqual([
      { kind: 'view', itemId: 'TD-20-BLK', via: 'amplitude' },
    ]);
    const revenue = { event_type: 'revenue_amount', event_properties: { $productId: 'a', $price: 1 } };
    expect(parseAmplitude(revenue, options)).toBeNull();
    expect(parseAmplitude({ event_type: 'toString', event_properties: {} }, options)).toBeNull();
  });
});

describe('what a line lacks', () => {
  const order = (items: unknown): ParsedCall =>
    parseGa4(gtag('event', 'purchase', { currency: 'EUR', items, transaction_id: 'T' }));

  test('lines without an id are left out and told, the others recorded', () => {
    const call = parsed(order([{ item_id: 'a', price: 1 }, { item_name: 'b' }, null, { item_id: {} }]));
    expect(call.signals.map(({ itemId }) => itemId)).toEqual(['a']);
    expect(call.problem).toMatchObject({ code: 'adapter_ignored' });
    expect(call.problem?.message).toContain('without item_id');
  });

  test('at most 200 lines are read', () => {
    const call = parsed(order(Array.from({ length: 201 }, (_, i) => ({ item_id: i }))));
    expect(call.signals.length).toBe(200);
    expect(call.problem?.message).toContain('beyond the first 200');
    expect(parsed(order(Array.from({ length: 200 }, (_, i) => ({ item_id: i })))).problem).toBeUndefined();
    const endless: unknown[] = [{ item_id: 'a' }];
    endless.length = 2 ** 32 - 1;
    expect(parsed(order(endless)).signals.length).toBe(1);
  });

  test('a value only of a price and a currency that are such', () => {
    const value = (item: object): unknown => parsed(order([{ item_id: 'a', ...item }])).signals[0].value;
    expect(value({ price: 2 })).toEqual({ amount: 2, currency: 'EUR' });
    expect(value({ price: 2, quantity: 0.5, currency: 'gbp' })).toEqual({ amount: 1, currency: 'GBP' });
    for (const price of [-1, Number.NaN, Infinity, '', ' ', 'two', null, {}, [], true, 10n]) {
      expect(value({ price })).toBeUndefined();
    }
    expect(value({ price: 2, currency: 'euro' })).toBeUndefined();
    const { signals } = parsed(order([{ item_id: 'a', price: 2, quantity: -3 }]));
    expect(signals[0]).toEqual({ kind: 'purchase', itemId: 'a', via: 'ga4', value: { amount: 2, currency: 'EUR' } });
  });
});

const thrower = (): never => {
  throw new Error('hostile');
};
const hostileProxy = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower });
const revoked = ((): unknown => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
})();
const cyclic: Record<string, unknown> = { event: 'purchase', type: 'track', event_type: 'Order Completed' };
Object.assign(cyclic, { ecommerce: cyclic, items: [cyclic], properties: cyclic, event_properties: cyclic });
const trap = (name: string, rest: object = {}): object => Object.defineProperty({ ...rest }, name, { get: thrower });

/** Words of all conventions, and what is none. */
const LEAVES = [
  ...[
    'purchase',
    'view_item',
    'event',
    'track',
    'Order Completed',
    'Products Searched',
    'revenue_amount',
    'EUR',
    'view',
  ],
  ...['', 'x'.repeat(2000), '\uD800', '__proto__', 0, -1, 1e308, Number.NaN, null, undefined, true, 5n, Symbol('s')],
  ...[thrower, new Date(Number.NaN), hostileProxy, revoked, cyclic, trap('event'), trap('item_id'), trap('length')],
];

describe('hostile payloads', () => {
  test.each(NAMES)('%s: nothing throws, and every signal is one', (name) => {
    const random = createRandom(20_260_107);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
    /** A copy of it with something else in some places. */
    const mutate = (value: unknown): unknown => {
      if (random() < 0.04) return pick(LEAVES);
      if (Array.isArray(value)) return value.map(mutate);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mutate(inner)]));
    };
    const recorded = read(name);
    const make = (): unknown => {
      const { call } = pick(recorded);
      return call.gtag ? gtag(...call.gtag.map(mutate)) : mutate(call);
    };
    let signals = 0;
    for (const input of [...LEAVES, ...Array.from({ length: 5000 }, make)]) {
      const call = PARSERS[name](input);
      if (call === null || isProblem(call)) continue;
      for (const signal of call.signals) expect(parseSignal(signal)).toEqual(signal);
      signals += call.signals.length;
    }
    expect(signals).toBeGreaterThan(1000);
  });

  test('what cannot be read is a problem', () => {
    for (const call of [
      parseGa4(hostileProxy),
      parseGa4({ event: 'purchase', ecommerce: trap('items') }),
      parseGa4({ event: 'purchase', items: revoked }),
      parseSegment({ type: 'track', event: 'Order Completed', properties: { products: [trap('sku')] } }),
      parseAmplitude(trap('event_type')),
      parseAttributes(trap('recEvent')),
    ]) {
      expect(call).toMatchObject({ code: 'adapter_ignored' });
    }
  });
});

test('a signal names what brought it by 1 to 64 letters, digits, - _ .', () => {
  for (const via of ['ga4', 'a', 'My_site.tag-1', 'x'.repeat(64)]) {
    expect(parseSignal({ kind: 'view', itemId: 'a', via })).toEqual({ kind: 'view', itemId: 'a', via });
  }
  for (const via of ['', 'x'.repeat(65), 'a b', 'ä', 'a\n', 5, {}]) {
    expect(parseSignal({ kind: 'view', itemId: 'a', via })).toMatchObject({ code: 'signal_invalid' });
  }
  expect(parseSignal({ kind: 'view', itemId: 'a', via: null })).toEqual({ kind: 'view', itemId: 'a' });
});
