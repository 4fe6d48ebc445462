import { describe, expect, test, vi } from 'vitest';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { Generator } from '../../training/simulate-generator.ts';
import type { SimulatedSlate, SimulationOptions } from '../../training/simulate-model.ts';
import { expectedByPlace } from '../../training/simulate-policy.ts';
import { isOnSale } from '../../training/simulate-shelf.ts';
import { TASTE_SPREAD, tasteKept } from '../../training/simulate-tastes.ts';
import { priceSlate } from '../../training/simulate-truth.ts';
import { simulate } from '../../training/simulate.ts';
import { createRandom } from '../../src/core/random.ts';
import { FAR, binomialRange, chiSquareLimit, estimate } from './statistics.ts';

const catalogue = createNeutralCatalogue(60, 1);
const run = (options: Partial<SimulationOptions> = {}) => simulate({ visits: 2000, seed: 3, catalogue, ...options });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

vi.setConfig({ testTimeout: 30_000 });

describe('propensities', () => {
  const SEEDS = 200;

  /** In how many of the seeds the 95 % interval of each weighted mean holds the uniform policy's true value. */
  function coverage(slateSize: number, weights: readonly ((slate: SimulatedSlate) => number)[]): number[] {
    const covered = weights.map(() => 0);
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { slates, truth } = run({ visits: 100, seed, slateSize });
      const value = estimate(slates.map((slate) => sum(priceSlate(slate, truth.examination).uniform))).mean;
      weights.forEach((weigh, i) => {
        const terms = slates.map((slate) => weigh(slate) * sum(slate.clicked.map(Number)));
        const { mean, standardError } = estimate(terms);
        if (Math.abs(mean - value) <= 1.96 * standardError) covered[i]++;
      });
    }
    return covered;
  }

  /** Chance under the uniform policy over that under the logging policy: of a list, the product of conditional ones. */
  const inverse = ({ candidates, propensities }: SimulatedSlate): number =>
    propensities.reduce((weight, propensity, place) => weight / (candidates.length - place) / propensity, 1);
  const [low] = binomialRange(SEEDS, 0.95, 0.001);

  test('inverse-propensity estimates of the uniform policy cover its value in 95 % of seeds, wrong ones do not', () => {
    const [right, unweighted, tooLow] = coverage(1, [inverse, () => 1, (slate) => 1.5 * inverse(slate)]);
    expect(right).toBeGreaterThanOrEqual(low);
    expect(unweighted).toBeLessThan(low);
    expect(tooLow).toBeLessThan(low);
    const [pairs, unweightedPairs] = coverage(2, [inverse, () => 1]);
    expect(pairs).toBeGreaterThanOrEqual(low);
    expect(unweightedPairs).toBeLessThan(low);
  }, 120_000);

  test('none lies below the floor that the range of scores gives', () => {
    for (const { propensities, candidates } of run({ visits: 300 }).slates) {
      propensities.forEach((propensity, place) => {
        expect(propensity).toBeGreaterThanOrEqual(1 / (1 + (candidates.length - place - 1) * Math.exp(2.5)) - 1e-12);
      });
    }
  });
});

describe('position bias', () => {
  const { slates, truth } = run({ visits: 8000 });

  /** Clicks at each place, weighted; then relative to the first, with the delta method's standard error. */
  function relative(weigh: (slate: SimulatedSlate, place: number) => number) {
    const terms = truth.examination.map((_, place) =>
      slates.map((slate) => (slate.clicked[place] ? weigh(slate, place) : 0)),
    );
    const [first] = terms.map((of) => estimate(of).mean);
    return terms.map((of) => {
      const ratio = estimate(of).mean / first;
      const { standardError } = estimate(of.map((term, i) => (term - ratio * terms[0][i]) / first));
      return { ratio, standardError };
    });
  }

  /** How many standard errors the worst place is off. */
  const distance = (places: ReturnType<typeof relative>): number =>
    Math.max(
      ...places
        .slice(1)
        .map(({ ratio, standardError }, i) => Math.abs(ratio - truth.examination[i + 1]) / standardError),
    );

  test('weights by each item’s chance of its place give the examination back; plain click rates do not', () => {
    const inverse = ({ scores, order, candidates }: SimulatedSlate, place: number): number => {
      const marks = scores.map((_, i) => (i === order[place] ? 1 : 0));
      return 1 / candidates.length / expectedByPlace(scores, marks, order.length)[place];
    };
    expect(distance(relative(inverse))).toBeLessThan(FAR);
    // better items stand higher: what looks like position bias is partly the generator's
    expect(distance(relative(() => 1))).toBeGreaterThan(FAR);
  });

  test('without it every place is looked at', () => {
    expect(run({ visits: 5, positionBias: 0 }).truth.examination).toEqual(new Array<number>(8).fill(1));
    expect(truth.examination.map((looked) => looked.toFixed(4))).toEqual([
      '1.0000',
      '0.5743',
      '0.4152',
      '0.3299',
      '0.2759',
      '0.2385',
      '0.2108',
      '0.1895',
    ]);
  });
});

