import type { OffPolicySlate } from './off-policy.ts';

/** One slate, slot by slot up to the horizon; past its own end the last weight stays and rewards are 0. */
export interface WeighedSlate {
  /** Products of target / logged down to each slot. */
  readonly raw: Float64Array;
  /** The same, no larger than the clip. */
  readonly weights: Float64Array;
  readonly rewards: Float64Array;
  /** An unbiased guess of the target policy's chance to show something in this slate that the log could not. */
  readonly unsupported: number;
}

/** Throws a TypeError for a logged propensity that is not in (0, 1]. */
export function weighSlate({ slots, unitId }: OffPolicySlate, horizon: number, clip: number): WeighedSlate {
  const raw = new Float64Array(horizon);
  const rewards = new Float64Array(horizon);
  let [weight, unsupported] = [1, 0];
  for (let k = 0; k < horizon; k++) {
    if (k < slots.length) {
      const { logged, target, supported, reward } = slots[k];
      if (!(logged > 0 && logged <= 1)) {
        throw new TypeError(
          `a logged propensity must be above 0 and at most 1, got ${String(logged)} (unit ${unitId})`,
        );
      }
      // what leaves the support here, among the slates that the target policy would have brought this far
      unsupported += weight * (1 - supported);
      weight *= target / logged;
      rewards[k] = reward;
    }
    raw[k] = weight;
  }
  return { raw, weights: raw.map((value) => Math.min(value, clip)), rewards, unsupported };
}

/** Effective sample size (sum w)^2 / sum w^2 (Kong 1992) of the slot where it is smallest; 0 without slates. */
export function effectiveSize(slates: readonly WeighedSlate[], horizon: number): number {
  let smallest = slates.length;
  for (let k = 0; k < horizon; k++) {
    let [sum, squares] = [0, 0];
    for (const { weights } of slates) {
      sum += weights[k];
      squares += weights[k] ** 2;
    }
    smallest = Math.min(smallest, squares === 0 ? 0 : sum ** 2 / squares);
  }
  return smallest;
}

/** Share of the target policy's slates that the log could have shown: 0 to 1; 0 without slates. */
export function supportShare(slates: readonly WeighedSlate[]): number {
  const lost = slates.reduce((sum, { unsupported }) => sum + unsupported, 0);
  return Math.min(1, Math.max(0, 1 - lost / slates.length)) || 0;
}

export interface Clipping {
  /** Null where nothing is clipped. */
  readonly at: number | null;
  /** Of the slates, with a weight above the clip in some slot. */
  readonly share: number;
  /** Of the weight, in the slot where most is cut off: the most that clipping can move that slot's chance of a reward. */
  readonly lost: number;
}

export function describeClipping(slates: readonly WeighedSlate[], horizon: number, clip: number): Clipping {
  let lost = 0;
  for (let k = 0; k < horizon; k++) {
    let [kept, all] = [0, 0];
    for (const { raw, weights } of slates) {
      kept += weights[k];
      all += raw[k];
    }
    if (all > 0) lost = Math.max(lost, 1 - kept / all);
  }
  const clipped = slates.filter(({ raw }) => raw.some((weight) => weight > clip)).length;
  return { at: Number.isFinite(clip) ? clip : null, share: clipped / Math.max(1, slates.length), lost };
}
