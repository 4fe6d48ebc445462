import type { Money } from '../src/core/money.ts';
import products from './catalogue.json' with { type: 'json' };

/** One product of the demo shop. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly brand: string;
  readonly price: Money;
  readonly stock: number;
  /** Share of the price that the shop keeps, 0 to 1. */
  readonly margin: number;
  /** Sales in an average month: the shop's own order, and the simulator's. */
  readonly popularity: number;
  /** Which drawing of `pictures/` shows it. */
  readonly shape: string;
  readonly description: string;
}

export interface Category {
  readonly id: string;
  readonly title: string;
}

/** The shop's products; `catalogue.json` is their single source, for the simulator too. */
export const CATALOGUE: readonly Product[] = products;

export const CATEGORIES: readonly Category[] = [
  { id: 'tents', title: 'Tents & tarps' },
  { id: 'backpacks', title: 'Backpacks & bags' },
  { id: 'footwear', title: 'Boots & shoes' },
  { id: 'kitchen', title: 'Camp kitchen' },
  { id: 'lighting', title: 'Lanterns & lamps' },
  { id: 'sleeping', title: 'Sleep & rest' },
];

const byId = new Map(CATALOGUE.map((product) => [product.id, product]));

export const findProduct = (id: string): Product | undefined => byId.get(id);
