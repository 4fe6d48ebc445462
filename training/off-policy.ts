import { jackknife, sumUnits } from './jackknife.ts';
import type { Interval } from './metrics.ts';
import { type ModelledSlate, modelRewards } from './off-policy-reward.ts';
import {
  type Clipping,
  type WeighedSlate,
  describeClipping,
  effectiveSize,
  supportShare,
  weighSlate,
} from './off-policy-weights.ts';

/** One filled slot of a logged slate. Every chance is conditional on the slots before it, as they were logged. */
export interface OffPolicySlot {
  /** Chance with which the log chose this item: above 0, at most 1. */
  readonly logged: number;
  /** Chance with which the target policy would have chosen it: 0 to 1. */
  readonly target: number;
  /** The target policy's chance to choose an item here that the log could have chosen too: 0 to 1. */
  readonly supported: number;
  readonly reward: 0 | 1;
  /** What the reward model reads, from any model, on one scale for all slates. */
  readonly score: number;
}

/** How often the target policy, filling the whole slate itself, shows an item of this score in this slot. */
export interface TargetSlot {
  readonly slot: number;
  readonly score: number;
  readonly share: number;
}

export interface OffPolicySlate {
  readonly unitId: string;
  readonly slots: readonly OffPolicySlot[];
  /** Shares of one slot sum to 1 where the target policy fills it. */
  readonly target: readonly TargetSlot[];
}

export interface OffPolicyOptions {
  /** Weights above it count as it; default none. */
  readonly clip?: number | undefined;
  /** Rewards of the first slots only; default all. */
  readonly slots?: number | undefined;
}

/** Expected rewards of a slate: the sum over its slots with a 95 % interval, and each slot's part. */
export interface PolicyValue extends Interval {
  readonly bySlot: readonly number[];
}

export interface OffPolicyResult {
  readonly verdict: 'estimated' | 'insufficient support';
  /** One sentence where there is no estimate. */
  readonly reason?: string;
  readonly slates: number;
  readonly units: number;
  readonly slots: number;
  readonly snips: PolicyValue | null;
  readonly dr: PolicyValue | null;
  /** Mean reward of the logged slates: the value of the policy that made the log. */
  readonly naive: PolicyValue;
  /** (sum w)^2 / sum w^2 (Kong 1992) of the slot where it is smallest. */
  readonly ess: number;
  /** Share of what the target policy would show whose whole slate the log could have shown. */
  readonly support: number;
  /** Mean weight of the last slot, before clipping: covers `support` where the logged propensities are true. */
  readonly meanWeight: Interval;
  readonly clipping: Clipping;
}

/** Below this many effective slates an estimate hangs on a few rows. */
export const MIN_ESS = 100;
/** The rest could change each slot's chance of a reward by as much as 1 - this. */
export const MIN_SUPPORT = 0.99;
/** An interval that deletes units one by one needs some. */
export const MIN_UNITS = 30;

/**
 * The value of a target policy from slates that another policy filled: expected rewards of a slate, summed over its
 * slots, if the target policy had filled every slot, for units and slates like those of the log.
 *
 * Weights are products of target / logged up to and including a slot (per decision, Precup, Sutton & Singh 2000; for
 * slates McInerney et al. 2020). They are right where a reward depends on the visitor and on the slots down to its own,
 * not on what stands below. A slate that ended earlier keeps its last weight and earns nothing more.
 *
 * - SNIPS: per slot sum(w r) / sum(w) (Swaminathan & Joachims 2015).
 * - DR: what a cross-fitted reward model q expects of the target policy, plus the mean of w (r - q) of what was shown
 *   (Dudík, Langford & Li 2011). This is the sequential estimator of Jiang & Li (2016): after a choice the rest of a
 *   slate's inputs is known, so their value terms cancel.
 *
 * Intervals delete one unit at a time. There is no estimate, only a verdict, below MIN_SUPPORT, MIN_ESS or MIN_UNITS.
 * Throws a TypeError for a logged propensity that is not in (0, 1].
 */
