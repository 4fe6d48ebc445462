import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../demo/catalogue.ts';
import { findProducts, parseQuery } from '../../demo/search.ts';
import { arrangeShelf, parseShelfQuery, shelfPath } from '../../demo/shelf.ts';

const idsFor = (query: string): string[] => findProducts(query).products.map(({ id }) => id);

describe('search', () => {
  test.each([
    ['glow lantern', 'glow-lantern'],
    ['granite boots', 'granite-boot'],
    ['GRANITE Böot', 'granite-boot'],
    ['fishermans shell', 'fishermans-shell'],
    ['corkscrew', 'picnic-knife'],
    ['lantrn glow', 'glow-lantern'],
  ])('%s finds first %s', (query, id) => {
    expect(idsFor(query)[0]).toBe(id);
  });

  test('a title says more than a description, a brand finds all of its things', () => {
    const [first] = findProducts('lantern').products;
    expect(first?.title).toMatch(/lantern/i);
    const brand = findProducts('otterburn').products;
    expect(brand.filter((product) => product.brand === 'Otterburn')).toEqual(brand);
    expect(brand).toHaveLength(CATALOGUE.filter((product) => product.brand === 'Otterburn').length);
  });

  test('words that people use: another name of a thing, a colour, singular and plural', () => {
    expect(
      new Set(
        findProducts('rucksack')
          .products.slice(0, 20)
          .map(({ shape }) => shape),
      ),
    ).toEqual(new Set(['daypack', 'rolltop', 'trek']));
    expect(idsFor('red boots')[0]).toBe('alpine-classic-boot');
    expect(idsFor('lantern')).toEqual(idsFor('lanterns'));
    expect(idsFor('a knife for the picnic')[0]).toBe('picnic-knife');
  });

  test('what is not there finds nothing; a slip of the pen is answered with words of the shop', () => {
    expect(findProducts('kettel')).toMatchObject({
      products: [],
      suggestions: expect.arrayContaining(['kettle']) as unknown,
    });
    expect(findProducts('xyzzy')).toEqual({ products: [], suggestions: [] });
    expect(findProducts('')).toEqual({ products: [], suggestions: [] });
    for (const suggestion of findProducts('kettel').suggestions) expect(idsFor(suggestion)).not.toEqual([]);
  });

  test('a query loses its spare spaces and what is too long', () => {
    expect(parseQuery('  red \n boots ')).toBe('red boots');
    expect(parseQuery(undefined)).toBe('');
    expect(parseQuery('x'.repeat(500))).toHaveLength(100);
  });
});

describe('shelf', () => {
  const plain = parseShelfQuery({});
  const prices = (query: object): number[] =>
    arrangeShelf(CATALOGUE, { ...plain, ...query }).items.map(({ price }) => price.amount);

  test('what an address cannot mean is not given', () => {
    expect(plain).toEqual({ brand: '', under: '', sort: 'best', page: 1 });
    expect(parseShelfQuery({ brand: 'Veldra', under: '50', sort: 'dearest', page: '3' })).toEqual({
      ...{ brand: 'Veldra', under: '50', sort: 'dearest', page: 3 },
    });
    expect(parseShelfQuery({ under: '51', sort: 'toString', page: '-1' })).toEqual(plain);
  });

  test('narrowed, sorted and cut into pages; the last page where there are no more', () => {
    expect(prices({ sort: 'cheapest' })).toEqual(prices({ sort: 'cheapest' }).toSorted((a, b) => a - b));
    expect(prices({ sort: 'dearest' })).toEqual(prices({ sort: 'dearest' }).toSorted((a, b) => b - a));
    expect(prices({ under: '50' }).every((price) => price <= 50)).toBe(true);
    const veldra = arrangeShelf(CATALOGUE, { ...plain, brand: 'Veldra' });
    expect(veldra.items.every(({ brand }) => brand === 'Veldra')).toBe(true);
    const last = arrangeShelf(CATALOGUE, { ...plain, page: 9999 });
    expect(last).toMatchObject({ count: CATALOGUE.length, page: last.pages });
    const all = Array.from({ length: last.pages }, (_, index) =>
      arrangeShelf(CATALOGUE, { ...plain, page: index + 1 }),
    );
    expect(all.flatMap(({ items }) => items)).toEqual(CATALOGUE);
    expect(arrangeShelf(CATALOGUE, { ...plain, brand: 'Nobody' })).toEqual({ items: [], count: 0, page: 1, pages: 1 });
  });

  test('an address holds only what is asked for', () => {
    expect(shelfPath('/search', { q: 'wool & silk', kind: '', page: 1 })).toBe('/search?q=wool+%26+silk');
    expect(shelfPath('/category/tents', { ...plain })).toBe('/category/tents');
    expect(shelfPath('/category/tents', { ...plain, sort: 'name', page: 2 })).toBe('/category/tents?sort=name&page=2');
  });
});
