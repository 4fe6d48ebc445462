import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { EndedSessions, createRowSession } from '../../training/baseline.ts';
import { ItemKnnBaseline } from '../../training/baseline-item-knn.ts';
import { OwnItemsBaseline, PopularityBaseline } from '../../training/baseline-popularity.ts';
import { SequentialRulesBaseline } from '../../training/baseline-sequential-rules.ts';
import { SessionKnnBaseline } from '../../training/baseline-session-knn.ts';
import { BASELINES, createBaselines } from '../../training/baselines.ts';
import { CandidateGenerator } from '../../training/generator.ts';
import { DAY_MS } from '../../training/day.ts';
import { RulesGenerator } from '../../training/rules-generator.ts';

const session = (startAt: number, ...rows: number[]) => ({ startAt, rows });
const view = (context: number[], earlier: ReturnType<typeof session>[] = [], at = 100 * DAY_MS) => ({
  at,
  context,
  earlier,
});

describe('what a baseline is shown', () => {
  const log = (id: string, at: readonly number[], items: readonly string[]) => ({
    sessionId: id,
    userId: '',
    startAt: at[0],
    events: items.map((itemId, i) => ({ itemId, kind: 'view' as const, at: at[i] })),
  });
  const rows = new Map([
    ['a', 0],
    ['b', 1],
  ]);

  test('repeats right after one another are one, unknown items none', () => {
    const row = createRowSession(log('s', [1, 2, 3, 4, 5], ['a', 'a', 'x', 'b', 'a']), rows);
    expect(row).toEqual({ startAt: 1, rows: [0, 1, 0] });
    const long = createRowSession(
      log(
        's',
        Array<number>(120).fill(1),
        Array.from({ length: 120 }, (_, i) => 'ab'[i % 2]),
      ),
      rows,
    );
    expect(long.rows).toHaveLength(50);
  });

  test('a session is learned from once it has ended, not while it goes on', () => {
    const ended = new EndedSessions([log('long', [1, 50], ['a', 'b']), log('short', [2, 3], ['b', 'a'])], rows);
    expect(ended.until(3)).toEqual([]);
    expect(ended.until(10)).toEqual([{ startAt: 2, rows: [1, 0] }]);
    expect(ended.until(51)).toEqual([{ startAt: 1, rows: [0, 1] }]);
    expect(ended.until(99)).toEqual([]);
  });
});

