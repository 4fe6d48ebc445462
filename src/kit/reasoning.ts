import type { Candidate } from '../core/candidate.ts';
import { scorerOf } from '../core/bundle.ts';
import type { SlatePolicy } from '../core/policy.ts';
import { packCandidates } from '../core/packed-items.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { ExplainReply, ExplainRequest } from '../core/protocol.ts';
import { type Reason, type ReasonSignal, placedReasons } from '../core/reason.ts';
import type { Signal } from '../core/signal.ts';
import type { Slate, SlateItem } from '../core/slate.ts';
import { explainStored } from '../store/explain-stored.ts';
import { ignoreSignals } from '../store/ignore.ts';
import { runningSession } from '../store/visit.ts';
import { KIT_CLOSED, type Ranked, type RankingOptions } from './ranking.ts';
import { within } from './within.ts';

/** The worker's, and as long again for the page: many small scorings, for a visitor who has asked and can wait. */
const DEADLINE_MS = 5000;

/** A slate and what its reasons need. */
export interface KeptSlate {
  readonly slate: Slate;
  /** In the order they were packed in. */
  readonly items: readonly Candidate[];
  readonly ranked: Ranked;
}

/** The reasons of the first `limit` items, by item id. */
export async function explainSlate(
  options: RankingOptions,
  kept: KeptSlate | undefined,
  limit: number,
): Promise<ReadonlyMap<string, readonly Reason[]> | Problem> {
  if (kept === undefined) return createProblem('reasons_unavailable', 'only a kit’s own newest slates have reasons');
  const { slate, items, ranked } = kept;
  const [first] = ranked.heads;
  if (first && !weighs(options.settings.policy, first.name)) {
    const message = `reasons are of the head "${first.name}", which policy.weights gives no weight`;
    return createProblem('reasons_unavailable', message);
  }
  const rowOf = new Map(items.map(({ id }, row) => [id, row]));
  const shown = slate.items.slice(0, limit);
  // [M, H]: the first head's
  const scoreOf = ({ itemId }: SlateItem): number =>
    ranked.scores[(rowOf.get(itemId) ?? -1) * ranked.heads.length] ?? Number.NaN;
  const scored = shown.filter((item) => Number.isFinite(scoreOf(item)));
  const rows = scored.map(({ itemId }) => rowOf.get(itemId) ?? -1);
  const reply = await explain(options, { ...kept, rows, scores: scored.map(scoreOf) });
  if (isProblem(reply)) return reply;
  const inScore = new Map(scored.map(({ itemId }, i) => [itemId, reply[i] ?? []]));
  return new Map(
    shown.map(({ itemId, pinnedBy, explored, trail }) => {
      const requiredBy = trail.find(({ step }) => step === 'required')?.ruleId;
      const kept = trail[0]?.step === 'kept';
      const found = inScore.get(itemId);
      return [
        itemId,
        placedReasons({ kept, pinnedBy, requiredBy, explored, scored: found !== undefined }, found ?? []),
      ];
    }),
  );
}

/** Whether more of the head's score is more utility. */
const weighs = ({ weights }: SlatePolicy, head: string): boolean =>
  weights === null || (Object.hasOwn(weights, head) && (weights[head] ?? 0) > 0);

type Explained = Pick<KeptSlate, 'items' | 'ranked'> & Pick<ExplainRequest, 'rows' | 'scores'>;

/** By the worker; where it is not there or has another model, by the page's own engines. */
async function explain(options: RankingOptions, explained: Explained): Promise<ExplainReply | Problem> {
  const { client, opened, loader, closed } = options;
  const { items, ranked, rows, scores } = explained;
  const { tier, modelId, beforeSeq, moment } = ranked;
  if (moment === undefined || rows.length === 0) return [];
  // packed for each: the worker takes the buffers away
  const request = (): ExplainRequest => ({
    ...{ candidates: packCandidates(items), moment, rows, scores, tier, modelId, beforeSeq },
  });
  const ask = async (): Promise<ExplainReply | Problem> => {
    const { storage, problem } = await opened;
    const reply = client === null || problem ? undefined : await client.explain(request(), DEADLINE_MS);
    if (reply !== undefined && !isProblem(reply)) return reply;
    const score = scorerOf(loader.models(), tier, modelId);
    return score === undefined && reply ? reply : explainStored(storage, request(), score);
  };
  const reply = await within(ask(), 2 * DEADLINE_MS, [closed]);
  if (reply === 'timeout') return createProblem('worker_timeout', 'no engine gave reasons in time');
  return reply === 'aborted' ? KIT_CLOSED : reply;
}

/** Takes the signals behind a reason out of ranking. */
export async function ignoreReason({ opened, settings }: RankingOptions, reason: Reason): Promise<Problem | null> {
  const isMeant = findMeant(reason, settings.clock());
  try {
    const { storage } = await opened;
    if (isMeant !== undefined && (await ignoreSignals(storage, isMeant, settings)) > 0) return null;
  } catch (error) {
    return createProblem('storage_failed', `the reason could not be removed: ${String(error)}`);
  }
  return createProblem(
    'reason_not_removable',
    'no stored signal is behind this reason; only event and history have any',
  );
}

/** Which signals are behind a reason; it is from outside, so anything may be missing. */
function findMeant(reason: Reason, now: number): Parameters<typeof ignoreSignals>[1] | undefined {
  const { kind, signal } = (reason ?? {}) as { readonly kind?: unknown; readonly signal?: ReasonSignal };
  if (kind === 'history') return ({ sessionId }, visit) => sessionId !== runningSession(visit, now);
  return kind === 'event' && signal ? (stored) => isSame(stored, signal) : undefined;
}

/** All of it: after an erase another signal has this number. */
const isSame = (stored: Signal, { seq, kind, itemId, at }: ReasonSignal): boolean =>
  stored.seq === seq && stored.kind === kind && stored.itemId === itemId && stored.at === at;
