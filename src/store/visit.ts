import { SESSION_GAP_MS, type Signal } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import type { Visit } from './schema.ts';
import { type Transaction, VISIT_KEY } from './storage.ts';

/** The visit as stored, or a new one; writing it is the caller's. */
export async function getVisit(transaction: Transaction, environment: Environment): Promise<Visit> {
  return (await transaction.get('state', VISIT_KEY)) ?? createVisit(environment);
}

export const createVisit = (environment: Environment): Visit => ({
  epoch: createUuid(environment),
  clientId: createUuid(environment),
  unitId: createUuid(environment),
  nextSeq: 1,
  clientSeq: 0,
  session: null,
});

/** The session as it was after `signals`, in storage order; what was imported is no part of it. */
export function sessionAfter(signals: readonly Signal[]): Visit['session'] {
  const last = signals.findLast(({ source, ignored }) => source.device === 'local' && !ignored);
  return last === undefined ? null : { sessionId: last.sessionId, lastAt: last.at };
}

/** The running session at epoch ms `at`, or null after 30 minutes without a signal. */
export function runningSession(visit: Visit | undefined, at: number): string | null {
  const session = visit?.session;
  // the distance, not the age: after a device's clock has jumped, a session from "the future" must end too
  return session && Math.abs(at - session.lastAt) < SESSION_GAP_MS ? session.sessionId : null;
}
