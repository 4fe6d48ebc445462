import { Visitor } from '../src/core/visitor.ts';
import { Histories } from './histories.ts';
import { toVisitorSignal } from './log-moment.ts';
import type { LogSession } from './site-log.ts';

/** Visitors forward in time: each session meets what its visitor had done before it began, as `Histories` cuts it. */
export class Visitors {
  readonly #byUser = new Map<string, { readonly visitor: Visitor; readonly endAt: number }>();
  readonly #histories: Histories;

  constructor(sessions: readonly LogSession[]) {
    this.#histories = new Histories(sessions);
  }

  /** As of the session's start; an unknown user has a fresh one each time. */
  of(session: LogSession): Visitor {
    const known = this.#byUser.get(session.userId);
    if (known === undefined) return new Visitor();
    if (known.endAt < session.startAt) return known.visitor;
    // an earlier session goes on beside this one: its events from now on are not known yet
    const visitor = new Visitor();
    for (const earlier of this.#histories.before(session)) addSession(visitor, earlier);
    return visitor;
  }

  /** Keeps what `of` gave, the session's events added, for the sessions that follow. */
  keep(session: LogSession, visitor: Visitor): void {
    const { userId, startAt, events } = session;
    if (userId === '') return;
    const known = this.#byUser.get(userId);
    if (known !== undefined && known.visitor !== visitor) addSession(known.visitor, session);
    const endAt = events.reduce((max, { at }) => Math.max(max, at), known?.endAt ?? startAt);
    this.#byUser.set(userId, { visitor: known?.visitor ?? visitor, endAt });
  }
}

export const addSession = (visitor: Visitor, { sessionId, events }: LogSession): void => {
  for (const event of events) visitor.add(toVisitorSignal(event, sessionId));
};
