import MiniSearch from 'minisearch';
import { CATALOGUE, type Product, findCategory, findProduct } from './catalogue.ts';
import { COLOUR_WORDS, EMPTY_WORDS, SHAPE_WORDS } from './search-words.ts';

export interface Found {
  /** Best first. */
  readonly products: readonly Product[];
  /** Queries that would find something, where this one finds nothing. */
  readonly suggestions: readonly string[];
}

/** Longer ones are cut: nobody types that much, and the signal that the page records has room for it. */
const MAX_QUERY_CHARS = 100;

/** Shorter words must be whole, and written right. */
const MIN_PREFIX_CHARS = 3;
const MIN_FUZZY_CHARS = 5;

const MAX_SUGGESTIONS = 3;

/** `Lanterns` and `lantern` are one word, `Café` and `cafe` too; null for one that says nothing. */
function processTerm(term: string): string | null {
  const plain = term.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return EMPTY_WORDS.has(plain) ? null : plain.replace(/(?<=\w{3})s$/, '');
}

/** Where words are looked for, and how much a word there says. */
const FIELDS: Readonly<Record<string, { readonly weight: number; readonly read: (product: Product) => string }>> = {
  title: { weight: 6, read: ({ title }) => title },
  brand: { weight: 4, read: ({ brand }) => brand },
  kind: { weight: 4, read: ({ shape }) => `${shape} ${SHAPE_WORDS[shape] ?? ''}` },
  category: { weight: 2, read: ({ category }) => findCategory(category)?.title ?? '' },
  colour: { weight: 1, read: ({ colour }) => `${colour} ${COLOUR_WORDS[colour] ?? ''}` },
  description: { weight: 1, read: ({ description }) => description },
};

const index = new MiniSearch<Product>({
  fields: Object.keys(FIELDS),
  extractField: (product, name) => FIELDS[name]?.read(product) ?? product.id,
  processTerm,
  searchOptions: {
    boost: Object.fromEntries(Object.entries(FIELDS).map(([name, { weight }]) => [name, weight])),
    prefix: (term) => term.length >= MIN_PREFIX_CHARS,
    combineWith: 'AND',
  },
});
index.addAll(CATALOGUE);

/** Spaces at the ends and in a row do not count. */
export const parseQuery = (text = ''): string => text.replace(/\s+/g, ' ').trim().slice(0, MAX_QUERY_CHARS);

/** A long word may be written a little wrong. */
const isNear = (term: string): number | false => (term.length >= MIN_FUZZY_CHARS ? 0.2 : false);

/**
 * The products that hold every word of the query as it is written, else nearly so, by how much each word says; equal
 * ones by what sells better.
 */
export function findProducts(query: string): Found {
  const exact = index.search(query);
  const results = exact.length > 0 ? exact : index.search(query, { fuzzy: isNear });
  const rank = new Map(results.map(({ id, score }) => [String(id), score]));
  const products = results
    .flatMap(({ id }) => findProduct(String(id)) ?? [])
    .sort((a, b) => (rank.get(b.id) ?? 0) - (rank.get(a.id) ?? 0) || b.popularity - a.popularity);
  return { products, suggestions: products.length > 0 ? [] : suggest(query) };
}

/** Words of the shop that are near to those of the query; none that is much further off than the nearest. */
function suggest(query: string): string[] {
  const near = index.autoSuggest(query, { combineWith: 'OR', fuzzy: 0.34, prefix: false });
  const best = near[0]?.score ?? 0;
  return near
    .filter(({ score }) => score > best / 2)
    .map(({ suggestion }) => suggestion)
    .slice(0, MAX_SUGGESTIONS);
}
