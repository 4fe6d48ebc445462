import { isRecord } from '../src/core/guards.ts';
import type { Unsubscribe } from '../src/kit/types.ts';
import { COMMERCE_KINDS, COMMERCE_NAMES, type CommerceKind, readCommerceEvent } from './commerce-event.ts';
import { type AdapterKit, type AdapterOptions, createIntake, createMemory } from './intake.ts';
import { type ProductNames, readProducts } from './product-call.ts';
import { type ParsedCall, ignored, kindOf, readSafely } from './tracking-call.ts';

export type { AdapterKit, AdapterOptions } from './intake.ts';
export type { CommerceKind } from './commerce-event.ts';
export type { ParsedCall, TrackingCall } from './tracking-call.ts';

export interface AmplitudeParseOptions {
  /** What further events of the site mean, by their type, and others than by default; null: nothing. */
  readonly events?: Readonly<Record<string, CommerceKind | null>>;
  /** The property that holds the id of the candidates. Default `product_id`, else `sku`. */
  readonly itemId?: string;
}

export interface AmplitudeOptions extends AdapterOptions, AmplitudeParseOptions {
  /** Browser SDK 2, or its snippet before it has loaded. Default `window.amplitude`. */
  readonly amplitude?: { add(plugin: never): unknown; remove(name: string): unknown };
}

/** What `amplitude.revenue()` makes. */
const REVENUE = 'revenue_amount';

/** https://amplitude.com/docs/data/sources/instrument-track-revenue */
const REVENUE_NAMES: ProductNames = {
  ids: ['$productId'],
  category: 'category',
  brand: 'brand',
  price: '$price',
  quantity: '$quantity',
  currency: '$currency',
  total: '$revenue',
};

/**
 * Reads one event of Amplitude's SDK, as its plugins get it: the events of
 * https://amplitude.com/docs/data/sources/instrument-checkout-funnel, revenue that names its product, and what `events`
 * adds. Null for any other, and for revenue below 0, a refund.
 */
export const parseAmplitude = (event: unknown, { events = {}, itemId }: AmplitudeParseOptions = {}): ParsedCall =>
  readSafely('amplitude', () => {
    if (!isRecord(event)) return null;
    const { event_type: type, event_properties: properties } = event;
    const kind = kindOf<CommerceKind>({ ...COMMERCE_KINDS, [REVENUE]: 'purchase', ...events }, type);
    if (kind === null) return null;
    const about = { via: 'amplitude', event: String(type) };
    if (type !== REVENUE || kind !== 'purchase') {
      const names = itemId === undefined ? COMMERCE_NAMES : { ...COMMERCE_NAMES, ids: [itemId] };
      return readCommerceEvent({ ...about, kind, properties, names });
    }
    if (!isRecord(properties) || Number(properties['$revenue'] ?? properties['$price']) < 0) return null;
    return readProducts({ ...about, kind, names: REVENUE_NAMES, products: [properties] });
  });

let connected = 0;
const remember = createMemory();

/**
 * Records what a site tracks by Amplitude's Browser SDK 2, by a plugin of type `enrichment` that hands every event on as
 * it came (https://amplitude.com/docs/sdks/sdk-plugins). Returns what ends it.
 */
export function connectAmplitude(kit: AdapterKit, options: AmplitudeOptions = {}): Unsubscribe {
  const given = options.amplitude ?? (globalThis as { amplitude?: AmplitudeOptions['amplitude'] }).amplitude;
  const amplitude = given as { add(plugin: object): unknown; remove(name: string): unknown };
  // what comes for the snippet of the page is the same SDK
  const intake = createIntake(kit, options, remember(options.amplitude ?? globalThis));
  const name = `nearside-${String(++connected)}`;
  let isLive = true;
  const execute = (event: unknown): Promise<unknown> => {
    if (isLive) intake(parseAmplitude(event, options));
    return Promise.resolve(event);
  };
  try {
    amplitude.add({ name, type: 'enrichment', setup: () => Promise.resolve(), execute });
  } catch {
    intake(ignored('amplitude: no SDK that takes a plugin'));
  }
  return () => {
    isLive = false;
    try {
      amplitude.remove(name);
    } catch {
      // it hears nothing any more either way
    }
  };
}
