import { INTEREST_KINDS, Visitor, type VisitorSignal } from '../src/core/visitor.ts';
import { deviceOf } from './device-logs.ts';
import { toVisitorSignal } from './log-moment.ts';
import type { Query } from './queries.ts';
import { runningId } from './score-queries.ts';
import type { SignalKind } from '../src/core/signal.ts';
import type { LogSession } from './site-log.ts';

/** A visitor's signals up to a query, oldest first; `cut` ones are what somebody who is behind knows of them. */
export interface Timeline {
  readonly signals: readonly VisitorSignal[];
  /** The running session's id among them. */
  readonly running: string;
}

/** Earlier sessions in order, then the query's context as the running session. */
export function createTimeline(query: Query, earlier: readonly LogSession[], kind: SignalKind): Timeline {
  const running = runningId(query.sessionId);
  const past = earlier.flatMap(({ sessionId, events }) => events.map((event) => toVisitorSignal(event, sessionId)));
  const now = query.context.map((itemId) => toVisitorSignal({ itemId, kind, at: query.startAt }, running));
  return { signals: [...past, ...now], running };
}

/** Without the newest `count` signals, whatever session they are of. */
export const behindEvents = ({ signals, running }: Timeline, count: number): Timeline => ({
  signals: signals.slice(0, Math.max(0, signals.length - count)),
  running,
});

/** Without the newest `count` sessions, the running one being the first of them. */
export function behindSessions({ signals, running }: Timeline, count: number): Timeline {
  const ids = [...new Set(signals.map(({ sessionId }) => sessionId)), running];
  const newest = new Set([...new Set(ids.toReversed())].slice(0, count));
  return { signals: signals.filter(({ sessionId }) => !newest.has(sessionId)), running };
}

/** What was known at `at` (epoch ms). */
export const before = ({ signals, running }: Timeline, at: number): Timeline => ({
  signals: signals.filter((signal) => signal.at < at),
  running,
});

/** What the device of the running session knows where sessions fall on `devices` of them by chance and nobody joins them. */
export function onOneDevice({ signals, running }: Timeline, devices: number, seed: number): Timeline {
  const own = deviceOf(running, devices, seed);
  return { signals: signals.filter(({ sessionId }) => deviceOf(sessionId, devices, seed) === own), running };
}

export function visitorOf({ signals }: Timeline): Visitor {
  const visitor = new Visitor();
  for (const signal of signals) visitor.add(signal);
  return visitor;
}

/** Rows of the items of interest, oldest first; `rowOf` gives -1 for an unknown item. */
export const rowsOfInterest = ({ signals }: Timeline, rowOf: (item: number) => number): number[] =>
  signals
    .filter(({ kind }) => INTEREST_KINDS.has(kind) && kind !== 'dismiss')
    .map(({ item }) => rowOf(item))
    .filter((row) => row >= 0);