describe('true click chances', () => {
  const { slates, truth } = run();
  const rows = slates.flatMap(({ order, clicked, clickChances }) =>
    order.map((shown, place) => ({
      chance: truth.examination[place] * clickChances[shown],
      unbiased: clickChances[shown],
      clicked: clicked[place],
    })),
  );

  /** Chi-square over ten groups of equal size by chance. */
  function miscalibration(chanceOf: (row: (typeof rows)[number]) => number): number {
    const sorted = rows.toSorted((a, b) => chanceOf(a) - chanceOf(b));
    const size = Math.ceil(sorted.length / 10);
    const groups = Array.from({ length: 10 }, (_, i) => sorted.slice(i * size, (i + 1) * size));
    return sum(
      groups.map((group) => {
        const excess = sum(group.map((row) => Number(row.clicked) - chanceOf(row)));
        return excess ** 2 / sum(group.map((row) => chanceOf(row) * (1 - chanceOf(row))));
      }),
    );
  }

  test('are calibrated: examination times chance; without examination they are not', () => {
    expect(miscalibration(({ chance }) => chance)).toBeLessThan(chiSquareLimit(10));
    expect(miscalibration(({ unbiased }) => unbiased)).toBeGreaterThan(chiSquareLimit(10));
  });

  test('the value of the logging policy is what the log got; that of others is not', () => {
    const values = slates.map((slate) => priceSlate(slate, truth.examination));
    const distance = (policy: 'logging' | 'uniform' | 'generator' | 'oracle'): number => {
      const { mean, standardError } = estimate(
        slates.map(({ clicked }, i) => sum(clicked.map(Number)) - sum(values[i][policy])),
      );
      return Math.abs(mean) / standardError;
    };
    expect(distance('logging')).toBeLessThan(FAR);
    for (const other of ['uniform', 'generator', 'oracle'] as const) expect(distance(other)).toBeGreaterThan(FAR);
    const mean = (policy: 'logging' | 'uniform' | 'generator' | 'oracle') => sum(values.map((of) => sum(of[policy])));
    expect(mean('uniform')).toBeLessThan(mean('logging'));
    expect(mean('generator')).toBeLessThan(mean('oracle'));
  });
});

describe('drift', () => {
  /** Steps of each shopper's tastes from one visit's week to the next, in units of what the model says they vary by. */
  function steps(drift: number, assumed = drift): number[] {
    const { tastes } = run({ drift }).truth;
    const last = new Map<string, (typeof tastes)[number]>();
    return tastes.flatMap((taste) => {
      const before = last.get(taste.shopperId);
      last.set(taste.shopperId, taste);
      if (before === undefined || taste.shopperId === '') return [];
      const kept = tasteKept(assumed, taste.week - before.week);
      const spread = TASTE_SPREAD.categories * Math.sqrt(1 - kept ** 2);
      return taste.categories.map((weight, i) => (weight - kept * before.categories[i]) / spread);
    });
  }

  /** The sum of squares of so many standard normal numbers. */
  const isStandard = (values: readonly number[]): boolean =>
    Math.abs(sum(values.map((value) => value ** 2)) - values.length) < FAR * Math.sqrt(2 * values.length) &&
    Math.abs(sum(values)) < FAR * Math.sqrt(values.length);

  test('tastes move by as much as the truth says', () => {
    const values = steps(0.3);
    expect(values.length).toBeGreaterThan(1000);
    expect(isStandard(values)).toBe(true);
    expect(isStandard(steps(0.3, 0.4))).toBe(false);
  });

  test('without drift they stay', () => {
    const { tastes } = run({ drift: 0 }).truth;
    const first = new Map(tastes.toReversed().map((taste) => [taste.shopperId, taste]));
    for (const { shopperId, ...taste } of tastes) expect(taste.brands).toEqual(first.get(shopperId)?.brands);
  });

  test('the mix of what is clicked moves with fashion', () => {
    const { truth } = run();
    const fashion = truth.tastes.filter(({ shopperId }) => shopperId === '');
    expect(fashion.map(({ week }) => week)).toEqual(Array.from({ length: 9 }, (_, week) => week));
    expect(fashion[8].categories).not.toEqual(fashion[0].categories);
  });
});

