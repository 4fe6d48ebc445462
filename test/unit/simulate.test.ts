import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createNeutralCatalogue, parseCatalogue } from '../../training/simulate-catalogue.ts';
import { SIMULATION_FILES, encodeSimulation } from '../../training/simulate-files.ts';
import { type SimulatedEvent, simulate } from '../../training/simulate.ts';

const catalogue = createNeutralCatalogue(60, 1);
const encode = (seed: number) => encodeSimulation(simulate({ visits: 300, seed, catalogue }), catalogue);
const linesOf = (bytes: Uint8Array) => gunzipSync(bytes).toString().trimEnd().split('\n');

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}

const bySession = (events: readonly SimulatedEvent[]) => groupBy(events, (event) => event.sessionId);

describe('simulated files', () => {
  const files = encode(7);

  test('the same seed gives the same bytes, another seed does not', () => {
    const again = encode(7);
    const other = encode(8);
    expect(Object.keys(files)).toEqual(SIMULATION_FILES);
    for (const name of SIMULATION_FILES) expect(Buffer.compare(files[name], again[name])).toBe(0);
    expect(Buffer.compare(files['events.csv.gz'], other['events.csv.gz'])).not.toBe(0);
  });

  test('gzip headers name neither time nor machine', () => {
    expect([...files['events.csv.gz'].slice(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(files['events.csv.gz'][9]).toBe(255);
  });

  test('columns are those of a site log, rows sorted by time', () => {
    const [head, ...rows] = linesOf(files['events.csv.gz']);
    expect(head).toBe('session_id,user_id,item_id,event_type,timestamp_ms,price,quantity');
    const times = rows.map((row) => Number(row.split(',')[4]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const kinds = new Set(rows.map((row) => row.split(',')[3]));
    expect([...kinds].sort()).toEqual(['add_to_cart', 'click', 'purchase', 'view']);
    const [itemHead, ...items] = linesOf(files['items.csv.gz']);
    expect(itemHead).toBe('item_id,title,category,brand,price');
    expect(items).toHaveLength(60);
  });

  test('impressions and the truth tell one story', () => {
    const simulation = simulate({ visits: 300, seed: 7, catalogue });
    const rows = (name: (typeof SIMULATION_FILES)[number]) => {
      const [head, ...lines] = linesOf(files[name]).map((line) => line.split(','));
      return lines.map((fields) => Object.fromEntries(head.map((column, i) => [column, fields[i]])));
    };
    const impressions = rows('impressions.csv.gz');
    const chances = rows('truth-impressions.csv.gz');
    const slates = new Map(rows('truth-slates.csv.gz').map((row) => [row['slate_id'], row]));
    expect(linesOf(files['impressions.csv.gz'])[0]).toBe(
      'slate_id,session_id,user_id,timestamp_ms,position,item_id,clicked,propensity',
    );
    expect(impressions).toHaveLength(chances.length);
    const numbers = (list: string | undefined): number[] => (list ?? '').split(' ').map(Number);
    let left: number[] = [];
    impressions.forEach((row, i) => {
      const slate = slates.get(row['slate_id']) ?? {};
      const place = (slate['candidates'] ?? '').split(' ').indexOf(row['item_id']);
      const scores = numbers(slate['scores']);
      // recomputed from what a reader of the files has
      if (row['position'] === '0') left = scores.map((score) => Math.exp(score));
      const total = left.reduce((sum, weight) => sum + weight, 0);
      expect(Number(row['propensity'])).toBeCloseTo(left[place] / total, 8);
      left[place] = 0;
      expect(chances[i]).toMatchObject({ slate_id: row['slate_id'], position: row['position'] });
      expect(Number(chances[i]['p_click'])).toBe(numbers(slate['p_clicks'])[place]);
    });
    const truth = JSON.parse(Buffer.from(files['truth.json']).toString()) as {
      policies: Record<string, { clicksPerSlate: number }>;
      clicksByPosition: number[];
    };
    for (const [policy, { clicksPerSlate }] of Object.entries(truth.policies)) {
      const values = [...slates.values()].map((slate) => Number(slate[policy]));
      expect(clicksPerSlate).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
    }
    const clicks = impressions.filter(({ clicked }) => clicked === '1').length;
    expect(clicks).toBe(truth.clicksByPosition.reduce((sum, count) => sum + count, 0));
    expect(clicks).toBe(simulation.events.filter(({ kind }) => kind === 'click').length);
  });

  test('a title with commas and quotes is one CSV field', () => {
    const odd = catalogue.map((item, index) => (index === 0 ? { ...item, title: 'Rope, 8 mm "dry"' } : item));
    const { 'items.csv.gz': items } = encodeSimulation(simulate({ visits: 1, seed: 1, catalogue: odd }), odd);
    expect(linesOf(items)[1]).toContain('"Rope, 8 mm ""dry"""');
  });
});

describe('simulated shoppers', () => {
  const { events, truth } = simulate({ visits: 2000, seed: 3, catalogue });

  test('visits are mostly about one category', () => {
    const categories = new Set(catalogue.map((item) => item.category)).size;
    const pairs = bySession(events).flatMap((session) => {
      const views = session.filter((event) => event.kind === 'view');
      return views.slice(1).map((view, index) => view.item.category === views[index].item.category);
    });
    const share = pairs.filter(Boolean).length / pairs.length;
    expect(share).toBeGreaterThan(2 / categories);
    expect(share).toBeGreaterThan(0.7);
  });

  test('early places of a list get more clicks although the order says nothing', () => {
    // one category, one popularity: the lists are shuffled and only the place differs
    const plain = catalogue.map((item) => ({ ...item, category: 'one', brand: 'one', popularity: 1 }));
    const { slates } = simulate({ visits: 2000, seed: 3, catalogue: plain });
    const clicks = [0, 5].map((place) => slates.filter(({ clicked }) => clicked[place]).length);
    expect(clicks[0]).toBeGreaterThan(2.5 * clicks[1]);
  });

  test('some shoppers come back, some visits are anonymous', () => {
    const visits = groupBy(truth.visits, (visit) => visit.shopperId);
    expect(visits.filter((of) => of.length > 2).length).toBeGreaterThan(50);
    const anonymous = bySession(events).filter(([first]) => first.userId === '').length;
    expect(anonymous / truth.visits.length).toBeCloseTo(0.25, 1);
  });

  test('a purchase follows an add_to_cart of the same item in the same visit', () => {
    for (const session of bySession(events)) {
      const carted = new Set(session.filter((event) => event.kind === 'add_to_cart').map((event) => event.item.id));
      for (const event of session) if (event.kind === 'purchase') expect(carted.has(event.item.id)).toBe(true);
    }
  });

  test('popular items are seen more', () => {
    const sorted = catalogue.toSorted((a, b) => b.popularity - a.popularity);
    const count = (items: typeof catalogue) =>
      events.filter((event) => event.kind === 'view' && items.includes(event.item)).length;
    expect(count(sorted.slice(0, 15))).toBeGreaterThan(2 * count(sorted.slice(-15)));
  });
});

describe('catalogues', () => {
  test('reads a shop catalogue', () => {
    const [item] = parseCatalogue([
      { id: 'a', title: 'A', category: 'c', brand: 'b', price: { amount: 2, currency: 'EUR' }, popularity: 3 },
      { id: 'b', title: 'B', category: 'c', brand: 'b', price: 4 },
    ]);
    expect(item).toEqual({ id: 'a', title: 'A', category: 'c', brand: 'b', price: 2, popularity: 3 });
  });

  test.each([
    ['not an array', {}, /JSON array/],
    ['no title', [{ id: 'a' }], /item 1 has no title/],
    ['no price', [{ id: 'a', title: 'A', category: 'c', brand: 'b' }], /item 1 needs a price/],
    ['one item', [{ id: 'a', title: 'A', category: 'c', brand: 'b', price: 1 }], /at least 2/],
  ])('refuses %s', (_, input, message) => {
    expect(() => parseCatalogue(input)).toThrow(message);
  });

  test.each([
    ['visits', { visits: 0 }],
    ['drift', { drift: 1.1 }],
    ['positionBias', { positionBias: -1 }],
    ['lagEvents', { lagEvents: 0.5 }],
    ['lagMinutes', { lagMinutes: Number.NaN }],
    ['slateSize', { slateSize: 0 }],
  ])('refuses %s out of range', (name, options) => {
    expect(() => simulate({ visits: 1, seed: 1, catalogue, ...options })).toThrow(new RegExp(`^${name} must be`));
  });

  test('the smallest catalogue and a single visit work', () => {
    const { events, slates } = simulate({ visits: 40, seed: 1, catalogue: catalogue.slice(0, 2) });
    expect(new Set(events.map(({ sessionId }) => sessionId)).size).toBe(40);
    expect(slates.every(({ order }) => order.length === 2)).toBe(true);
  });
});
