import { Visitor, type VisitorFacts, type VisitorSignal } from './visitor.ts';

/**
 * The visitor as if some events of the running session had not been: equal to a `Visitor` rebuilt without them, but
 * the earlier sessions are shared and not folded again. To be read for session `sessionId` only, and while nothing is
 * added to `visitor`.
 */
export function withoutEvents<S extends VisitorSignal>(
  visitor: Visitor<S>,
  sessionId: string | null,
  isDropped: (event: S) => boolean,
): VisitorFacts {
  const events = visitor.events(sessionId, Number.POSITIVE_INFINITY);
  const kept = events.filter((event) => !isDropped(event));
  // dismissals count as soon as they are added; everything else of an item counts when its session is folded
  const dismissed = events.filter((event) => event.kind === 'dismiss' && isDropped(event));
  const { sessions, items } = visitor;
  return {
    ...{ sessions, items },
    events: (_, limit) => kept.slice(0, limit),
    item: (item) => {
      const met = visitor.item(item);
      const dropped = dismissed.filter((event) => event.item === item).length;
      return met === undefined || dropped === 0 ? met : { ...met, dismissals: met.dismissals - dropped };
    },
    followed: (from, to) => visitor.followed(from, to),
    beside: (one, other) => visitor.beside(one, other),
    hasMet: (item) => visitor.hasMet(item),
  };
}

/** The visitor rebuilt from the signals of session `sessionId` alone: a first visit. */
export function withoutHistory(visitor: Visitor, sessionId: string | null): VisitorFacts {
  const first = new Visitor();
  visitor.running(sessionId).forEach((signal) => first.add(signal));
  return first;
}
