import type { Product } from './catalogue.ts';

/** What a visitor may ask of a shelf, by the names of the page's address. */
export interface ShelfQuery {
  readonly brand: string;
  /** Highest price in euros, as text; empty without a limit. */
  readonly under: string;
  readonly sort: Sort;
  /** Counted from 1. */
  readonly page: number;
}

export type Sort = 'best' | 'cheapest' | 'dearest' | 'name';

export interface Shelf {
  readonly items: readonly Product[];
  /** How many there are on all pages. */
  readonly count: number;
  readonly page: number;
  readonly pages: number;
}

export const PRICE_LIMITS: readonly string[] = ['25', '50', '100', '200'];

const PAGE_SIZE = 24;

/** `best` keeps the order that comes in. */
const ORDERS: Readonly<Record<Sort, (a: Product, b: Product) => number>> = {
  best: () => 0,
  cheapest: (a, b) => a.price.amount - b.price.amount,
  dearest: (a, b) => b.price.amount - a.price.amount,
  name: (a, b) => a.title.localeCompare(b.title, 'en'),
};

const isSort = (text: string): text is Sort => Object.hasOwn(ORDERS, text);

/** From the parameters of an address; what cannot be used counts as not given. */
export function parseShelfQuery({
  brand = '',
  under = '',
  sort = '',
  page = '',
}: Readonly<Record<string, string>>): ShelfQuery {
  return {
    brand,
    under: PRICE_LIMITS.includes(under) ? under : '',
    sort: isSort(sort) ? sort : 'best',
    page: /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1,
  };
}

/** One page of the products that are asked for; a page that does not exist is the last one. */
export function arrangeShelf(products: readonly Product[], { brand, under, sort, page }: ShelfQuery): Shelf {
  const most = under === '' ? Infinity : Number(under);
  const left = products
    .filter((product) => (brand === '' || product.brand === brand) && product.price.amount <= most)
    .toSorted(ORDERS[sort]);
  const pages = Math.max(1, Math.ceil(left.length / PAGE_SIZE));
  const at = Math.min(page, pages);
  return { items: left.slice((at - 1) * PAGE_SIZE, at * PAGE_SIZE), count: left.length, page: at, pages };
}

/** The address of another page of the same shelf: what is not given is left out. */
export function shelfPath(path: string, parameters: Readonly<Record<string, string | number>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== '' && value !== 'best' && value !== 1) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}
