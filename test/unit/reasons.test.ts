import { describe, expect, test } from 'vitest';
import type { CandidateFeature } from '../../src/core/contract.ts';
import { type Cause, type Occlusion, occlude } from '../../src/core/occlusion.ts';
import { REASONS_DE } from '../../src/core/reasons-de.ts';
import { REASONS_EN } from '../../src/core/reasons-en.ts';
import { type ReasonTextOptions, reasonText } from '../../src/core/reason-text.ts';
import { type NamedSignal, type Reason, type ScoreReason, placedReasons, scoreReasons } from '../../src/core/reason.ts';
import { INTEREST_KINDS } from '../../src/core/visitor.ts';
import { NOW, SCORES, type Session, type World, drawSession, inputOf, openWorlds } from './reason-session.ts';

const FIRST_SEED = 1;
const SESSIONS = 1000;
/** Written out here again: the words of a reason promise no other columns. */
const MISSING: Record<string, readonly CandidateFeature[]> = {
  popular: ['popularity', 'recent_popularity', 'sales_1d', 'sales_3d', 'sales_7d', 'last_sale_days'],
  new: ['item_age_days'],
  price: ['price_gap'],
  server: ['server_score', 'server_rank'],
};

/** Every world without one cause, by brute force: what docs/reasons.md says of each. */
function worldsOf({ signals, moment }: Session): Map<string, World> {
  const { sessionId, anchor } = moment;
  const isRunning = (signal: NamedSignal): boolean => signal.sessionId === sessionId;
  const isEvent = (signal: NamedSignal): boolean => isRunning(signal) && INTEREST_KINDS.has(signal.kind);
  const worlds = new Map<string, World>();
  for (const event of signals.filter(isEvent).slice(-50)) {
    worlds.set(`event ${String(event.seq)}`, { signals: signals.filter((signal) => signal !== event) });
  }
  if (anchor !== 0) {
    const elsewhere = signals.filter((signal) => !(isEvent(signal) && signal.item === anchor));
    worlds.set('anchor', { signals: elsewhere, moment: { ...moment, anchor: 0 } });
  }
  if (!signals.every(isRunning)) worlds.set('history', { signals: signals.filter(isRunning) });
  Object.entries(MISSING).forEach(([kind, missing]) => worlds.set(kind, { missing }));
  return worlds;
}

const nameOf = (cause: Cause<NamedSignal>): string =>
  cause.kind === 'event' ? `event ${String(cause.event.seq)}` : cause.kind;

/** The largest difference between what `occlude` says and brute force; every cause of the one is one of the other. */
async function compare(session: Session): Promise<number> {
  const [openWorld, worlds] = [openWorlds(session), worldsOf(session)];
  const [asItWas, without] = [openWorld({}), new Map([...worlds].map(([name, world]) => [name, openWorld(world)]))];
  let largest = 0;
  for (const score of Object.values(SCORES)) {
    const { scores, losses } = await occlude({ ...inputOf(session), score });
    expect(new Set(losses.map(({ cause }) => nameOf(cause)))).toEqual(new Set(worlds.keys()));
    const base = await asItWas(score);
    expect(Array.from(scores)).toEqual([...base]);
    for (const { cause, effects } of losses) {
      const left = (await without.get(nameOf(cause))?.(score)) ?? [];
      effects.forEach((effect, m) => (largest = Math.max(largest, Math.abs(effect - (base[m] - left[m])))));
    }
  }
  return largest;
}

