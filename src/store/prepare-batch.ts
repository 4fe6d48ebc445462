import type { CandidateFacts } from '../core/candidate-facts.ts';
import type { Batch } from '../core/contract.ts';
import { createBatch } from '../core/features.ts';
import type { RankReply, RankRequest } from '../core/protocol.ts';
import type { VisitorReader } from './visitor-reader.ts';
import { runningSession } from './visit.ts';

export interface PreparedBatch {
  /** Null where there is nothing to rank by: no interest stored and no anchor. */
  readonly batch: Batch | null;
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  readonly facts: CandidateFacts;
  readonly bias: RankReply['bias'];
}

/** Reads what is new about the visitor and makes the tensors: the worker and the page do the same. */
export async function prepareBatch(reader: VisitorReader, request: RankRequest): Promise<PreparedBatch> {
  await reader.update();
  const { candidates, moment, windowsMs } = request;
  const { visitor, known, conduct, adaptation, newestInterestAt } = reader;
  const { serverSeenAt, now } = moment;
  const sessionId = runningSession(reader.visit, now);
  const serverLag = serverSeenAt === null ? null : visitor.countSince(serverSeenAt);
  const items = candidates.ids.filter((_, at) => at % 3 === 0);
  const facts = conduct.facts(items, now, windowsMs);
  const basis = { serverLag, facts };
  if (newestInterestAt === null && moment.anchor === 0) return { batch: null, signalAgeMs: null, bias: null, ...basis };
  const batch = createBatch({ candidates, known, visitor, moment: { ...moment, serverLag, sessionId } });
  const signalAgeMs = newestInterestAt === null ? null : Math.max(0, now - newestInterestAt);
  return { batch, signalAgeMs, bias: adaptation.bias(candidates, now, known), ...basis };
}
