import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { encodeBase64 } from '../../src/core/base64.ts';
import { VECTOR_DIM } from '../../src/core/contract.ts';
import { sampleOf } from '../../training/evaluation-queries.ts';
import { ListTally, createListFacts } from '../../training/list-quality.ts';
import { ABSENT, clusteredInterval, clusteredRatio, hit, meanQuality, ndcg10 } from '../../training/metrics.ts';
import { PairedTable } from '../../training/paired-table.ts';
import { ProtocolTally, reciprocal } from '../../training/protocol-tally.ts';
import { rankOf } from '../../training/score-queries.ts';
import { topOf } from '../../training/top.ts';
import { createSegments } from '../../training/segments.ts';

const vocabularyOf = (counts: readonly number[]) => {
  const ids = counts.map((_, row) => `i${String(row)}`);
  const rows = new Map(ids.map((id, row) => [id, row]));
  return { ids, rows, counts: Float64Array.from(counts), firstAt: new Float64Array(counts.length) };
};

/** An item whose "out" vector has these first two steps. */
const item = (id: string, x: number, y: number) => {
  const view = new DataView(new ArrayBuffer(2 * VECTOR_DIM + 8));
  view.setInt8(0, x);
  view.setInt8(1, y);
  view.setFloat32(2 * VECTOR_DIM, 0.5, true);
  return { id, vec: encodeBase64(new Uint8Array(view.buffer)) };
};

const nobody = { bought: new Set<number>(), seen: new Set<number>() };

describe('ranks', () => {
  test('metrics of one relevant item, and of one that is not there', () => {
    expect([hit(9, 10), hit(10, 10), hit(19, 20)]).toEqual([1, 0, 1]);
    expect([ndcg10(0), ndcg10(2), ndcg10(10), ndcg10(Infinity)]).toEqual([1, 0.5, 0, 0]);
    expect([reciprocal(3), reciprocal(19, 20), reciprocal(20, 20)]).toEqual([0.25, 0.05, 0]);
  });

  test('the top of a list is that of a full sort, ties by place, and agrees with the rank', () => {
    const random = createRandom(3);
    for (let round = 0; round < 300; round++) {
      const size = 1 + Math.floor(random() * 40);
      // few different values make many ties
      const scores = Array.from({ length: size }, () => Math.floor(random() * 8));
      const sorted = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
      expect(topOf(scores, 10)).toEqual(sorted.slice(0, 10));
      sorted.forEach((place, rank) => {
        expect(rankOf(scores, place)).toBe(rank);
      });
    }
  });

  test('a target that is not there earns nothing', () => {
    expect(meanQuality([0, ABSENT])).toEqual({ 'HR@10': 0.5, MRR: 0.5, 'NDCG@10': 0.5 });
    expect(reciprocal(ABSENT)).toBe(0);
  });

  test('a score that is no number ranks last, and lifts nobody', () => {
    expect(rankOf([NaN, NaN, NaN, NaN], 3)).toBe(3);
    expect(rankOf([NaN, NaN, NaN, NaN], 0)).toBe(3);
    expect([0, 1, 2].map((target) => rankOf([1, NaN, 2], target))).toEqual([2, 2, 1]);
    expect(topOf([1, NaN, 2, NaN, 3], 2)).toEqual([4, 2]);
    expect(topOf([NaN, 1, NaN, 2], 10)).toEqual([3, 1, 0, 2]);
  });

  test('a sample has its size, keeps the order and takes every value equally often', () => {
    const random = createRandom(1);
    const taken = new Array<number>(10).fill(0);
    for (let round = 0; round < 2000; round++) {
      const sample = sampleOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3, random);
      expect(sample).toHaveLength(3);
      expect(sample).toEqual(sample.toSorted((a, b) => a - b));
      for (const value of sample) taken[value]++;
    }
    // 600 each, standard deviation about 20
    for (const count of taken) expect(Math.abs(count - 600)).toBeLessThan(100);
    expect(sampleOf([1, 2], 5, random)).toEqual([1, 2]);
  });
});

