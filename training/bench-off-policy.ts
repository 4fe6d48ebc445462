import { decide } from '../src/core/decide.ts';
import type { SlatePolicy } from '../src/core/policy.ts';
import { createRandom } from '../src/core/random.ts';
import type { DecisionInput } from '../src/core/slot-loop.ts';
import { round4 } from './metrics.ts';
import { type OffPolicySlate, type OffPolicyResult, type PolicyValue, evaluateOffPolicy } from './off-policy.ts';
import {
  TARGET_POLICY,
  WORLD,
  type WorldContext,
  type WorldUnit,
  clickChances,
  createWorld,
  valueContext,
} from './off-policy-world.ts';
import { type SlotComparison, compareSlots, drawShares, rewardScores } from './target-chances.ts';

/** Units of one log: drawn from the population with replacement. */
const LOG_UNITS = 250;
/** The target policy's own slates of each context, for the reward model. */
const TARGET_DRAWS = 50;

/** Policies that this log cannot answer for. */
const WITHOUT_SUPPORT: Readonly<Record<string, (input: DecisionInput) => DecisionInput>> = {
  'shows what a rule dropped': (input) => ({ ...input, policy: TARGET_POLICY, dropped: input.dropped.map(() => null) }),
  'draws nothing': (input) => ({
    ...input,
    policy: { ...TARGET_POLICY, exploration: { ...TARGET_POLICY.exploration, positions: [] } },
  }),
};

export interface OffPolicyBenchOptions {
  /** Each draws one log. */
  readonly seeds: readonly number[];
  readonly progress: (text: string) => void;
  /** Milliseconds from any fixed moment. */
  readonly stopwatch: () => number;
}

/** An estimator over all seeds, in expected clicks of a slate. */
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
  /** First and last. */
  readonly seedList: readonly [number, number];
  /** Exact value of the target policy: the sum over every order of every slate of the population. */
  readonly truth: number;
  readonly slates: number;
  readonly ess: { readonly min: number; readonly mean: number };
  readonly snips: EstimatorScore;
  readonly dr: EstimatorScore;
  readonly naive: EstimatorScore;
  /** Seeds in which each policy without support got the verdict "insufficient support". */
  readonly noSupport: { readonly verdicts: Readonly<Record<string, number>> };
  readonly checks: Readonly<Record<string, boolean>>;
  readonly seconds: number;
}

/** Judges the estimators of off-policy.ts against a truth that is known exactly: one log a seed. */
export function benchOffPolicy({ seeds, progress, stopwatch }: OffPolicyBenchOptions): OffPolicyBenchResult {
  const startedAt = stopwatch();
  const units = createWorld();
  const truth = priceWorld(units, withPolicy(TARGET_POLICY));
  const target = createJudge(withPolicy(TARGET_POLICY));
  const others = Object.entries(WITHOUT_SUPPORT).map(([name, decideBy]) => ({ name, judge: createJudge(decideBy) }));
  const results: OffPolicyResult[] = [];
  const verdicts = Object.fromEntries(others.map(({ name }) => [name, 0]));
  for (const seed of seeds) {
    const log = drawLog(units, seed);
    results.push(target(log));
    for (const { name, judge } of others) if (judge(log).verdict === 'insufficient support') verdicts[name]++;
    progress(`off-policy: seed ${String(results.length)} of ${String(seeds.length)}`);
  }
  const score = (of: (result: OffPolicyResult) => PolicyValue | null): EstimatorScore =>
    scoreEstimator(results.map(of), truth);
  const scores = { snips: score(({ snips }) => snips), dr: score(({ dr }) => dr), naive: score(({ naive }) => naive) };
  return {
    seeds: seeds.length,
    seedList: [seeds[0], seeds[seeds.length - 1]],
    truth: round4(truth),
    slates: Math.round(mean(results.map(({ slates }) => slates))),
    ess: {
      min: Math.floor(Math.min(...results.map(({ ess }) => ess))),
      mean: Math.round(mean(results.map(({ ess }) => ess))),
    },
    ...scores,
    noSupport: { verdicts },
    checks: check(scores, { refused: results.filter(({ dr }) => dr === null).length, verdicts, seeds: seeds.length }),
    seconds: Math.round((stopwatch() - startedAt) / 100) / 10,
  };
}