describe('baselines with known answers', () => {
  test('popularity counts, decayed popularity forgets', () => {
    const [plain, decayed] = [new PopularityBaseline(2, Infinity), new PopularityBaseline(2, 1)];
    for (const one of [plain, decayed]) {
      one.learn(session(0, 0, 0, 0));
      one.learn(session(3 * DAY_MS, 1));
    }
    expect([...plain.score()]).toEqual([3, 1]);
    // three events of three days ago weigh 3/8 of one now
    const [old, now] = decayed.score();
    expect(old / now).toBeCloseTo(3 / 8, 12);
  });

  test('decayed popularity stays finite over years', () => {
    const decayed = new PopularityBaseline(2, 1);
    decayed.learn(session(0, 0));
    decayed.learn(session(600 * DAY_MS, 1));
    decayed.learn(session(1800 * DAY_MS, 0));
    expect([...decayed.score()].every(Number.isFinite)).toBe(true);
    expect(decayed.score()[0]).toBeGreaterThan(decayed.score()[1]);
  });

  test('item-kNN is the cosine of the items’ sessions, summed with falling weight', () => {
    const knn = new ItemKnnBaseline({ items: 4, contextDecay: 0.5 });
    for (const one of [session(0, 0, 1), session(1, 0, 1, 2), session(2, 2, 3, 3)]) knn.learn(one);
    // counts 2, 2, 2, 1; together: 01 twice, 02 and 12 once, 23 once
    expect([...knn.score(view([0]))]).toEqual([0, 1, 0.5, 0]);
    const both = knn.score(view([0, 2]));
    expect(both[1]).toBeCloseTo(0.5 + 0.5 * 1, 12);
    expect(both[3]).toBeCloseTo(1 / Math.SQRT2, 12);
  });

  test('item-kNN agrees with a brute-force twin', () => {
    const random = createRandom(4);
    const sessions = Array.from({ length: 40 }, (_, i) =>
      session(i, ...Array.from({ length: 2 + Math.floor(random() * 5) }, () => Math.floor(random() * 12))),
    );
    const knn = new ItemKnnBaseline({ items: 12, contextDecay: 0.5 });
    for (const one of sessions) knn.learn(one);
    const holds = (row: number, one: { rows: readonly number[] }): boolean => one.rows.includes(row);
    const count = (...wanted: number[]): number =>
      sessions.filter((one) => wanted.every((row) => holds(row, one))).length;
    const cosine = (a: number, b: number): number => count(a, b) / Math.sqrt(count(a) * count(b) || 1);
    const scores = knn.score(view([3, 7, 5]));
    for (let row = 0; row < 12; row++) {
      const expected = [5, 7, 3].reduce(
        (sum, seed, age) => sum + (seed === row ? 0 : 0.5 ** age * cosine(seed, row)),
        0,
      );
      expect(scores[row]).toBeCloseTo(expected, 10);
    }
  });

  test('sequential rules go forward only, nearer is stronger, per occurrence', () => {
    const rules = new SequentialRulesBaseline(4);
    rules.learn(session(0, 0, 1, 2));
    rules.learn(session(1, 0, 2));
    // 0 came twice: 1 at distance 1 once, 2 at distances 2 and 1
    expect([...rules.score(view([0]))]).toEqual([0, 0.5, 0.75, 0]);
    expect([...rules.score(view([2]))]).toEqual([0, 0, 0, 0]);
    // the item before the newest counts half
    expect([...rules.score(view([0, 3]))]).toEqual([0, 0.25, 0.375, 0]);
  });

  test('session-kNN prefers similar, recent sessions and items near the shared one', () => {
    const now = 100 * DAY_MS;
    const knn = new SessionKnnBaseline(8);
    knn.learn(session(now - 90 * DAY_MS, 0, 1));
    knn.learn(session(now - DAY_MS, 0, 2));
    knn.learn(session(now - DAY_MS, 5, 6));
    const recent = knn.score(view([0]));
    expect(recent[2]).toBeGreaterThan(recent[1]);
    expect(recent[1]).toBeGreaterThan(0);
    expect(recent[6]).toBe(0);
    // by hand: similarity e^(-1/60) * 1 / sqrt(1 * 2), one step from the shared item e^(-1/3)
    expect(recent[2]).toBeCloseTo((Math.exp(-1 / 60) / Math.SQRT2) * Math.exp(-1 / 3), 12);
    const near = new SessionKnnBaseline(8);
    near.learn(session(now - DAY_MS, 3, 0, 4, 5, 6));
    const scores = near.score(view([0]));
    expect(scores[3]).toBeCloseTo(scores[4], 12);
    expect(scores[4]).toBeGreaterThan(scores[5]);
    expect(scores[5]).toBeGreaterThan(scores[6]);
  });

  test('own items are the visitor’s earlier ones, recent ones first', () => {
    const own = new OwnItemsBaseline(3);
    expect([...own.score(view([2]))]).toEqual([0, 0, 0]);
    const scores = own.score(view([2], [session(40 * DAY_MS, 0), session(100 * DAY_MS, 1)]));
    expect([...scores]).toEqual([0.5, 1, 0]);
  });

  test('each by its name; inverse popularity turns popularity round, chance follows the seed', () => {
    const run = (seed: number) => {
      const baselines = createBaselines(4, createRandom(seed));
      for (const one of [session(0, 0, 1, 0), session(1, 0, 2)])
        BASELINES.forEach((name) => baselines[name].learn(one));
      return Object.fromEntries(
        BASELINES.map((name) => [name, [...baselines[name].score(view([1], [session(2, 3)]))]]),
      );
    };
    const scores = run(1);
    expect(scores['popularity']).toEqual([3, 1, 1, 0]);
    expect(scores['inversePopularity']).toEqual([-3, -1, -1, -0]);
    expect(run(1)['random']).toEqual(scores['random']);
    expect(run(2)['random']).not.toEqual(scores['random']);
    // session-kNN and item-kNN both know 0 after 1, rules too; 3 is the visitor's own
    const [best, , none, own] = scores['simpleMix'];
    expect([best, own, none]).toEqual([1.5, 0.25, 0]);
  });
});

describe('the candidate generator', () => {
  const generator = new CandidateGenerator(300);
  for (let i = 0; i < 200; i++) generator.learn(session(i * DAY_MS, i % 40, 40 + (i % 40)));
  for (let row = 100; row < 300; row++) generator.learn(session(201 * DAY_MS, row, row));

  test('related items first, then popular ones, none twice, none excluded, at most 100', () => {
    const proposed = generator.propose([5], new Set([120]));
    const rows = proposed.map(({ row }) => row);
    expect(proposed.slice(0, 3).map(({ score }) => score)).toEqual([1, 0.3, 0]);
    expect(rows[0]).toBe(45);
    expect(rows).toHaveLength(100);
    expect(new Set(rows).size).toBe(100);
    expect(rows).not.toContain(120);
    expect(rows[1]).toBe(5);
    expect(rows.slice(2).every((row) => row >= 100)).toBe(true);
  });

  test('knows only what it is given', () => {
    const from = (known: number[]): number[] => generator.propose(known, new Set()).map(({ row }) => row);
    expect(from([])).not.toContain(45);
    // 6 is newer: what goes with it, what goes with 5, then the two again
    expect(from([5, 6]).slice(0, 4)).toEqual([46, 45, 6, 5]);
  });
});

describe('the generator that training never sees', () => {
  test('proposes what followed, then what is popular, never what came before', () => {
    const generator = new RulesGenerator(200);
    for (let i = 0; i < 50; i++) generator.learn(session(i * DAY_MS, i % 5, 10 + (i % 5)));
    for (let row = 60; row < 200; row++) generator.learn(session(60 * DAY_MS, row));
    const rows = generator.propose([3, 4], new Set([12])).map(({ row }) => row);
    // the newer item's rule first; the items themselves are not proposed by it
    expect(rows.slice(0, 2)).toEqual([14, 13]);
    expect(rows).toHaveLength(100);
    expect(new Set(rows).size).toBe(100);
    expect(rows).not.toContain(12);
    expect(generator.propose([14], new Set()).map(({ row }) => row)[0]).toBeGreaterThanOrEqual(60);
  });
});
