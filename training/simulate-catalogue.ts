import { createRandom, gaussian } from '../src/core/random.ts';
import type { CatalogueItem } from './simulate-model.ts';

/** A catalogue that belongs to no shop: `count` items in about sqrt(count) / 2 categories, long-tailed popularity. */
export function createNeutralCatalogue(count: number, seed: number): CatalogueItem[] {
  const random = createRandom(seed);
  const categories = Math.max(2, Math.round(Math.sqrt(count) / 2));
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => {
    const category = index % categories;
    const number = String(index + 1).padStart(digits, '0');
    return {
      id: `item-${number}`,
      title: `Item ${number}`,
      category: `category-${String(category + 1)}`,
      brand: `brand-${String(Math.floor(random() * categories) + 1)}`,
      price: Math.round(Math.exp(3 + gaussian(random) * 0.7) * 100) / 100,
      popularity: Math.max(1, Math.round(Math.exp(4 + gaussian(random)))),
    };
  });
}

/** Reads a catalogue from JSON: an array of items; `price` is a number or `{amount}`. Throws a message for people. */
export function parseCatalogue(input: unknown): CatalogueItem[] {
  if (!Array.isArray(input)) throw new TypeError('a catalogue is a JSON array of items');
  const items = input.map((entry, index) => parseItem(entry, index + 1));
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) throw new TypeError(`catalogue item ${id} appears twice`);
    ids.add(id);
  }
  if (items.length < 2) throw new TypeError('a catalogue needs at least 2 items');
  return items;
}

function parseItem(entry: unknown, place: number): CatalogueItem {
  const given = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
  const text = (key: string): string => {
    const value = given[key];
    if (typeof value !== 'string' || value === '') throw new TypeError(`catalogue item ${String(place)} has no ${key}`);
    return value;
  };
  const count = (key: string, value: unknown): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw new TypeError(`catalogue item ${String(place)} needs a ${key} above 0`);
  };
  const price = given['price'];
  return {
    id: text('id'),
    title: text('title'),
    category: text('category'),
    brand: text('brand'),
    price: count('price', typeof price === 'object' && price !== null && 'amount' in price ? price.amount : price),
    popularity: count('popularity', given['popularity'] ?? 1),
  };
}
