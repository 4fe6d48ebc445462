import { describe, expect, test } from 'vitest';
import { Adaptation, HALF_LIFE_MS, type LearntKey, MAX_BIAS } from '../../src/core/adaptation.ts';
import { type AdaptationEffect, measureAdaptation } from '../../src/core/adaptation-effect.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { decide } from '../../src/core/decide.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { itemHash, packCandidates } from '../../src/core/packed-items.ts';
import { createRandom } from '../../src/core/random.ts';
import type { SignalKind } from '../../src/core/signal.ts';
import { createSlateLog, decisionInputOf } from '../../src/core/slate-log.ts';
import type { DecisionInput } from '../../src/core/slot-loop.ts';
import { randomDecision } from './random-decision.ts';

const NOW = Date.UTC(2026, 0, 7, 12);

/** Items `a0` to `a9` of category `a`, and so on; brands of even and odd numbers. */
const ITEMS: readonly Candidate[] = ['a', 'b', 'c'].flatMap((category) =>
  Array.from({ length: 10 }, (_, n) => ({ id: `${category}${String(n)}`, category, brand: n % 2 ? 'odd' : 'even' })),
);
const CANDIDATES = packCandidates(ITEMS);
const known = new KnownItemTable();
ITEMS.forEach((item) => known.add(item));
known.add({ id: 'plain' });

interface Act {
  readonly kind: SignalKind;
  readonly id: string;
  readonly session?: string;
  readonly at?: number;
}
const signalOf = ({ kind, id, session = 's', at = NOW }: Act) => ({
  ...{ kind, at, sessionId: session, item: id === '' ? 0 : itemHash(id) },
});
function adaptTo(acts: readonly Act[]): Adaptation {
  const adaptation = new Adaptation();
  acts.forEach((act) => adaptation.add(signalOf(act)));
  return adaptation;
}
const learn = (acts: readonly Act[], now = NOW) => adaptTo(acts).learn(now, known);
const keyOf = (keys: readonly LearntKey[], name: string): LearntKey => {
  const key = keys.find(({ hash }) => hash === itemHash(name));
  if (key === undefined) throw new Error(`nothing was learnt of ${name}`);
  return key;
};
const shown = (...ids: string[]): Act[] => ids.map((id) => ({ kind: 'impression', id }));

/** A visitor who is shown three of each category in each of ten sessions and clicks every `a`. */
const LOVES_A = Array.from({ length: 10 }, (_, n) =>
  ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'].flatMap((id): Act[] => {
    const about = { id, session: String(n) };
    return [{ kind: 'impression', ...about }, ...(id.startsWith('a') ? [{ kind: 'click' as const, ...about }] : [])];
  }),
).flat();

describe('outcomes', () => {
  test.each(['click', 'add_to_cart', 'purchase'] as const)('a %s of what was shown is one success', (kind) => {
    const { overall } = learn([...shown('a1', 'a1'), { kind, id: 'a1' }, { kind, id: 'a1' }, ...shown('b1')]);
    expect(overall).toMatchObject({ successes: 1, failures: 1 });
  });

  test('of what was not shown, in another session, or a view, a search: none', () => {
    const other: Act[] = [{ kind: 'click', id: 'a1', session: 'later' }];
    const kinds = (['view', 'search'] as const).map((kind): Act => ({ kind, id: 'b1' }));
    expect(learn([...shown('a1'), ...other, ...kinds, ...shown('')]).overall).toMatchObject({
      successes: 0,
      failures: 1,
    });
  });

  test('a dismissal is three failures, whatever came beside it', () => {
    const dismissed: Act[] = [{ kind: 'dismiss', id: 'a1' }];
    for (const acts of [dismissed, [...shown('a1'), { kind: 'click', id: 'a1' } as const, ...dismissed]])
      expect(learn(acts).overall).toMatchObject({ successes: 0, failures: 3 });
  });

  test('an item without category, brand or description counts for the visitor’s own rate alone', () => {
    const { overall, keys } = learn([...shown('nobody', 'plain', 'a1'), { kind: 'click', id: 'nobody' }]);
    expect(overall).toMatchObject({ successes: 1, failures: 2 });
    expect(keys.map(({ hash }) => hash).sort()).toEqual([itemHash('a'), itemHash('odd')].sort());
    expect(keys.every(({ successes, failures }) => successes === 0 && failures === 1)).toBe(true);
  });
});