export function evaluateOffPolicy(slates: readonly OffPolicySlate[], options: OffPolicyOptions = {}): OffPolicyResult {
  const longest = slates.reduce((most, { slots }) => Math.max(most, slots.length), 0);
  const slots = Math.min(longest, options.slots ?? longest);
  const clip = options.clip ?? Number.POSITIVE_INFINITY;
  const weighed = slates.map((slate) => weighSlate(slate, slots, clip));
  const ess = effectiveSize(weighed, slots);
  const support = supportShare(weighed);
  const count = new Set(slates.map(({ unitId }) => unitId)).size;
  const reason = findReason({ ess, support, units: count });
  const modelled = reason === undefined ? modelRewards(slates, slots) : undefined;
  const units = sumByUnit(slates, weighed, modelled);
  const value = (term: (sums: SlotSums, slates: number) => number) => valueOf(units, slots, term);
  return {
    verdict: reason === undefined ? 'estimated' : 'insufficient support',
    ...(reason !== undefined && { reason }),
    slates: slates.length,
    units: count,
    slots,
    snips: reason === undefined ? value(({ weight, weightedReward }) => weightedReward / weight) : null,
    dr: reason === undefined ? value(({ robust }, total) => robust / total) : null,
    naive: value(({ reward }, total) => reward / total),
    ess,
    support,
    meanWeight: jackknife(units, (sums) => (slots === 0 ? 0 : readSums(sums, slots - 1).raw / countOf(sums))),
    clipping: describeClipping(weighed, slots, clip),
  };
}

function findReason({ ess, support, units }: Pick<OffPolicyResult, 'ess' | 'support' | 'units'>): string | undefined {
  if (units < MIN_UNITS) return `the log holds ${String(units)} units, an interval needs ${String(MIN_UNITS)}`;
  if (support < MIN_SUPPORT) {
    return `the log could show only ${(100 * support).toFixed(1)} % of what the policy would, ${String(100 * MIN_SUPPORT)} % are needed`;
  }
  if (ess < MIN_ESS) {
    return `the log is worth ${String(Math.floor(ess))} slates of the policy, ${String(MIN_ESS)} are needed`;
  }
  return undefined;
}

/** Sums over slates, of one slot. */
interface SlotSums {
  readonly weight: number;
  readonly weightedReward: number;
  readonly robust: number;
  readonly reward: number;
  /** Weight before clipping. */
  readonly raw: number;
}

/** Numbers of `SlotSums`, in its order; the number of slates stands behind those of the last slot. */
const WIDTH = 5;

const readSums = (sums: Float64Array, k: number): SlotSums => {
  const [weight, weightedReward, robust, reward, raw] = sums.subarray(k * WIDTH, (k + 1) * WIDTH);
  return { weight, weightedReward, robust, reward, raw };
};

const countOf = (sums: Float64Array): number => sums[sums.length - 1];

function sumByUnit(
  slates: readonly OffPolicySlate[],
  weighed: readonly WeighedSlate[],
  modelled: readonly ModelledSlate[] | undefined,
): readonly Float64Array[] {
  const units = new Map<string, Float64Array>();
  slates.forEach(({ unitId }, i) => {
    const { raw, weights, rewards } = weighed[i];
    const sums = units.get(unitId) ?? new Float64Array(raw.length * WIDTH + 1);
    units.set(unitId, sums);
    weights.forEach((weight, k) => {
      const [expected, shown] = [modelled?.[i].target[k] ?? 0, modelled?.[i].shown[k] ?? 0];
      const robust = expected + weight * (rewards[k] - shown);
      [weight, weight * rewards[k], robust, rewards[k], raw[k]].forEach((term, t) => (sums[k * WIDTH + t] += term));
    });
    sums[sums.length - 1]++;
  });
  return [...units.values()];
}

function valueOf(
  units: readonly Float64Array[],
  slots: number,
  term: (sums: SlotSums, slates: number) => number,
): PolicyValue {
  const bySlot = (sums: Float64Array): number[] =>
    Array.from({ length: slots }, (_, k) => term(readSums(sums, k), countOf(sums)));
  const interval = jackknife(units, (sums) => bySlot(sums).reduce((total, part) => total + part, 0));
  return { ...interval, bySlot: bySlot(sumUnits(units)) };
}
