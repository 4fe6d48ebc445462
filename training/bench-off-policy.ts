import { createRandom } from '../src/core/random.ts';
import { round4 } from './metrics.ts';
import { type LoggedSlate, type LoggedSlot, type OffPolicyResult, evaluateOffPolicy } from './off-policy.ts';
import {
  WORLD,
  type ContextValue,
  type WorldContext,
  type WorldPolicy,
  type WorldUnit,
  clickChances,
  createWorld,
  nextChances,
  utilityOf,
  valueContext,
} from './off-policy-world.ts';
import { pickIndex } from './simulate-random.ts';

const everySlot = (): boolean => true;

/** What made the log: by popularity, with a draw in every slot. */
const LOGGING: WorldPolicy = {
  relevance: 0.4,
  popularity: 0.8,
  tau: 1,
  epsilon: 0.2,
  explores: everySlot,
  showsRestricted: false,
};

/** What is asked about: other weights, a sharper draw, and a first slot without one. */
export const TARGET: WorldPolicy = { ...LOGGING, relevance: 1, popularity: 0.2, tau: 0.8, epsilon: 0.1 };

/** Two that this log cannot answer for: one shows what was never shown, one is too far away. */
export const WITHOUT_SUPPORT = {
  'shows what rules dropped': { ...TARGET, showsRestricted: true },
  'draws nothing, other way round': { ...TARGET, relevance: 0, popularity: -1, explores: () => false },
} satisfies Record<string, WorldPolicy>;

export interface OffPolicyBenchOptions {
  /** Each draws one log. */
  readonly seeds: readonly number[];
  readonly progress: (text: string) => void;
  /** Milliseconds from any fixed moment. */
  readonly stopwatch: () => number;
}

/** An estimator over all seeds; bias and error in expected clicks of a slate. */
export interface EstimatorScore {
  readonly bias: number;
  readonly rmse: number;
  /** |bias| / rmse. */
  readonly biasOverRmse: number;
  /** Share of seeds whose 95 % interval holds the truth. */
  readonly coverage: number;
  /** Mean width of the intervals. */
  readonly width: number;
}

export interface OffPolicyBenchResult {
  readonly seeds: number;
  readonly seedList: string;
  readonly world: typeof WORLD;
  /** Exact: the sum over every order of every slate of the population. */
  readonly truth: { readonly logging: number; readonly target: number };
  readonly ess: { readonly min: number; readonly mean: number };
  readonly snips: EstimatorScore;
  readonly dr: EstimatorScore;
  readonly naive: EstimatorScore;
  /** Seeds in which each policy got the verdict "insufficient support". */
  readonly noSupport: { readonly verdicts: Readonly<Record<string, number>> };
  readonly checks: Readonly<Record<string, boolean>>;
  readonly seconds: number;
}

