import type { CandidateFacts } from '../core/candidate-facts.ts';
import type { Batch } from '../core/contract.ts';
import { type Moment, createBatch } from '../core/features.ts';
import type { MomentRequest, RankReply, RankRequest } from '../core/protocol.ts';
import type { VisitorReader } from './visitor-reader.ts';
import { runningSession } from './visit.ts';

export interface PreparedBatch {
  /** Null where there is nothing to rank by: no interest stored and no anchor. */
  readonly batch: Batch | null;
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  readonly facts: CandidateFacts;
  readonly bias: RankReply['bias'];
  /** Signals with a lower `seq` were read. */
  readonly beforeSeq: number;
}

/** Reads what is new about the visitor and makes the tensors: the worker and the page do the same. */
export async function prepareBatch(all: VisitorReader, request: RankRequest): Promise<PreparedBatch> {
  const { candidates, moment, windowsMs } = request;
  const { without } = moment;
  const reader = all.without(without?.via);
  await reader.update();
  const { visitor, known, conduct, adaptation, newestInterestAt, visit } = reader;
  const whole = momentOf(reader, moment);
  const items = candidates.ids.filter((_, at) => at % 3 === 0);
  const facts = conduct.facts(items, moment.now, windowsMs);
  const basis = { serverLag: whole.serverLag, facts, beforeSeq: visit?.nextSeq ?? 1 };
  if (newestInterestAt === null && moment.anchor === 0) return { batch: null, signalAgeMs: null, bias: null, ...basis };
  const batch = createBatch({
    ...{ candidates, known, visitor, moment: whole },
    ...(without && { blank: without.columns }),
  });
  const signalAgeMs = newestInterestAt === null ? null : Math.max(0, moment.now - newestInterestAt);
  return { batch, signalAgeMs, bias: adaptation?.bias(candidates, moment.now, known) ?? null, ...basis };
}

/** The moment with what the reader has read of the visitor. */
export function momentOf({ visitor, visit }: VisitorReader, moment: MomentRequest): Moment {
  const { serverSeenAt, now } = moment;
  const serverLag = serverSeenAt === null ? null : visitor.countSince(serverSeenAt);
  return { ...moment, serverLag, sessionId: runningSession(visit, now) };
}