type Scores = Pick<OffPolicyBenchResult, 'snips' | 'dr' | 'naive'>;

function check(
  { naive, ...scores }: Scores,
  counts: { readonly refused: number; readonly verdicts: Readonly<Record<string, number>>; readonly seeds: number },
): Record<string, boolean> {
  const both = Object.values(scores);
  return {
    'estimated in every seed': counts.refused === 0,
    '|bias| <= 0.25 rmse': both.every(({ biasOverRmse }) => biasOverRmse <= 0.25),
    'coverage from 0.92 to 0.98': both.every(({ coverage }) => coverage >= 0.92 && coverage <= 0.98),
    'rmse below the naive one': both.every(({ rmse }) => rmse < naive.rmse),
    'no support, said so in every seed': Object.values(counts.verdicts).every((count) => count === counts.seeds),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function scoreEstimator(values: readonly (PolicyValue | null)[], truth: number): EstimatorScore {
  const given = values.filter((value) => value !== null);
  const errors = given.map((value) => value.mean - truth);
  const [bias, rmse] = [mean(errors), Math.sqrt(mean(errors.map((error) => error ** 2)))];
  const ends = given.map(({ low, high }) => [low ?? Number.NaN, high ?? Number.NaN]);
  return {
    bias: round4(bias),
    rmse: round4(rmse),
    biasOverRmse: round4(Math.abs(bias) / rmse),
    coverage: round4(mean(ends.map(([low, high]) => (low <= truth && truth <= high ? 1 : 0)))),
    width: round4(mean(ends.map(([low, high]) => high - low))),
  };
}

const withPolicy =
  (policy: SlatePolicy) =>
  (input: DecisionInput): DecisionInput => ({ ...input, policy });

/** Expected clicks of a slate of the population. */
function priceWorld(units: readonly WorldUnit[], decideBy: (input: DecisionInput) => DecisionInput): number {
  return mean(
    units.flatMap(({ contexts }) => contexts.map((context) => valueContext(context, decideBy(context.input)))),
  );
}

interface DrawnSlate {
  readonly unitId: string;
  readonly context: WorldContext;
  readonly order: readonly number[];
  readonly rewards: readonly (0 | 1)[];
}

/** Units drawn with replacement; `decide` fills their slates as a device would, true chances make the clicks. */
function drawLog(units: readonly WorldUnit[], seed: number): readonly DrawnSlate[] {
  const random = createRandom(seed);
  return Array.from({ length: LOG_UNITS }, (_, u) => {
    const { contexts } = units[Math.floor(random() * units.length)];
    return contexts.map((context, i): DrawnSlate => {
      const slateId = [seed, u, i].join('-');
      const { slots } = decide({ ...context.input, slateId });
      const order = slots.map(({ row }) => row);
      const rewards = clickChances(context, order).map((chance) => (random() < chance ? 1 : 0));
      return { unitId: String(u), context, order, rewards };
    });
  }).flat();
}

/** Asks what a policy would have earned; contexts come again from seed to seed, so what they gave is kept. */
function createJudge(decideBy: (input: DecisionInput) => DecisionInput) {
  const random = createRandom(WORLD.seed);
  const scores = remember((context: WorldContext) => rewardScores(context.input));
  const target = remember((context: WorldContext) => {
    const shares = drawShares(decideBy(context.input), { slots: WORLD.slots, draws: TARGET_DRAWS, random });
    return shares.map(({ slot, row, share }) => ({ slot, share, score: scores(context)[row] }));
  });
  const compare = remember((context: WorldContext) => {
    const known = new Map<string, readonly SlotComparison[]>();
    return (order: readonly number[]): readonly SlotComparison[] => {
      const key = order.join();
      const slots = known.get(key) ?? compareSlots({ logged: context.input, target: decideBy(context.input), order });
      known.set(key, slots);
      return slots;
    };
  });
  return (log: readonly DrawnSlate[]): OffPolicyResult =>
    evaluateOffPolicy(
      log.map(({ unitId, context, order, rewards }): OffPolicySlate => ({
        unitId,
        target: target(context),
        slots: compare(context)(order).map((slot, k) => ({
          ...slot,
          reward: rewards[k] ?? 0,
          score: scores(context)[order[k]] ?? 0,
        })),
      })),
    );
}

function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
