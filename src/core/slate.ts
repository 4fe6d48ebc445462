import type { AdaptationEffect } from './adaptation-effect.ts';
import type { Override } from './apply-rules.ts';
import type { Candidate } from './candidate.ts';
import type { Team } from './event.ts';
import type { Problem } from './problem.ts';
import type { Channel } from './releases.ts';

/** Which engine answered; `server` is the server's own order. From weakest to strongest. */
export const TIERS = ['server', 'linear', 'micro', 'wasm', 'webgpu'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * What became of a candidate, step by step: `ranked` here by its value, `kept` because it was in view here, `pinned` or
 * `required` (a quota's minimum) by a rule, `drawn` to explore, `relaxed` a spacing that nothing could keep; or not shown: `dropped` by a rule, `held_back`
 * by a full quota, `outranked` where the slate ended before it.
 */
export interface TrailStep {
  readonly step:
    'ranked' | 'kept' | 'pinned' | 'required' | 'drawn' | 'relaxed' | 'dropped' | 'held_back' | 'outranked';
  readonly ruleId?: string;
}

export interface SlateItem {
  readonly itemId: string;
  /** Zero-based. */
  readonly position: number;
  /** Zero-based place in the server's order. */
  readonly serverRank: number;
  /** The first head's logit; null in the server's order. */
  readonly score: number | null;
  /** Of the policy's heads and the margin (docs/slates.md); null in the server's order. */
  readonly utility: number | null;
  /** Chance of the item on this position, given the positions before it; 1 where nothing was drawn. */
  readonly propensity: number;
  /** Drawn, and not what would have stood here otherwise. */
  readonly explored: boolean;
  /** The rule that pinned it here. */
  readonly pinnedBy?: string;
  /** Of an interleaved slate: whose bundle picked it; absent where a rule did. */
  readonly team?: Team;
  readonly trail: readonly TrailStep[];
  /** Without a price that is past its time. */
  readonly candidate: Candidate;
}

/** A candidate that is not in the slate, and why. */
export interface LeftItem {
  readonly itemId: string;
  readonly serverRank: number;
  readonly trail: readonly TrailStep[];
}

/** An experiment that a slate counts for. */
export interface SlateArm {
  readonly experiment: string;
  readonly arm: string;
  readonly phase: number;
}

/** An arm that was asked for, for quality assurance. */
export type OverriddenArm = Pick<SlateArm, 'experiment' | 'arm'>;

/** Of a registry (docs/releases.md). */
export interface SlateRelease {
  readonly number: number;
  /** Which of its bundles. */
  readonly channel: Channel;
}

/** The ordered answer to one `slate` call; every candidate is in `items` or in `left`. */
export interface Slate {
  /** UUIDv7. */
  readonly slateId: string;
  readonly requestId: string;
  readonly placement: string;
  readonly tier: Tier;
  /** Why a lower tier than the best answered; absent when the best did, or when there was nothing to rank by. */
  readonly tierProblem?: Problem;
  /** Empty where no model answered. */
  readonly modelId: string;
  /** That the model is of; absent without a registry. */
  readonly release?: SlateRelease;
  /** Age of the newest signal that the ranking used; null with none. */
  readonly signalAgeMs: number | null;
  /** Local signals newer than the generator had seen; null where the server did not say. */
  readonly serverLag: number | null;
  /** Of the experiments that concern this slate; one that is overridden is not among them. */
  readonly arms: readonly SlateArm[];
  /** Arms that the slate shows because `experimentOverrides` asks for them; absent without any. */
  readonly overridden?: readonly OverriddenArm[];
  /** Of an interleaved slate: the model of the other team; `modelId` is that of the own one. */
  readonly otherModelId?: string;
  /** What control would have shown here, in its order, at most 20 items; absent where no experiment concerns the slate. */
  readonly controlTopK?: readonly string[];
  /** How different its first 20 items are, in [0, 1]; absent where `controlTopK` is, or too few have vectors. */
  readonly diversity?: number;
  /** Of the rules that were applied. */
  readonly rulesVersion: string;
  readonly items: readonly SlateItem[];
  /** In the server's order. */
  readonly left: readonly LeftItem[];
  /** What merchandisers have set, and what it did here. */
  readonly overrides: readonly Override[];
  /** What on-device adaptation did here; absent where it did not take part. */
  readonly adaptation?: AdaptationEffect;
  readonly problems: readonly Problem[];
}
