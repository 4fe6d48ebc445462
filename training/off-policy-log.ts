import type { FeedbackEvent } from '../src/core/event.ts';
import { createRandom } from '../src/core/random.ts';
import type { RankingLog } from '../src/core/ranking-log.ts';
import { type SlateLog, decisionInputOf, isSamePropensity, isUnchanged } from '../src/core/slate-log.ts';
import { type OffPolicySlate, type OffPolicyResult, evaluateOffPolicy } from './off-policy.ts';
import { compareSlots, drawShares, rewardScores } from './target-chances.ts';
import type { LoggedInputs, TargetPolicy } from './target-policy.ts';

/** The target policy's own slates of each logged one, for the reward model; more only make it a little steadier. */
const TARGET_DRAWS = 8;

export interface OffPolicyLogOptions {
  /** The collector's events, the same on each call. */
  readonly read: () => AsyncIterable<FeedbackEvent>;
  readonly policy: TargetPolicy;
  /** What counts: that a shown item got such an event, once. */
  readonly reward: 'click' | 'conversion';
  /** Rewards of the first slots of a slate. */
  readonly slots: number;
  readonly clip?: number | undefined;
  readonly seed: number;
  readonly progress: (text: string) => void;
}

type Numbers = Omit<OffPolicyResult, 'verdict' | 'reason'>;

export interface OffPolicyLogResult extends Partial<Numbers> {
  readonly verdict: OffPolicyResult['verdict'] | 'not observable';
  /** One sentence where there is no estimate. */
  readonly reason?: string;
  readonly snips: Numbers['snips'];
  readonly dr: Numbers['dr'];
  readonly ess: number;
  readonly modelId: string | null;
  readonly reward: 'click' | 'conversion';
  readonly seed: number;
  /** Slates that are not in the figures: altered since they were logged, or without something the policy reads. */
  readonly leftOut: { readonly damaged: number; readonly notObservable: number };
}

/** What a policy would have earned on the slates of a collector's log. */
export async function evaluateLoggedSlates(options: OffPolicyLogOptions): Promise<OffPolicyLogResult> {
  const { read, policy, reward, seed, slots, clip, progress } = options;
  const rewarded = await readRewards(read(), reward);
  const random = createRandom(seed);
  const slates: OffPolicySlate[] = [];
  const leftOut = { damaged: 0, notObservable: 0 };
  let lack: string | undefined;
  for await (const row of readSlates(read(), policy.readsRanking)) {
    const slate = prepareSlate(row, {
      policy,
      slots,
      random,
      isRewarded: (itemId) => rewarded.has(keyOf(row.slateId, itemId)),
    });
    if (slate === undefined) leftOut.damaged++;
    else if (typeof slate === 'string') {
      leftOut.notObservable++;
      lack ??= slate;
    } else slates.push(slate);
    progress(`off-policy: ${String(slates.length)} slates`);
  }
  const asked = { modelId: policy.modelId, reward, seed, leftOut };
  if (slates.length > 0) return { ...evaluateOffPolicy(slates, { clip, slots }), ...asked };
  const none = leftOut.damaged > 0 ? 'every slate differs from what was logged, see recompute' : NO_SLATES;
  return { verdict: 'not observable', reason: lack ?? none, snips: null, dr: null, ess: 0, ...asked };
}

const NO_SLATES = 'there are no slate events: slates are logged at level training only';

const keyOf = (slateId: string, itemId: string): string => JSON.stringify([slateId, itemId]);

async function readRewards(events: AsyncIterable<FeedbackEvent>, reward: string): Promise<ReadonlySet<string>> {
  const rewarded = new Set<string>();
  for await (const { kind, slateId, itemId } of events) {
    if (kind === reward && slateId !== undefined && itemId !== undefined) rewarded.add(keyOf(slateId, itemId));
  }
  return rewarded;
}

interface SlateRow extends LoggedInputs {
  readonly unitId: string;
}

/** Each slate once, with its ranking where that is asked for; the two may come in any order. */
async function* readSlates(events: AsyncIterable<FeedbackEvent>, withRanking: boolean): AsyncGenerator<SlateRow> {
  const done = new Set<string>();
  const waiting = new Map<string, { unitId: string; slate?: SlateLog; ranking?: RankingLog }>();
  for await (const { unitId, slateId, slate, ranking } of events) {
    if (slateId === undefined || done.has(slateId) || (slate === undefined && !(withRanking && ranking))) continue;
    const row = { unitId, ...waiting.get(slateId), ...(slate && { slate }), ...(ranking && { ranking }) };
    waiting.set(slateId, row);
    const { slate: found, ranking: read } = row;
    if (found === undefined || (withRanking && read === undefined)) continue;
    waiting.delete(slateId);
    done.add(slateId);
    yield { slateId, unitId, slate: found, ranking: read };
  }
  for (const [slateId, { unitId, slate, ranking }] of waiting) if (slate) yield { slateId, unitId, slate, ranking };
}

interface Question extends Pick<OffPolicyLogOptions, 'policy' | 'slots'> {
  readonly random: () => number;
  readonly isRewarded: (itemId: string) => boolean;
}

/** What the estimators read of a slate; undefined where it was altered, a text says what the policy lacks in it. */
function prepareSlate(
  row: SlateRow,
  { policy, slots, random, isRewarded }: Question,
): OffPolicySlate | string | undefined {
  const { slateId, slate, unitId } = row;
  if (!isUnchanged(slate)) return undefined;
  const target = policy.inputOf(row);
  if (typeof target === 'string') return target;
  const shown = slate.slots.slice(0, slots);
  const order = shown.map(([place]) => place);
  const compared = compareSlots({ logged: decisionInputOf(slateId, slate), target, order });
  const differs = shown.some(([, propensity], k) => {
    const { logged } = compared[k];
    return logged === 0 || !isSamePropensity(propensity, logged);
  });
  if (differs) return undefined;
  const scores = rewardScores(target);
  return {
    unitId,
    slots: compared.map((slot, k) => ({
      ...slot,
      reward: k < order.length && isRewarded(slate.candidates[order[k]]) ? 1 : 0,
      score: scores[order[k]] ?? 0,
    })),
    target: drawShares(target, { slots, draws: TARGET_DRAWS, random }).map(({ slot, row: place, share }) => ({
      ...{ slot, share },
      score: scores[place],
    })),
  };
}
