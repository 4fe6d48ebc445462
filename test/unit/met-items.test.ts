import { describe, expect, test } from 'vitest';
import { MetItems } from '../../src/kit/met-items.ts';
import { addFacts } from '../../src/store/item-facts.ts';

const price = { amount: 20, currency: 'EUR' };
const bag = { id: 'a', category: 'Bags', price };

function metWith(...said: unknown[]) {
  const met = new MetItems();
  met.add([bag]);
  for (const item of said) met.describe([item]);
  return met.find('a');
}

describe('what a page says of an item', () => {
  test('is added to what is known of it, and what is missing, wrong or null takes nothing away', () => {
    expect(metWith({ id: 'a', category: undefined, price: 'n/a', brand: null })).toEqual(bag);
    expect(metWith({ id: 'a', brand: 'Fell' }, { id: 'a', category: 'Packs' })).toEqual({
      ...{ ...bag, brand: 'Fell', category: 'Packs' },
    });
  });

  test('never throws, whatever it is, and what can be read of it counts', () => {
    const fail = (): never => {
      throw new Error('theirs');
    };
    const hostile = {
      id: 'a',
      get category() {
        return fail();
      },
    };
    const nameless = {
      get id() {
        return fail();
      },
    };
    expect(metWith(hostile, nameless, null, 7, { id: 7 })).toEqual(bag);
    const met = new MetItems();
    met.describe([nameless, hostile, { id: 'b', brand: 'Fell' }]);
    expect([met.find('a'), met.find('b'), met.find('c')]).toEqual([undefined, { id: 'b', brand: 'Fell' }, undefined]);
    for (const input of [null, undefined, 7, {}, 'text']) expect(() => met.describe(input)).not.toThrow();
  });

  test('by its tracking counts where nothing more is known, until there is', () => {
    const told = { id: 'a', category: 'Other', brand: 'Fell', toldBy: 'ga4' };
    expect(metWith(told)).toEqual(bag);
    const met = new MetItems();
    met.describe([told]);
    met.describe([{ id: 'a', price, toldBy: 'ga4' }]);
    expect(met.find('a')).toEqual({ ...told, price });
    met.describe([bag]);
    expect(met.find('a')).toEqual(bag);
    // links alone say nothing
    const links = new MetItems();
    links.add([{ id: 'a', title: 'A', url: '/a' }]);
    links.describe([told]);
    expect(links.find('a')).toEqual(told);
  });

  test('is kept for the newest 20,000', () => {
    const met = new MetItems();
    met.describe(Array.from({ length: 20_001 }, (_, at) => ({ id: `i${String(at)}` })));
    expect([met.find('i0'), met.find('i1')]).toEqual([undefined, { id: 'i1' }]);
  });
});

test('what is stored of an item goes by the same: tracking after a catalogue adds nothing', () => {
  const told = { id: 'a', category: 'Other', toldBy: 'ga4' };
  expect(addFacts(undefined, told)).toEqual(told);
  expect(addFacts(bag, undefined)).toEqual(bag);
  expect(addFacts<object>(bag, told)).toEqual(bag);
  expect(addFacts<object>(told, bag)).toEqual(bag);
  expect(addFacts<object>(told, { id: 'a' })).toEqual(told);
  expect(addFacts<object>({ id: 'a' }, told)).toEqual(told);
});
