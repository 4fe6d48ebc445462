import { isRecord } from '../src/core/guards.ts';
import type { SignalKind } from '../src/core/signal.ts';
import { looseText } from './loose-value.ts';
import { type ProductNames, readProducts, readSearch } from './product-call.ts';
import type { ParsedCall } from './tracking-call.ts';

/** Kinds that an event about products can mean. */
export type CommerceKind = Exclude<SignalKind, 'impression'>;

/** Segment's names, which Amplitude's guides use too. */
export const COMMERCE_KINDS = {
  'Product Viewed': 'view',
  'Product Clicked': 'click',
  'Product Added': 'add_to_cart',
  'Order Completed': 'purchase',
  'Products Searched': 'search',
} as const;

export const COMMERCE_NAMES: ProductNames = {
  ids: ['product_id', 'sku'],
  category: 'category',
  brand: 'brand',
  price: 'price',
  quantity: 'quantity',
  currency: 'currency',
};

export interface CommerceEvent {
  readonly via: string;
  readonly event: string;
  readonly kind: CommerceKind;
  readonly properties: unknown;
  readonly names: ProductNames;
  readonly keys?: readonly string[];
}

/** An event about the product that its properties describe, or about those in `products`. */
export function readCommerceEvent({ properties, kind, keys = [], ...event }: CommerceEvent): ParsedCall {
  const given = isRecord(properties) ? properties : {};
  if (kind === 'search') return readSearch(event.via, given['query'], keys);
  const order = kind === 'purchase' ? looseText(given['order_id']) : undefined;
  return readProducts({
    ...event,
    ...{ kind, products: given['products'] ?? [given], currency: given['currency'] },
    keys: order === undefined ? keys : [...keys, `order ${order}`],
  });
}
