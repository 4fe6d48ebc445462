import { GOLDEN_TOLERANCE } from './manifest.ts';
import type { Occlusion } from './occlusion.ts';
import type { SignalKind } from './signal.ts';
import type { VisitorSignal } from './visitor.ts';

/** A signal as a reason names it. */
export interface ReasonSignal {
  readonly seq: number;
  readonly kind: SignalKind;
  readonly itemId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A visitor's signal that can be named. */
export type NamedSignal = VisitorSignal & Pick<ReasonSignal, 'seq' | 'itemId'>;

/** What the engine was moved by; `effect` is the part of the item's logit that is gone without it, always > 0. */
export type ScoreReason =
  | { readonly kind: 'event'; readonly signal: ReasonSignal; readonly effect: number }
  | { readonly kind: 'anchor' | 'history' | 'popular' | 'new' | 'price' | 'server'; readonly effect: number };

/** Why an item stands where it stands. Every reason is true by construction (docs/reasons.md). */
export type Reason =
  | ScoreReason
  /** It was in view there before the list was ranked anew. */
  | { readonly kind: 'kept' }
  /** A rule of the shop put it there. */
  | { readonly kind: 'pinned'; readonly ruleId: string }
  /** A quota of the shop needed one of its kind there. */
  | { readonly kind: 'required'; readonly ruleId: string }
  /** Drawn to learn from, whatever its score. */
  | { readonly kind: 'explored' }
  /** No engine ranked: the order is the server's own. */
  | { readonly kind: 'server_order' };

/** Reasons given for one item. */
const MAX_REASONS = 3;
/** Engines agree on a logit to this much, so a smaller effect may be rounding. */
const MIN_EFFECT = GOLDEN_TOLERANCE;

/** The reasons in the score of the row at `index` of the explained ones, strongest first. */
export function scoreReasons({ losses }: Occlusion<NamedSignal>, index: number): ScoreReason[] {
  const reasons: ScoreReason[] = [];
  for (const { cause, effects, holds } of losses) {
    const effect = effects[index];
    if (!(effect > MIN_EFFECT) || !holds[index]) continue;
    if (cause.kind !== 'event') {
      reasons.push({ kind: cause.kind, effect });
      continue;
    }
    const { seq, kind, itemId, at } = cause.event;
    reasons.push({ kind: 'event', signal: { seq, kind, itemId, at }, effect });
  }
  return reasons.sort((a, b) => b.effect - a.effect).slice(0, MAX_REASONS);
}

/** How an item came into its place, beside its score. */
export interface Placing {
  /** Whether it stayed because it was in view. */
  readonly kept?: boolean | undefined;
  /** Id of the rule that pinned it. */
  readonly pinnedBy?: string | undefined;
  /** Id of the quota whose minimum it fills. */
  readonly requiredBy?: string | undefined;
  readonly explored?: boolean | undefined;
  /** False where no engine gave it a score. */
  readonly scored: boolean;
}

/** All reasons of an item: what overruled its score comes first. At most 3. */
export function placedReasons(
  { kept, pinnedBy, requiredBy, explored, scored }: Placing,
  inScore: readonly ScoreReason[],
): Reason[] {
  const reasons: Reason[] = [];
  if (kept) reasons.push({ kind: 'kept' });
  if (pinnedBy !== undefined) reasons.push({ kind: 'pinned', ruleId: pinnedBy });
  if (requiredBy !== undefined) reasons.push({ kind: 'required', ruleId: requiredBy });
  if (explored) reasons.push({ kind: 'explored' });
  if (!scored && reasons.length === 0) reasons.push({ kind: 'server_order' });
  return [...reasons, ...inScore].slice(0, MAX_REASONS);
}
