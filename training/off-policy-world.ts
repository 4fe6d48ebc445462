import { VECTOR_DIM } from '../src/core/contract.ts';
import { type SlatePolicy, SCORES_POLICY } from '../src/core/policy.ts';
import { createRandom, gaussian } from '../src/core/random.ts';
import { type DecisionInput, SlotLoop } from '../src/core/slot-loop.ts';
import { sigmoid } from './calibration.ts';

/** One slate's candidates and what their viewer would do with them. */
export interface WorldContext {
  /** Under the policy that makes the log. */
  readonly input: DecisionInput;
  /** [M] true chance of a click once looked at, with nothing of the same category above. */
  readonly chances: readonly number[];
}

export interface WorldUnit {
  readonly contexts: readonly WorldContext[];
}

export const WORLD = { seed: 20_240_601, units: 60, contexts: 5, items: 9, slots: 4, categories: 4 };

/** Chance that a slot is looked at; what stands there has no part in it. */
const EXAMINATION = [1, 0.7, 0.5, 0.4];
/** An item below another of its category is clicked less, by this factor: the slots above matter. */
const SAME_CATEGORY = 0.6;
const CALIBRATION = { slope: 1.5, offset: -0.5 };

/** Makes the log: mostly by popularity, with a draw in every slot. */
const LOGGING_POLICY: SlatePolicy = {
  ...SCORES_POLICY,
  weights: { relevance: 0.4, popularity: 0.6 },
  fatigue: 0.2,
  slots: WORLD.slots,
  exploration: { positions: [0, 1, 2, 3], epsilon: 0.3, temperature: 0.6 },
};

/** The policy that is asked about: other weights, diversity, a sharper draw. */
export const TARGET_POLICY: SlatePolicy = {
  ...LOGGING_POLICY,
  weights: { relevance: 0.8, popularity: 0.2 },
  diversity: 0.2,
  exploration: { ...LOGGING_POLICY.exploration, epsilon: 0.1, temperature: 0.5 },
};

/** The population that a log is drawn from: units differ in how readily they click and in how many slates they see. */
export function createWorld(): readonly WorldUnit[] {
  const random = createRandom(WORLD.seed);
  return Array.from({ length: WORLD.units }, (_, u) => {
    const activity = gaussian(random);
    const count = 1 + Math.floor(random() * WORLD.contexts);
    return {
      contexts: Array.from({ length: count }, (_, i) => {
        const { input, chances } = createContext(random, activity);
        return { input: { ...input, slateId: `context-${String(u)}-${String(i)}` }, chances };
      }),
    };
  });
}

/** Item 0 is dropped by a rule; item 1 is pinned to the first slot in one slate of five; two of a category at most. */
function createContext(random: () => number, activity: number): WorldContext {
  const rows = Array.from({ length: WORLD.items }, (_, row) => row);
  const items = rows.map(() => ({
    ...{ relevance: gaussian(random), popularity: gaussian(random), noise: gaussian(random) },
    category: Math.floor(random() * WORLD.categories),
  }));
  const vectors = new Int8Array(items.length * VECTOR_DIM);
  items.forEach(({ category }, row) => (vectors[row * VECTOR_DIM + category] = 100));
  const pins = random() < 0.2 ? [{ ruleId: 'pin', row: 1, position: 0 }] : [];
  const quota = { ruleId: 'quota', column: 0, value: null, max: 2, min: null, within: null };
  const columns = [items.map(({ category }) => category + 1)];
  return {
    input: {
      ...{ slateId: '', policy: LOGGING_POLICY, rules: { pins, quotas: [quota], spacing: [], columns } },
      dropped: rows.map((row) => (row === 0 ? 'age' : null)),
      logits: Float32Array.from(items.flatMap(({ relevance, popularity }) => [relevance, popularity])),
      heads: ['relevance', 'popularity'].map((name) => ({ name, calibration: CALIBRATION })),
      impressions: rows.map(() => Math.floor(3 * random())),
      ...{ popularity: null, bias: null, vectors },
    },
    chances: items.map(({ relevance, popularity, noise }) =>
      sigmoid(-2.2 + 0.7 * activity + 1.1 * relevance + 0.2 * popularity + 0.3 * noise),
    ),
  };
}

/** Chance of a click on what stands in each slot. */
export function clickChances({ input, chances }: WorldContext, order: readonly number[]): number[] {
  const [categories] = input.rules.columns;
  return order.map((row, slot) => {
    const repeats = order.slice(0, slot).some((above) => categories[above] === categories[row]);
    return EXAMINATION[slot] * chances[row] * (repeats ? SAME_CATEGORY : 1);
  });
}

/** Expected clicks of a slate under a policy, exactly: the sum over every order that it may show. */
export function valueContext(context: WorldContext, input: DecisionInput): number {
  const extend = (order: readonly number[], chance: number): number => {
    if (order.length === WORLD.slots) return 0;
    const loop = new SlotLoop(input);
    for (const row of order) {
      loop.next();
      loop.choose(row);
    }
    const next = loop.next();
    if (next === null) return 0;
    return next.rows.reduce((value, row, i) => {
      const reached = chance * next.propensities[i];
      if (reached === 0) return value;
      const longer = [...order, row];
      return value + reached * clickChances(context, longer)[order.length] + extend(longer, reached);
    }, 0);
  };
  return extend([], 1);
}