/** Judges the estimators of off-policy.ts against a truth that is known exactly, one log a seed. */
export function benchOffPolicy({ seeds, progress, stopwatch }: OffPolicyBenchOptions): OffPolicyBenchResult {
  const startedAt = stopwatch();
  const units = createWorld();
  const target = createJudge(units, TARGET);
  const others = Object.entries(WITHOUT_SUPPORT).map(([name, policy]) => ({ name, judge: createJudge(units, policy) }));
  const results: OffPolicyResult[] = [];
  const verdicts = new Map(others.map(({ name }) => [name, 0]));
  seeds.forEach((seed, i) => {
    const log = drawLog(units, createRandom(seed));
    results.push(target.evaluate(log));
    for (const { name, judge } of others) {
      if (judge.evaluate(log).verdict === 'insufficient support') verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
    }
    progress(`off-policy: seed ${String(i + 1)} of ${String(seeds.length)}`);
  });
  const ess = results.map((result) => result.ess);
  const scores = {
    snips: scoreEstimator(results.map(({ snips }) => snips), target.value),
    dr: scoreEstimator(results.map(({ dr }) => dr), target.value),
    naive: scoreEstimator(results.map(({ naive }) => naive), target.value),
  };
  const noSupport = { verdicts: Object.fromEntries(verdicts) };
  return {
    seeds: seeds.length,
    seedList: `${String(seeds[0])}..${String(seeds.at(-1))}`,
    world: WORLD,
    truth: { logging: round4(createJudge(units, LOGGING).value), target: round4(target.value) },
    ess: { min: Math.min(...ess), mean: mean(ess) },
    ...scores,
    noSupport,
    checks: {},
    seconds: Math.round((stopwatch() - startedAt) / 100) / 10,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function scoreEstimator(values: readonly (OffPolicyResult['naive'] | null)[], truth: number): EstimatorScore {
  const given = values.filter((value) => value !== null);
  const errors = given.map((value) => value.mean - truth);
  const [bias, rmse] = [mean(errors), Math.sqrt(mean(errors.map((error) => error ** 2)))];
  const holds = given.map(({ low, high }) => (low !== null && high !== null && low <= truth && truth <= high ? 1 : 0));
  return {
    bias: round4(bias),
    rmse: round4(rmse),
    biasOverRmse: round4(Math.abs(bias) / rmse),
    coverage: round4(mean(holds)),
    width: round4(mean(given.map(({ low, high }) => (high ?? 0) - (low ?? 0)))),
  };
}

interface DrawnSlate {
  readonly unitId: string;
  readonly context: WorldContext;
  readonly order: readonly number[];
  readonly propensities: readonly number[];
  readonly rewards: readonly (0 | 1)[];
}

/** As many units as the population has, drawn with replacement; each sees its slates as the logging policy fills them. */
function drawLog(units: readonly WorldUnit[], random: () => number): readonly DrawnSlate[] {
  return units.flatMap((_, u) => {
    const { contexts } = units[Math.floor(random() * units.length)];
    return contexts.map((context) => ({ unitId: String(u), ...drawSlate(context, random) }));
  });
}

function drawSlate(context: WorldContext, random: () => number): Omit<DrawnSlate, 'unitId'> {
  const [order, propensities]: [number[], number[]] = [[], []];
  while (order.length < WORLD.slots) {
    const chances = nextChances(context, order, LOGGING);
    const item = pickIndex(random, chances);
    order.push(item);
    propensities.push(chances[item]);
  }
  const rewards = clickChances(context, order).map((chance) => (random() < chance ? 1 : 0));
  return { context, order, propensities, rewards };
}

/** Prices a policy exactly, and turns drawn slates into what the estimators read of it. */
function createJudge(units: readonly WorldUnit[], policy: WorldPolicy) {
  const contexts = units.flatMap((unit) => unit.contexts);
  const values = new Map(contexts.map((context) => [context, valueContext(context, policy)]));
  const total = [...values.values()].reduce((sum, { bySlot }) => sum + bySlot.reduce((a, b) => a + b, 0), 0);
  const shown = new Map([...values].map(([context, value]) => [context, scoreShown(context, value)]));
  return {
    value: total / contexts.length,
    evaluate: (log: readonly DrawnSlate[]): OffPolicyResult =>
      evaluateOffPolicy(
        log.map((slate): LoggedSlate => ({
          unitId: slate.unitId,
          slots: slate.order.map((_, slot) => judgeSlot(slate, slot, policy)),
          target: shown.get(slate.context) ?? [],
        })),
      ),
  };
}

/** The reward model reads the target policy's utility. */
const scoreShown = ({ items }: WorldContext, { shown }: ContextValue) =>
  shown.map(({ slot, score, share }) => ({ slot, share, score: utilityOf(items[score], TARGET) }));

function judgeSlot({ context, order, ...slate }: DrawnSlate, slot: number, policy: WorldPolicy): LoggedSlot {
  const above = order.slice(0, slot);
  const chances = nextChances(context, above, policy);
  const could = nextChances(context, above, LOGGING);
  return {
    logged: slate.propensities[slot],
    target: chances[order[slot]],
    supported: chances.reduce((sum, chance, item) => sum + (could[item] > 0 ? chance : 0), 0),
    reward: slate.rewards[slot],
    score: utilityOf(context.items[order[slot]], TARGET),
  };
}
