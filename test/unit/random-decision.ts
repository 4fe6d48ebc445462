import type { SlatePolicy } from '../../src/core/policy.ts';
import { createRandom } from '../../src/core/random.ts';
import type { DecisionInput } from '../../src/core/slot-loop.ts';
import type { SlotRules } from '../../src/core/slot-rules.ts';

type Random = () => number;
const below = (random: Random, end: number): number => Math.floor(random() * end);
const some = <T>(random: Random, share: number, make: () => T): T | null => (random() < share ? make() : null);
const list = <T>(length: number, make: (at: number) => T): T[] => Array.from({ length }, (_, at) => make(at));

const ODD_SCORES = [Number.NaN, Infinity, -Infinity, 0, -0, 1e30, -1e30];

export function randomPolicy(random: Random): SlatePolicy {
  const positions = list(below(random, 4), () => below(random, 12)).sort((a, b) => a - b);
  return {
    weights: some(random, 0.3, () => ({ next_item: random() * 2 - 0.5, purchase: random() * 3 })),
    diversity: some(random, 0.6, () => random() * 2) ?? 0,
    novelty: some(random, 0.3, () => random() * 2 - 1) ?? 0,
    fatigue: some(random, 0.5, random) ?? 0,
    exploration: {
      positions: [...new Set(positions)],
      epsilon: 0.01 + random() * 0.99,
      temperature: 0.1 + random() * 3,
    },
    slots: some(random, 0.5, () => 1 + below(random, 20)),
  };
}

function randomRules(random: Random, size: number): SlotRules {
  const columns = list(1 + below(random, 2), () => list(size, () => below(random, 5)));
  const column = (): number => below(random, columns.length);
  const boost = some(random, 0.3, () => list(size, () => random() * 2));
  return {
    pins: list(below(random, 3), (n) => ({
      ruleId: `pin${String(n)}`,
      row: below(random, size),
      position: below(random, 14),
    })),
    quotas: list(below(random, 3), (n) => ({
      ...{ ruleId: `quota${String(n)}`, column: column(), value: some(random, 0.6, () => below(random, 5)) },
      ...{ max: some(random, 0.7, () => below(random, 4)), min: some(random, 0.4, () => below(random, 3)) },
      within: some(random, 0.5, () => 1 + below(random, 10)),
    })),
    spacing: list(below(random, 2), (n) => ({
      ruleId: `gap${String(n)}`,
      column: column(),
      gap: 1 + below(random, 3),
    })),
    columns,
    ...(boost && { boost }),
  };
}

/** Any input that `decide` may be given, odd scores, gaps and nothing eligible included. */
export function randomDecision(seed: number): DecisionInput {
  const random = createRandom(seed);
  const size = 1 + below(random, 30);
  const heads =
    random() < 0.5
      ? [{ name: 'next_item' }]
      : [{ name: 'next_item' }, { name: 'purchase', calibration: { slope: 1, offset: -2 } }];
  const dropShare = random() < 0.1 ? 1 : random() * 0.5;
  const score = (): number => (random() < 0.1 ? ODD_SCORES[below(random, ODD_SCORES.length)] : random() * 8 - 4);
  return {
    slateId: `slate-${String(seed)}`,
    policy: randomPolicy(random),
    rules: randomRules(random, size),
    dropped: list(size, () => some(random, dropShare, () => `rule${String(below(random, 3))}`)),
    logits: some(random, 0.85, () => Float32Array.from(list(size * heads.length, score))),
    heads,
    impressions: some(random, 0.7, () => list(size, () => below(random, 6))),
    popularity: some(random, 0.7, () => list(size, () => (random() < 0.2 ? Number.NaN : below(random, 900)))),
    bias: some(random, 0.3, () => list(size, () => random() - 0.5)),
    vectors: some(random, 0.7, () => Int8Array.from(list(size * 32, () => below(random, 255) - 127))),
  };
}