describe('rates', () => {
  test('are the mean of a Beta posterior around the visitor’s own rate', () => {
    const { overall, keys } = learn(LOVES_A);
    expect(overall).toEqual({ successes: 20, failures: 40, rate: 20.5 / 61 });
    const a = keyOf(keys, 'a');
    // prior Beta(10, 10 (1 - p) / p) with p = 20.5 / 61, after 20 successes and no failure
    const [alpha, beta] = [10 + 20, (10 * (1 - 20.5 / 61)) / (20.5 / 61)];
    expect(a.rate).toBeCloseTo(alpha / (alpha + beta), 12);
    expect(a.bias).toBeCloseTo(Math.min(Math.LN2, Math.log(a.rate / overall.rate)), 12);
    expect(keyOf(keys, 'b').rate).toBeCloseTo(10 / (10 + beta + 20), 12);
    expect(keys.map(({ bias }) => bias)).toEqual(keys.map(({ bias }) => bias).sort((one, other) => other - one));
  });

  test('halve their counts after a half-life, and the bias goes to nothing', () => {
    const [now, later] = [0, HALF_LIFE_MS].map((ms) => keyOf(learn(LOVES_A, NOW + ms).keys, 'a'));
    expect(later.successes).toBeCloseTo(now.successes / 2, 12);
    const bias = (lives: number): number => keyOf(learn(LOVES_A, NOW + lives * HALF_LIFE_MS).keys, 'b').bias;
    expect(bias(2)).toBeGreaterThan(bias(0));
    expect(Math.abs(bias(20))).toBeLessThan(1e-4);
    expect(adaptTo(LOVES_A).bias(CANDIDATES, NOW + 2000 * HALF_LIFE_MS, known)).toBeNull();
  });

  test('of signals from the future count as of now', () => {
    const future = LOVES_A.map((act) => ({ ...act, at: NOW + 1e9 }));
    const present = LOVES_A.map((act) => ({ ...act, at: NOW }));
    expect(learn(future)).toEqual(learn(present));
  });

  test('do not depend on the order of signals', () => {
    const random = createRandom(3);
    const acts = LOVES_A.map((act, n) => ({ ...act, at: NOW - n * 1e7 }));
    const straight = adaptTo(acts).bias(CANDIDATES, NOW, known) ?? [];
    for (let round = 0; round < 20; round++) {
      const shuffled = acts.map((act) => ({ act, place: random() })).sort((a, b) => a.place - b.place);
      const bias = adaptTo(shuffled.map(({ act }) => act)).bias(CANDIDATES, NOW, known) ?? [];
      bias.forEach((value, row) => expect(value).toBeCloseTo(straight[row], 12));
      expect(bias.length).toBe(CANDIDATES.size);
    }
  });

  test('say nothing where only one category and brand was ever shown', () => {
    for (const kinds of [['impression'], ['impression', 'click']] as const) {
      const acts = Array.from({ length: 40 }, (_, n) => kinds.map((kind) => ({ kind, id: 'a1', session: String(n) })));
      // half a success of Jeffreys' prior against ten of ours
      expect(Math.abs(keyOf(learn(acts.flat()).keys, 'a').bias)).toBeLessThan(0.1);
    }
  });
});

describe('bias', () => {
  test('is none without signals, and with none that counts', () => {
    expect(new Adaptation().bias(CANDIDATES, NOW, known)).toBeNull();
    expect(adaptTo([{ kind: 'view', id: 'a1' }]).bias(CANDIDATES, NOW, known)).toBeNull();
  });

  test('adds category and brand, and lifts the loved category’s items over equal scores', () => {
    const acts = LOVES_A.slice(0, 32).filter(({ kind, id }) => kind === 'impression' || id === 'a1');
    const bias = adaptTo(acts).bias(CANDIDATES, NOW, known) ?? new Float64Array();
    const { keys } = learn(acts);
    const at = (id: string): number => bias[ITEMS.findIndex((item) => item.id === id)];
    const [b, odd] = [keyOf(keys, 'b').bias, keyOf(keys, 'odd').bias];
    expect([b < 0, odd > 0]).toEqual([true, true]);
    expect(at('b1')).toBeCloseTo(b + odd, 12);
    const loved = adaptTo(LOVES_A).bias(CANDIDATES, NOW, known);
    const order = decide(inputOf(loved)).slots.map(({ row }) => ITEMS[row].category);
    expect(order.slice(0, 10)).toEqual(Array<string>(10).fill('a'));
  });

  test('is clamped for a key and for an item, both ways', () => {
    const acts = Array.from({ length: 200 }, (_, n) => {
      const session = String(n);
      const one = shown('a1', 'b2', 'c2', 'c4', 'c6').map((act) => ({ ...act, session }));
      return [...one, { kind: 'click' as const, id: 'a1', session }, { kind: 'dismiss' as const, id: 'b2', session }];
    }).flat();
    const { keys } = learn(acts);
    expect([keyOf(keys, 'a').bias, keyOf(keys, 'odd').bias, keyOf(keys, 'b').bias]).toEqual([
      MAX_BIAS,
      MAX_BIAS,
      -MAX_BIAS,
    ]);
    const bias = adaptTo(acts).bias(CANDIDATES, NOW, known) ?? new Float64Array();
    expect([Math.max(...bias), Math.min(...bias)]).toEqual([MAX_BIAS, -MAX_BIAS]);
  });

  test('is finite for times, clocks and items that are odd', () => {
    const odd = [Number.NaN, Infinity, -Infinity, -1e300, 8.64e15, 0];
    const acts = odd.flatMap((at) => LOVES_A.slice(0, 12).map((act) => ({ ...act, at })));
    for (const now of [...odd, NOW]) {
      const bias = adaptTo(acts).bias(CANDIDATES, now, known) ?? new Float64Array(CANDIDATES.size);
      expect(bias.every((value) => Number.isFinite(value) && Math.abs(value) <= MAX_BIAS)).toBe(true);
    }
    const { overall } = learn(odd.map((at, n): Act => ({ kind: 'impression', id: 'a1', session: String(n), at })));
    // of the finite times only one is near or after now
    expect(overall.failures).toBe(1);
  });
});

