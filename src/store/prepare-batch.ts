import type { Batch } from '../core/contract.ts';
import { type Moment, createBatch } from '../core/features.ts';
import type { MomentRequest, RankRequest } from '../core/protocol.ts';
import type { VisitorReader } from './visitor-reader.ts';
import { runningSession } from './visit.ts';

export interface PreparedBatch {
  /** Null where there is nothing to rank by: no interest stored and no anchor. */
  readonly batch: Batch | null;
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  /** Signals with a lower `seq` were read. */
  readonly beforeSeq: number;
}

/** Reads what is new about the visitor and makes the tensors: the worker and the page do the same. */
export async function prepareBatch(reader: VisitorReader, request: RankRequest): Promise<PreparedBatch> {
  await reader.update();
  const { candidates, moment } = request;
  const { visitor, known, newestInterestAt, visit } = reader;
  const whole = momentOf(reader, moment);
  const basis = { serverLag: whole.serverLag, beforeSeq: visit?.nextSeq ?? 1 };
  if (newestInterestAt === null && moment.anchor === 0) return { batch: null, signalAgeMs: null, ...basis };
  const batch = createBatch({ candidates, known, visitor, moment: whole });
  const signalAgeMs = newestInterestAt === null ? null : Math.max(0, moment.now - newestInterestAt);
  return { batch, signalAgeMs, ...basis };
}

/** The moment with what the reader has read of the visitor. */
export function momentOf({ visitor, visit }: VisitorReader, moment: MomentRequest): Moment {
  const { serverSeenAt, now } = moment;
  const serverLag = serverSeenAt === null ? null : visitor.countSince(serverSeenAt);
  return { ...moment, serverLag, sessionId: runningSession(visit, now) };
}
