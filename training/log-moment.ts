import type { Moment } from '../src/core/features.ts';
import { itemHash } from '../src/core/packed-items.ts';
import type { VisitorSignal } from '../src/core/visitor.ts';
import type { LogEvent } from './site-log.ts';

export const toVisitorSignal = (event: LogEvent, sessionId: string): VisitorSignal => ({
  at: event.at,
  sessionId,
  kind: event.kind,
  item: itemHash(event.itemId),
  dwellMs: 0,
  confidence: 1,
});

/** The moment of a query in a log: the log says nothing of device, slot or generator. */
export const logMoment = (now: number, sessionId: string): Moment => ({
  now,
  utcOffsetMinutes: 0,
  isPhone: false,
  slotWidth: 0,
  sessionId,
  anchor: 0,
  serverLag: null,
});