describe('a ratio of means', () => {
  const clusters = ['a', 'a', 'b', 'c', 'd'];

  test('by hand', () => {
    const { ratio, low, high } = clusteredRatio({
      numerators: [1, 0, 1, 1, 0],
      denominators: [1, 1, 2, 1, 1],
      clusters,
    });
    expect(ratio).toBe(0.5);
    // residuals y - .5 x by cluster: a .5 - .5 = 0, b 0, c .5, d -.5; error sqrt(4/3 * .5) / 5 / 1.2
    const error = Math.sqrt((4 / 3) * 0.5) / 5 / 1.2;
    expect(low).toBeCloseTo(0.5 - 1.96 * error, 3);
    expect(high).toBeCloseTo(0.5 + 1.96 * error, 3);
  });

  test('is not there over 0, and has no interval where the denominator may be 0', () => {
    const none = clusteredRatio({ numerators: [1, 1, 1, 1, 1], denominators: [0.1, -0.1, 0, 0, 0], clusters });
    expect(none).toEqual({ ratio: null, low: null, high: null });
    const weak = clusteredRatio({ numerators: [1, 1, 1, 1, 1], denominators: [3, 1, -2, -2, 1], clusters });
    expect(weak).toEqual({ ratio: 5, low: null, high: null });
  });

  test('covers the truth about 95 % of the time', () => {
    const random = createRandom(8);
    let covered = 0;
    for (let round = 0; round < 1000; round++) {
      const [numerators, denominators, groups]: [number[], number[], string[]] = [[], [], []];
      for (let session = 0; session < 80; session++) {
        const shared = random();
        for (let query = 0; query < 4; query++) {
          denominators.push(1 + shared + random());
          numerators.push(0.6 * (1 + shared + random()) + 0.4 * (random() - 0.5));
          groups.push(String(session));
        }
      }
      const { low, high } = clusteredRatio({ numerators, denominators, clusters: groups });
      if ((low ?? NaN) <= 0.6 && (high ?? NaN) >= 0.6) covered++;
    }
    expect(covered).toBeGreaterThan(925);
    expect(covered).toBeLessThan(975);
  });

  test('a paired table says the same as the lists it was made from', () => {
    const table = new PairedTable<'stale' | 'device' | 'fresh'>();
    const rows = [
      ['a', 0.1, 0.5, 0.6],
      ['a', 0, 0.4, 1],
      ['b', 0.3, 0.3, 0.9],
      ['c', 0.2, 0.6, 0.7],
    ] as const;
    for (const [cluster, stale, device, fresh] of rows) table.add(cluster, { stale, device, fresh });
    const groups = rows.map(([cluster]) => cluster);
    expect(table.size).toBe(4);
    expect(table.difference('device', 'stale')).toEqual(
      clusteredInterval(
        rows.map(([, stale, device]) => device - stale),
        groups,
      ),
    );
    // (.4 + .4 + 0 + .4) / (.5 + 1 + .6 + .5)
    expect(table.share({ name: 'device', from: 'stale', to: 'fresh' }).ratio).toBe(0.4615);
    expect(table.ratio('fresh', 'stale').ratio).toBe(5.3333);
    expect(table.share({ name: 'device', from: 'stale', to: 'stale' }).ratio).toBeNull();
  });
});

describe('lists', () => {
  // 16 events: 8, 4, 2, 1, 1 are 1, 2, 3, 4, 4 bits
  const vocabulary = vocabularyOf([8, 4, 2, 1, 1]);
  const data = [item('i0', 100, 0), item('i1', 0, 7), item('i2', 100, 100), item('i3', -9, 0), { id: 'i4' }];
  const facts = createListFacts(vocabulary, data);

  test('by hand', () => {
    const tally = new ListTally(facts);
    tally.add([0, 1, 2], { bought: new Set([1]), seen: new Set([1, 2]) });
    tally.add([0, 3], nobody);
    // pairs of the first: cosines 0, .7071, .7071; of the second -1
    const cosine = Math.SQRT1_2;
    expect(tally.quality(5)).toEqual({
      'coverage@10': 0.8,
      'diversity@10': Math.round(1e4 * ((1 - (2 * cosine) / 3 + 2) / 2)) / 1e4,
      'novelty@10': (1 + 2 + 3 + 1 + 4) / 5,
      'repeatBought@10': 0.2,
      'repeatSeen@10': 0.4,
    });
  });

  test('items without a vector are in no pair, and no pair is no diversity', () => {
    const tally = new ListTally(facts);
    tally.add([0, 4], nobody);
    expect(tally.quality(5)['diversity@10']).toBeNull();
    tally.add([0, 1, 4], nobody);
    expect(tally.quality(5)['diversity@10']).toBe(1);
  });
});

describe('a protocol', () => {
  const facts = createListFacts(vocabularyOf([1, 1, 1]), [{ id: 'i0' }, { id: 'i1' }, { id: 'i2' }]);
  const asked = { rows: [2, 0, 1], met: nobody, segments: ['all'] };

  test('ranks by each recommender, pairs them, and gives a target that is not there nothing', () => {
    const tally = new ProtocolTally(['good', 'bad'], facts);
    const scores: Record<string, number[]> = { good: [0, 5, 0], bad: [5, 0, 5] };
    const one = { ...asked, target: 1, segments: ['all', 'one'] };
    tally.add({ ...one, cluster: 's1' }, (name) => scores[name]);
    tally.add({ ...one, cluster: 's2' }, (name) => scores[name]);
    tally.add({ ...asked, target: -1, cluster: 's2' }, (name) => scores[name]);
    expect([tally.ranks('good'), tally.ranks('bad')]).toEqual([
      [0, 0, ABSENT],
      [2, 2, ABSENT],
    ]);
    expect(tally.mean('bad', ndcg10)).toBe(0.3333);
    expect(tally.mean('bad', (rank) => reciprocal(rank))).toBe(0.2222);
    expect(tally.ndcg('good', 'bad').mean).toBe(0.3333);
    expect(tally.segments('good')['one']).toMatchObject({ queries: 2, mean: 1 });
    expect(tally.segments('good')['all']).toMatchObject({ queries: 3, mean: 0.6667 });
    expect(tally.lists('good')['coverage@10']).toBe(1);
  });
});

test('segments by visitor, length and item', () => {
  // 100 events: the first two items hold 60 of them
  const segments = createSegments(vocabularyOf([40, 20, 15, 12, 9, 4]));
  expect(segments({ userId: 'u', earlier: 0, contextLength: 1, target: 1 })).toEqual([
    'new visitor',
    'context 1',
    'head item',
  ]);
  expect(segments({ userId: 'u', earlier: 2, contextLength: 4, target: 2 })).toEqual([
    'returning visitor',
    'context 2-4',
    'tail item',
  ]);
  const cold = ['returning visitor', 'context 20+', 'tail item', 'cold item'];
  expect(segments({ userId: 'u', earlier: 1, contextLength: 20, target: 4 })).toEqual(cold);
  expect(segments({ userId: 'u', earlier: 1, contextLength: 49, target: undefined })).toEqual(cold);
  expect(segments({ userId: '', earlier: 0, contextLength: 1, target: 1 })[0]).toBe('unknown visitor');
});
