import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { drawOrder, expectedByPlace } from '../../training/simulate-policy.ts';
import { chiSquareLimit } from './statistics.ts';

/** Every order of `places` of the scores, with its chance. */
function everyOrder(scores: readonly number[], places: number): { order: readonly number[]; chance: number }[] {
  const extend = (order: readonly number[], chance: number): { order: readonly number[]; chance: number }[] => {
    if (order.length === places) return [{ order, chance }];
    const left = scores.flatMap((score, index) => (order.includes(index) ? [] : [{ index, weight: Math.exp(score) }]));
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    return left.flatMap(({ index, weight }) => extend([...order, index], (chance * weight) / total));
  };
  return extend([], 1);
}

describe('drawOrder', () => {
  const scores = [0, -0.4, -1.1, -2.5, -0.2];
  const draws = 20_000;
  const random = createRandom(5);
  const seen = new Map<string, { count: number; chance: number; naive: number }>();
  const first = scores.map((score) => Math.exp(score) / scores.reduce((sum, other) => sum + Math.exp(other), 0));
  for (let i = 0; i < draws; i++) {
    const { order, propensities } = drawOrder(random, scores, 3);
    const chance = propensities.reduce((product, value) => product * value, 1);
    const naive = order.reduce((product, index) => product * first[index], 1);
    const entry = seen.get(order.join()) ?? { count: 0, chance, naive };
    seen.set(order.join(), { ...entry, count: entry.count + 1 });
  }
  const orders = everyOrder(scores, 3);
  const distance = (chanceOf: (order: readonly number[]) => number): number =>
    orders.reduce((sum, { order }) => {
      const wanted = draws * chanceOf(order);
      return sum + ((seen.get(order.join())?.count ?? 0) - wanted) ** 2 / wanted;
    }, 0);

  test('logs the chance of every order as enumeration gives it', () => {
    expect(orders).toHaveLength(60);
    for (const { order, chance } of orders) {
      const logged = seen.get(order.join())?.chance;
      if (logged !== undefined) expect(logged).toBeCloseTo(chance, 12);
    }
  });

  test('draws each order as often as its propensities say; those of the first place alone would be wrong', () => {
    const limit = chiSquareLimit(orders.length - 1);
    const find = (order: readonly number[]) => orders.find((other) => other.order.join() === order.join())?.chance ?? 0;
    expect(distance(find)).toBeLessThan(limit);
    const naive = (order: readonly number[]): number => order.reduce((product, index) => product * first[index], 1);
    expect(distance(naive)).toBeGreaterThan(limit);
  });

  test('fills as many places as there are items', () => {
    const { order, propensities } = drawOrder(createRandom(1), [0, 0], 8);
    expect(order.toSorted()).toEqual([0, 1]);
    expect(propensities).toEqual([0.5, 1]);
  });
});

describe('expectedByPlace', () => {
  const random = createRandom(2);
  const numbers = (count: number, scale: number): number[] => Array.from({ length: count }, () => random() * scale);

  test.each([
    { items: 2, places: 2, digits: 5 },
    { items: 7, places: 7, digits: 5 },
    { items: 9, places: 3, digits: 6 },
    { items: 12, places: 4, digits: 6 },
  ])('equals the sum over every order: $items items, $places places', ({ items, places, digits }) => {
    for (const scale of [0, -0.5, -2.5]) {
      const scores = numbers(items, scale);
      const values = numbers(items, 1);
      const wanted = new Array<number>(places).fill(0);
      for (const { order, chance } of everyOrder(scores, places)) {
        order.forEach((index, place) => (wanted[place] += chance * values[index]));
      }
      expectedByPlace(scores, values, places).forEach((value, place) => {
        expect(value).toBeCloseTo(wanted[place], digits);
      });
    }
  });

  test('the chances of a place add up to 1', () => {
    const scores = numbers(24, -2.5);
    for (const sum of expectedByPlace(scores, new Array<number>(24).fill(1), 8)) expect(sum).toBeCloseTo(1, 6);
  });
});
