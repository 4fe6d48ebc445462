import { isRecord } from '../src/core/guards.ts';
import type { Unsubscribe } from '../src/kit/types.ts';
import { type AdapterKit, type AdapterOptions, createIntake, createMemory } from './intake.ts';
import { looseText } from './loose-value.ts';
import { type ProductNames, readProducts, readSearch } from './product-call.ts';
import { type ParsedCall, ignored, kindOf, readSafely } from './tracking-call.ts';
import { wrapMethod } from './wrapped-method.ts';

export type { AdapterKit, AdapterOptions } from './intake.ts';
export type { ParsedCall, TrackingCall } from './tracking-call.ts';

/** https://developers.google.com/analytics/devguides/collection/ga4/reference/events */
const KINDS = {
  view_item: 'view',
  select_item: 'click',
  add_to_cart: 'add_to_cart',
  purchase: 'purchase',
  search: 'search',
  view_search_results: 'search',
} as const;

export interface Ga4ParseOptions {
  /** The property of `items` that holds the id of the candidates. Default `item_id`. */
  readonly itemId?: string;
}

export interface Ga4Options extends AdapterOptions, Ga4ParseOptions {
  /** Default `window.dataLayer`, made where it is missing. */
  readonly dataLayer?: { push(...entries: never[]): unknown };
}

/** The layers whose earlier entries have been read: what a kit has recorded, another one of the page must not. */
const read = new WeakSet<object>();
const remember = createMemory();

/**
 * Reads one entry of a data layer: what `gtag('event', …)` pushes, or an object with `event` for Google Tag Manager, its
 * parameters under `ecommerce` or beside it
 * (https://developers.google.com/analytics/devguides/collection/ga4/ecommerce). Null for any other entry. `price` is what
 * one unit cost: `discount` is not taken off again
 * (https://developers.google.com/analytics/devguides/collection/ga4/apply-discount).
 */
export const parseGa4 = (entry: unknown, { itemId = 'item_id' }: Ga4ParseOptions = {}): ParsedCall =>
  readSafely('ga4', () => {
    if (typeof entry !== 'object' || entry === null) return null;
    const call = entry as Readonly<Record<string | number, unknown>>;
    const isCommand = call[0] === 'event';
    const event = isCommand ? call[1] : call['event'];
    const kind = kindOf(KINDS, event);
    if (kind === null) return null;
    const near = isCommand ? call[2] : call['ecommerce'];
    const parameter = (name: string): unknown => (isRecord(near) ? near[name] : undefined) ?? call[name];
    if (kind === 'search') return readSearch('ga4', parameter('search_term'));
    const order = kind === 'purchase' ? looseText(parameter('transaction_id')) : undefined;
    return readProducts({
      ...{ via: 'ga4', event: String(event), kind, names: namesOf(itemId), products: parameter('items') },
      ...{ currency: parameter('currency'), keys: order === undefined ? [] : [order] },
    });
  });

const namesOf = (itemId: string): ProductNames => ({
  ids: [itemId],
  category: 'item_category',
  brand: 'item_brand',
  price: 'price',
  quantity: 'quantity',
  currency: 'currency',
});

/**
 * Records what a site pushes into its GA4 data layer: what is in it already (once, however often and by whichever kit it
 * is connected) and what follows. Every push reaches the layer as before. A purchase is recorded once for a
 * `transaction_id`, until the page ends. Returns what ends it.
 */
export function connectGa4(kit: AdapterKit, options: Ga4Options = {}): Unsubscribe {
  const dataLayer = options.dataLayer ?? ((globalThis as { dataLayer?: unknown[] }).dataLayer ??= []);
  const intake = createIntake(kit, options, remember(dataLayer));
  const take = (entries: readonly unknown[]): void => entries.forEach((entry) => intake(parseGa4(entry, options)));
  if (Array.isArray(dataLayer) && !read.has(dataLayer)) take([...(dataLayer as unknown[])]);
  read.add(dataLayer);
  const stop = wrapMethod(dataLayer, 'push', take);
  if (stop === null) intake(ignored('ga4: a data layer that cannot be listened to'));
  return stop ?? (() => undefined);
}