describe('occlusion', () => {
  test('equals brute-force leave-one-out, by micro and by the linear blend', { timeout: 300_000 }, async () => {
    console.log(`seeds ${String(FIRST_SEED)} to ${String(FIRST_SEED + SESSIONS - 1)}`);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SESSIONS; seed++) {
      expect(await compare(drawSession(seed)), `seed ${String(seed)}`).toBeLessThanOrEqual(1e-6);
    }
  });

  test('leaves the visitor as it was', async () => {
    const input = inputOf(drawSession(7));
    const first = await occlude({ ...input, score: SCORES.micro });
    expect(await occlude({ ...input, score: SCORES.micro })).toEqual(first);
  });

  test('drawn sessions hold every cause, and effects of both signs', async () => {
    const seen = new Map<string, [negative: number, positive: number]>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 200; seed++) {
      const { losses } = await occlude({ ...inputOf(drawSession(seed)), score: SCORES.micro });
      for (const { cause, effects } of losses) {
        const [negative, positive] = seen.get(cause.kind) ?? [0, 0];
        const count = (sign: number): number => effects.filter((effect) => effect * sign > 1e-3).length;
        seen.set(cause.kind, [negative + count(-1), positive + count(1)]);
      }
    }
    expect([...seen.keys()].sort()).toEqual(['anchor', 'event', 'history', 'new', 'popular', 'price', 'server']);
    for (const [kind, [negative, positive]] of seen) {
      expect([kind, negative > 0, positive > 0]).toEqual([kind, true, true]);
    }
  });
});

/** By hand: two events, a group and its claim, for one row. */
const occlusionOf = (effects: readonly number[], holds: readonly boolean[] = []): Occlusion<NamedSignal> => ({
  scores: Float32Array.of(1),
  losses: effects.map((effect, i) => {
    const base = { at: NOW - 40_000, sessionId: 's', kind: 'view' as const, item: i, dwellMs: 0, confidence: 1 };
    const event = { ...base, seq: i + 1, itemId: `item-${String(i)}` };
    const cause: Cause<NamedSignal> = i < 2 ? { kind: 'event', event } : { kind: i === 2 ? 'popular' : 'history' };
    return { cause, effects: Float64Array.of(effect), holds: [holds[i] ?? true] };
  }),
});
const kindsOf = (reasons: readonly Reason[]): string[] =>
  reasons.map((reason) => (reason.kind === 'event' ? reason.signal.itemId : reason.kind));

describe('reasons', () => {
  test('are what the score loses most without, at most three, strongest first', async () => {
    let told = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 200; seed++) {
      const session = drawSession(seed);
      const occlusion = await occlude({ ...inputOf(session), score: SCORES.micro });
      session.rows.forEach((_, m) => {
        const reasons = scoreReasons(occlusion, m);
        const claimed = occlusion.losses.filter(({ holds }) => holds[m]).map(({ effects }) => effects[m]);
        const best = claimed.filter((effect) => effect > 1e-4).sort((a, b) => b - a);
        expect(reasons.map(({ effect }) => effect)).toEqual(best.slice(0, 3));
        told += reasons.length;
      });
    }
    expect(told).toBeGreaterThan(500);
  });

  test('name the signal; nothing negative, nothing that may be rounding, no words that are not true', () => {
    expect(scoreReasons(occlusionOf([0.2, 0.5]), 0)).toEqual([
      { kind: 'event', signal: { seq: 2, kind: 'view', itemId: 'item-1', at: NOW - 40_000 }, effect: 0.5 },
      { kind: 'event', signal: { seq: 1, kind: 'view', itemId: 'item-0', at: NOW - 40_000 }, effect: 0.2 },
    ]);
    expect(kindsOf(scoreReasons(occlusionOf([-1, 0.00009, 0.3, 0.1]), 0))).toEqual(['popular', 'history']);
    expect(kindsOf(scoreReasons(occlusionOf([-1, 0, 0.3, 0.1], [true, true, false, true]), 0))).toEqual(['history']);
    expect(scoreReasons(occlusionOf([Number.NaN]), 0)).toEqual([]);
  });

  test('an old, unpopular item is never "new" or "popular", however the model likes it', async () => {
    const list = [
      { id: 'old', popularity: 1, publishedAt: NOW - 9e9 },
      { id: 'fresh', popularity: 90, publishedAt: NOW - 1e6 },
      { id: 'unknown' },
    ];
    const session = { ...drawSession(3), list, rows: [0, 1, 2] };
    const { losses } = await occlude({ ...inputOf(session), score: SCORES.micro });
    const holds = (wanted: string) => losses.find(({ cause }) => cause.kind === wanted)?.holds;
    expect([holds('popular'), holds('new')]).toEqual([
      [false, true, false],
      [false, true, false],
    ]);
    expect(holds('price')).toEqual([true, true, true]);
  });

  test('what overruled the score comes first', () => {
    const inScore: ScoreReason[] = [
      { kind: 'popular', effect: 0.3 },
      { kind: 'price', effect: 0.2 },
      { kind: 'history', effect: 0.1 },
    ];
    const kinds = (placing: Parameters<typeof placedReasons>[0]) => kindsOf(placedReasons(placing, inScore));
    expect(kinds({ scored: true })).toEqual(['popular', 'price', 'history']);
    expect(kinds({ pinnedBy: 'rule-7', scored: true })).toEqual(['pinned', 'popular', 'price']);
    expect(kinds({ explored: true, scored: true })).toEqual(['explored', 'popular', 'price']);
    expect(placedReasons({ pinnedBy: 'rule-7', scored: false }, [])).toEqual([{ kind: 'pinned', ruleId: 'rule-7' }]);
    expect(placedReasons({ scored: false }, [])).toEqual([{ kind: 'server_order' }]);
    expect(placedReasons({ scored: true }, [])).toEqual([]);
  });
});

