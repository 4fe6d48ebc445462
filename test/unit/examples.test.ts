import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/core/contract.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { createRandom } from '../../src/core/random.ts';
import { createVocabulary } from '../../training/catalogue.ts';
import { CHOICES, PopularitySampler, drawExamples } from '../../training/examples.ts';
import { ChoiceGenerator, generatedQueries } from '../../training/generated-choices.ts';
import { makeQueries } from '../../training/queries.ts';
import type { LogSession, SiteLog } from '../../training/site-log.ts';

const HOUR = 3_600_000;
const item = (n: number): string => `item-${String(n).padStart(3, '0')}`;

/** Session `n` at hour `n`. */
const session = (n: number, userId: string, items: readonly number[]): LogSession => ({
  sessionId: `s${String(n)}`,
  userId,
  startAt: n * HOUR,
  events: items.map((one) => ({ itemId: item(one), kind: 'view' as const, at: n * HOUR })),
});

const logOf = (sessions: readonly LogSession[]): SiteLog => ({
  ...{ sessions, items: new Map(), rejectedRows: 0, otherEvents: {} },
  splits: { validFrom: Number.POSITIVE_INFINITY, testFrom: Number.POSITIVE_INFINITY },
});

describe('drawing examples', { timeout: 60_000 }, () => {
  /** Six known items a session; every tenth also has one that nobody has met before. */
  const sessions = Array.from({ length: 400 }, (_, n) => {
    const known = Array.from({ length: 6 }, (_unused, i) => (n * 7 + i * 11) % 90);
    return session(n, '', n % 10 === 9 ? [...known.slice(0, 3), 100 + n, ...known.slice(3)] : known);
  });
  const vocabulary = createVocabulary(sessions);
  const targets = new Set<number>();
  const options = { log: logOf(sessions), sessions, vocabulary, maxExamples: 5000, progress: () => undefined };
  const examples = drawExamples({
    ...options,
    random: createRandom(1),
    onBatch: ({ candIds }: Batch) => targets.add(candIds[0]),
  });

  test('an item that could not be drawn as a negative is no target: it would be known by that', () => {
    const news = vocabulary.ids.filter((id) => Number(id.slice(5)) >= 100).map(itemHash);
    expect(news).toHaveLength(40);
    expect(news.filter((hash) => targets.has(hash))).toEqual([]);
    expect(targets.size).toBeGreaterThan(80);
    expect(examples.count).toBeGreaterThan(1000);
  });

  test('the same seed draws the same', () => {
    const again = drawExamples({ ...options, random: createRandom(1) });
    expect(again.inputs).toEqual(examples.inputs);
    expect(again.sessionIds).toEqual(examples.sessionIds);
  });

  test('what a session goes on to do after a block began is not in the vectors and neighbours of that block', () => {
    // it begins while nothing is drawn yet and ends at hour 390, among items that were met before it
    const inputsOf = (late: number): Float32Array => {
      const start = { itemId: item(1), kind: 'view' as const, at: 50 * HOUR };
      const end = Array.from({ length: 20 }, (_, i) => ({
        ...{ itemId: item(late + (i % 2)), kind: 'view' as const, at: 390 * HOUR + i },
      }));
      const long = { sessionId: 'long', userId: '', startAt: 50 * HOUR, events: [start, ...end] };
      const all = sessions.toSpliced(51, 0, long);
      const drawn = drawExamples({
        ...options,
        ...{ log: logOf(all), sessions: all, vocabulary: createVocabulary(all), random: createRandom(1) },
      });
      const width = drawn.inputs.length / drawn.count;
      const count = drawn.startedAt.findIndex((at) => at > 385 * HOUR);
      expect(count).toBeGreaterThan(1000);
      return drawn.inputs.subarray(0, count * width);
    };
    const [one, other] = [inputsOf(20), inputsOf(60)];
    // in one figure: nobody reads the difference of a million
    expect(one.findIndex((value, i) => !Object.is(value, other[i]))).toBe(-1);
  });

  test('a sampler draws only what has weight', () => {
    const sampler = new PopularitySampler(createRandom(1));
    sampler.reset([0, 2, 0, 1]);
    expect([0, 1, 2, 3].map((row) => sampler.canDraw(row))).toEqual([false, true, false, true]);
    expect(sampler.draw(2, () => false)?.sort()).toEqual([1, 3]);
    expect(sampler.draw(3, () => false)).toBeUndefined();
  });
});