/** Equal scores over all items. */
const inputOf = (bias: ArrayLike<number> | null) => ({
  ...randomDecision(1),
  ...{
    slateId: 's',
    dropped: ITEMS.map(() => null),
    logits: new Float32Array(ITEMS.length),
    heads: [{ name: 'next' }],
  },
  ...{ rules: { pins: [], quotas: [], spacing: [], columns: [] }, impressions: null, popularity: null, vectors: null },
  policy: {
    ...{ weights: null, diversity: 0, novelty: 0, fatigue: 0, slots: null },
    exploration: { positions: [], epsilon: 0.1, temperature: 1 },
  },
  bias,
});

const effectOf = (input: DecisionInput): AdaptationEffect =>
  measureAdaptation(decide(input), decide({ ...input, bias: null }));

describe('the comparison with the unadapted order', () => {
  const measure = (bias: readonly number[] | null, slots: number | null = null) => {
    const input = inputOf(bias);
    const cut = { ...input, policy: { ...input.policy, slots } };
    return effectOf(cut);
  };
  const biasOf = (...rows: number[]): number[] => ITEMS.map((_, row) => (rows.includes(row) ? 0.5 : 0));

  test('says that nothing moved where nothing did', () => {
    const nothing = { top10Overlap: 1, firstChanged: null, meanMove: 0 };
    expect([measure(null), measure(biasOf(0, 1, 2))]).toEqual([nothing, nothing]);
    const empty = { ...inputOf(biasOf(1)), dropped: ITEMS.map(() => 'rule') };
    expect(effectOf(empty)).toEqual(nothing);
  });

  test('counts what came into the first ten, where it begins, and how far items moved', () => {
    // row 20 comes to the front: 20 places up, the 20 before it each one down
    expect(measure(biasOf(20))).toEqual({ top10Overlap: 0.9, firstChanged: 0, meanMove: 40 / 30 });
    // rows 2 and 3 stay in the first four and change places with 0 and 1
    expect(measure(biasOf(2, 3))).toEqual({ top10Overlap: 1, firstChanged: 0, meanMove: 8 / 30 });
    expect(measure(biasOf(0, 1, 2, 5))).toEqual({ top10Overlap: 1, firstChanged: 3, meanMove: 4 / 30 });
  });

  test('in a slate of five, counts an item from outside as from behind the end', () => {
    // 5 places for row 20, one each for the four that stay
    expect(measure(biasOf(20), 5)).toEqual({ top10Overlap: 0.8, firstChanged: 0, meanMove: 9 / 5 });
  });

  test('comes out the same from the row logged at level training, of 300 random slates', () => {
    let moved = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const given = randomDecision(seed);
      const input = { ...given, bias: given.dropped.map(() => (random() - 0.5) * 2 * MAX_BIAS) };
      const decision = decide(input);
      const itemIds = input.dropped.map((_rule, row) => String(row));
      const log = createSlateLog({ input, decision, itemIds, rulesVersion: '1' });
      const again = decisionInputOf(input.slateId, JSON.parse(JSON.stringify(log)) as typeof log);
      const effect = effectOf(input);
      expect(effectOf(again), `seed ${String(seed)}`).toEqual(effect);
      if (effect.firstChanged !== null) moved++;
    }
    expect(moved).toBeGreaterThan(100);
  });
});