describe('text', () => {
  const options: ReasonTextOptions = {
    messages: REASONS_EN,
    titleOf: (itemId) => (itemId === 'item-0' ? 'Mug {ago} $&' : undefined),
    now: NOW,
  };
  const viewed = (agoMs: number, itemId = 'item-0'): Reason => ({
    ...{ kind: 'event', effect: 1 },
    signal: { seq: 1, kind: 'view', itemId, at: NOW - agoMs },
  });

  test('in English and in German', () => {
    expect(reasonText(viewed(40_000), options)).toBe('Because you viewed Mug {ago} $& 40 seconds ago');
    expect(reasonText(viewed(40_000, 'gone'), { ...options, messages: REASONS_DE })).toBe(
      'Weil Sie vor 40 Sekunden einen Artikel angesehen haben',
    );
    const others = ['anchor', 'history', 'popular', 'new', 'price', 'server', 'explored', 'server_order'] as const;
    const reasons = [...others.map((kind) => ({ kind, effect: 1 })), { kind: 'pinned' as const, ruleId: 'r' }];
    const texts = [REASONS_EN, REASONS_DE].flatMap((messages) =>
      reasons.map((reason) => reasonText(reason as Reason, { ...options, messages })),
    );
    expect(texts.filter((text) => text !== '')).toHaveLength(18);
    expect(new Set(texts).size).toBe(18);
    expect(reasonText({ kind: 'pinned', ruleId: 'r' }, options)).toBe('Picked by the shop');
  });

  test('every kind of event has its words, with its item and age', () => {
    for (const { events } of [REASONS_EN, REASONS_DE]) {
      expect(new Set(Object.keys(events))).toEqual(INTEREST_KINDS);
      Object.values(events).forEach((text) => expect(text).toMatch(/\{title\}.*\{ago\}|\{ago\}.*\{title\}/));
    }
  });

  test.each([
    [-5000, '1 second ago'],
    [0, '1 second ago'],
    [59_999, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [3_599_999, '59 minutes ago'],
    [7_200_000, '2 hours ago'],
    [86_400_000, '1 day ago'],
    [40 * 86_400_000, '40 days ago'],
  ])('an age of %i ms is %s', (agoMs, text) => {
    expect(reasonText(viewed(agoMs, 'gone'), options)).toBe(`Because you viewed an item ${text}`);
  });
});
