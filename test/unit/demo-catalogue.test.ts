import { describe, expect, test } from 'vitest';
import { CATALOGUE, CATEGORIES, findProduct, productsOf } from '../../demo/catalogue.ts';
import { drawPicture } from '../../demo/picture.ts';
import { drawCamp } from '../../demo/pictures/camp.ts';
import { SHAPE_NAMES } from '../../demo/pictures/shapes.ts';

const MAX_PICTURE_BYTES = 4096;

/** Opened less closed tags: 0 in well-formed markup. */
function balance(svg: string): number {
  const opened = svg.match(/<[a-z][^>]*[^/]>|<[a-z]>/gi) ?? [];
  return opened.length - (svg.match(/<\//g) ?? []).length;
}

describe('catalogue', () => {
  test('more than 400 products in 12 categories with everything a candidate needs', () => {
    expect(CATALOGUE.length).toBeGreaterThan(400);
    expect(CATEGORIES).toHaveLength(12);
    for (const key of ['id', 'title', 'description'] as const)
      expect(new Set(CATALOGUE.map((product) => product[key])).size).toBe(CATALOGUE.length);
    for (const { id, category, price, stock, margin, popularity, description } of CATALOGUE) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(CATEGORIES.map((known) => known.id)).toContain(category);
      expect(price).toEqual({ amount: price.amount, currency: 'EUR' });
      expect(price.amount > 0 && margin > 0 && margin < 1 && popularity > 0).toBe(true);
      expect(Number.isInteger(stock) && stock >= 0).toBe(true);
      expect(description).toMatch(/^[A-Z].*[.?!]$/);
    }
  });

  test('each category fills more than a page and has a picture of its own; some things are few, some sold out', () => {
    for (const { id, cover } of CATEGORIES) {
      expect(productsOf(id).length).toBeGreaterThan(24);
      expect(findProduct(cover)?.category).toBe(id);
    }
    const stocks = CATALOGUE.map(({ stock }) => stock);
    expect(stocks.filter((stock) => stock === 0).length).toBeGreaterThan(10);
    expect(stocks.filter((stock) => stock > 0 && stock < 4).length).toBeGreaterThan(10);
  });

  test('few sell much and most sell little', () => {
    const sold = CATALOGUE.map(({ popularity }) => popularity).sort((a, b) => b - a);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    expect(sum(sold.slice(0, sold.length / 5)) / sum(sold)).toBeGreaterThan(0.5);
  });
});

describe('pictures', () => {
  const pictures = CATALOGUE.map((product) => drawPicture(product));

  test('deterministic, titled SVG that is small and has nothing a policy would refuse', () => {
    expect(pictures).toEqual(CATALOGUE.map((product) => drawPicture(product)));
    for (const svg of [...pictures, drawCamp('day'), drawCamp('night')]) {
      expect(svg).toMatch(
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+" role="img"><title>[^<]+</,
      );
      expect(svg).not.toMatch(/NaN|undefined|<script|style=|href=|"none"\/>/);
      expect(balance(svg)).toBe(0);
    }
    for (const svg of pictures) expect(Buffer.byteLength(svg)).toBeLessThan(MAX_PICTURE_BYTES);
  });

  test('no two look the same, and every shape that can be drawn is sold', () => {
    expect(new Set(pictures.map((svg) => svg.replace(/<title>.*?<\/title>/, ''))).size).toBe(CATALOGUE.length);
    // the same thing in the same colours would differ by its backdrop alone
    const looks = CATALOGUE.map(({ shape, colour, form, pattern }) => [shape, colour, form, pattern].join());
    expect(new Set(looks).size).toBeGreaterThan(CATALOGUE.length * 0.97);
    expect(new Set(CATALOGUE.map(({ shape }) => shape))).toEqual(new Set(SHAPE_NAMES));
    expect(SHAPE_NAMES.length).toBeGreaterThan(100);
  });

  test('a picture escapes its title and names an unknown shape or colour', () => {
    const odd = { id: 'x', title: '<b> & "c"', shape: 'ridge', colour: 'rust' };
    expect(drawPicture(odd)).toContain('<title>&lt;b&gt; &amp; &quot;c&quot;</title>');
    expect(() => drawPicture({ ...odd, shape: 'cube' })).toThrow(/cube/);
    expect(() => drawPicture({ ...odd, colour: 'beige' })).toThrow(/beige/);
  });
});
