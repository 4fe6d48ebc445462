import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { clusteredInterval, meanQuality, qualityOf } from '../../training/metrics.ts';
import { rankOf } from '../../training/score-queries.ts';

test('quality of one relevant item by its rank', () => {
  expect(qualityOf(0)).toEqual({ 'HR@10': 1, MRR: 1, 'NDCG@10': 1 });
  expect(qualityOf(2)).toEqual({ 'HR@10': 1, MRR: 1 / 3, 'NDCG@10': 0.5 });
  expect(qualityOf(10)).toEqual({ 'HR@10': 0, MRR: 1 / 11, 'NDCG@10': 0 });
  expect(meanQuality([0, 2])).toEqual({ 'HR@10': 1, MRR: 0.6667, 'NDCG@10': 0.75 });
});

test('ties go to the earlier row', () => {
  expect(rankOf([1, 2, 2, 2], 2)).toBe(1);
  expect(rankOf([0, 0], 0)).toBe(0);
});

test('a clustered interval covers the truth about 95 % of the time where queries of one session agree', () => {
  const random = createRandom(5);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let covered = 0;
  for (let round = 0; round < 1000; round++) {
    const [values, clusters]: [number[], string[]] = [[], []];
    for (let session = 0; session < 60; session++) {
      const shared = normal();
      for (let query = 0; query < 5; query++) {
        values.push(shared + 0.3 * normal());
        clusters.push(String(session));
      }
    }
    const { low, high } = clusteredInterval(values, clusters);
    if ((low ?? NaN) <= 0 && (high ?? NaN) >= 0) covered++;
  }
  expect(covered).toBeGreaterThan(925);
  expect(covered).toBeLessThan(970);
});

test('one cluster gives no interval, and says so through JSON too', () => {
  const interval = clusteredInterval([0, 1], ['s', 's']);
  expect(interval).toEqual({ mean: 0.5, low: null, high: null });
  expect(JSON.parse(JSON.stringify(interval))).toEqual(interval);
});