describe('choices as a server sends them', () => {
  // 60 beside 0, 61 beside 1, ...; 200 visitors
  const sessions = Array.from({ length: 400 }, (_, n) => session(n, `u${String(n % 200)}`, [n % 60, 60 + (n % 60)]));
  const vocabulary = createVocabulary(sessions);
  const { rows } = vocabulary;
  const create = (random: () => number): ChoiceGenerator => {
    const generator = new ChoiceGenerator({ sessions, rows, choices: CHOICES, random });
    generator.advance(500 * HOUR);
    return generator;
  };
  /** The first draw is the lag: 0, 1, 2, 4 or 8 events. */
  const withLag = (lag: number) => {
    const random = createRandom(1);
    let isFirst = true;
    return (): number => {
      if (!isFirst) return random();
      isFirst = false;
      return [0, 1, 2, 4, 8].indexOf(lag) / 5;
    };
  };
  const visitor = {
    session: { userId: 'new', sessionId: 'q', startAt: 500 * HOUR },
    ...{ target: 67, context: [3, 5, 7] },
  };

  test('the target first, then others, none of the running session and none twice', () => {
    const drawn = create(withLag(0)).draw(visitor) ?? [];
    expect(drawn).toHaveLength(CHOICES);
    expect(new Set(drawn).size).toBe(CHOICES);
    expect(drawn[0]).toBe(67);
    expect(drawn.filter((row) => visitor.context.includes(row))).toEqual([]);
  });

  test('what a server that is behind does not know it cannot go by', () => {
    const first = (lag: number): number[] =>
      create(withLag(lag))
        .propose({ ...visitor, target: 63 })
        ?.slice(0, 3) ?? [];
    expect(first(0)).toEqual([67, 65, 63]);
    expect(first(1)).not.toContain(67);
    expect(first(1).slice(0, 2)).toEqual([65, 63]);
    expect(first(2)[0]).toBe(63);
  });

  test('nothing where the target is not proposed', () => {
    const unknown = vocabulary.ids.length;
    expect(create(withLag(0)).draw({ ...visitor, target: unknown })).toBeUndefined();
  });

  test('queries get the candidates of their moment, and go where their target is not among them', () => {
    const query = {
      queryId: '1',
      sessionId: 'q',
      userId: 'u3',
      startAt: 450 * HOUR,
      context: [item(7)],
      candidates: [],
    };
    const options = () => ({ sessions, rows, choices: CHOICES, random: withLag(0) });
    const [made] = generatedQueries([{ ...query, target: item(67) }], options());
    expect(made.candidates).toContain(item(67));
    expect(made.candidates).not.toContain(item(7));
    // the visitor's newest earlier session that is known: of hour 203, then of hour 3
    expect(made.candidates[0]).toBe(item(23));
    const [early] = generatedQueries([{ ...query, startAt: 200 * HOUR, target: item(67) }], options());
    expect(early.candidates[0]).toBe(item(3));
    expect(generatedQueries([{ ...query, startAt: 0, target: item(67) }], options())).toEqual([]);
  });
});

test('a long session makes at most three queries', () => {
  const sessions = [session(1, 'a', [...Array(200).keys()]), session(2, 'b', [1, 2])];
  const draw = (count: number): string[] => Array.from({ length: count }, (_, i) => item(300 + i));
  const known = new Set([...Array(400).keys()].map(item));
  const queries = makeQueries(sessions, known, { random: createRandom(1), draw, maxQueries: 100 });
  expect(queries.map(({ sessionId }) => sessionId)).toEqual(['s1', 's1', 's1', 's2']);
  for (const { context, target } of queries) {
    expect(context.length).toBeLessThan(50);
    expect(context).not.toContain(target);
  }
});