describe('the shelf', () => {
  const { truth, slates, events } = run();

  test('only what is on sale is listed or bought, and items come and go', () => {
    const places = new Map(catalogue.map((item, place) => [item, place]));
    for (const { at, candidates } of slates) {
      expect(candidates.every((item) => isOnSale(truth.shelf[item], at))).toBe(true);
    }
    const first = events[0].at;
    const late = truth.shelf.filter(({ appearsAt }) => appearsAt > first).length;
    const out = truth.shelf.filter(({ outFrom }) => outFrom !== undefined).length;
    const [newLow, newHigh] = binomialRange(58, 0.15, 0.001);
    const [outLow, outHigh] = binomialRange(58, 0.3, 0.001);
    expect(late >= newLow && late <= newHigh).toBe(true);
    expect(out >= outLow && out <= outHigh).toBe(true);
    for (const { item, kind, at } of events) {
      // a visit may end a little after an item went: what is in a tab or a cart is still there
      const life = truth.shelf[places.get(item) ?? -1];
      if (kind === 'click') expect(isOnSale(life, at) || isOnSale(life, at - 30 * 60_000)).toBe(true);
    }
  });
});

describe('lag', () => {
  const list = (rows: readonly { item: number; at: number }[], lagMinutes: number) => {
    const generator = new Generator({ random: createRandom(1), catalogue, lagMinutes });
    const now = Date.UTC(2026, 9, 1);
    rows.forEach(({ item, at }) => {
      generator.observe({ item, at: now + at });
    });
    return generator.list({ at: now, known: [], onSale: catalogue.map((_, item) => item), places: 8 });
  };
  const hour = 3_600_000;

  test('views within the lag change nothing in a list, the same views before it do', () => {
    const recent = Array.from({ length: 50 }, (_, i) => ({ item: i % 3, at: -hour + 1 + i }));
    expect(list(recent, 60)).toEqual(list([], 60));
    expect(list(recent, 59)).not.toEqual(list([], 59));
    // told out of order, as visits overlap
    const shuffled = recent.toSorted((a, b) => a.item - b.item);
    expect(list(shuffled, 30)).toEqual(list(recent, 30));
  });

  test.each([0, 3, 1000])('with a lag of %i rows a list knows all but those', (lagEvents) => {
    const { slates, events } = run({ visits: 200, lagEvents });
    for (const { events: rows, knownEvents, seenUntil, at, sessionId } of slates) {
      expect(knownEvents).toBe(Math.max(0, rows - lagEvents));
      const before = events.filter((event) => event.sessionId === sessionId && event.at < at).slice(0, knownEvents);
      expect(seenUntil).toBe(before.at(-1)?.at);
    }
    expect(slates.some(({ events: rows }) => rows > 3)).toBe(true);
  });

  test('a list that knows more is clicked more', () => {
    const value = (lagEvents: number) => {
      const { slates, truth } = run({ lagEvents, seed: 1 });
      return estimate(slates.map((slate) => sum(priceSlate(slate, truth.examination).logging)));
    };
    const [fresh, stale] = [value(0), value(8)];
    const error = Math.hypot(fresh.standardError, stale.standardError);
    expect((fresh.mean - stale.mean) / error).toBeGreaterThan(FAR);
  });
});
