import type { Query } from './queries.ts';
import type { LogSession } from './site-log.ts';

/** Sessions that began before `at` (epoch ms), without the events that a long one has from then on. */
export const cutSessions = (sessions: readonly LogSession[], at: number): LogSession[] =>
  sessions
    .filter(({ startAt }) => startAt < at)
    .map((session) => ({ ...session, events: session.events.filter((event) => event.at < at) }));

/** What is known of a user before a query: other sessions that began earlier, without their events from then on. */
export class Histories {
  readonly #byUser = new Map<string, { readonly session: LogSession; readonly endAt: number }[]>();

  constructor(sessions: readonly LogSession[]) {
    for (const session of sessions) {
      if (session.userId === '') continue;
      const list = this.#byUser.get(session.userId) ?? [];
      this.#byUser.set(session.userId, list);
      list.push({ session, endAt: session.events.reduce((max, { at }) => Math.max(max, at), session.startAt) });
    }
  }

  before({ userId, sessionId, startAt }: Pick<Query, 'userId' | 'sessionId' | 'startAt'>): LogSession[] {
    const earlier = (this.#byUser.get(userId) ?? []).filter(
      ({ session }) => session.startAt < startAt && session.sessionId !== sessionId,
    );
    return earlier.map(({ session, endAt }) =>
      endAt < startAt ? session : { ...session, events: session.events.filter(({ at }) => at < startAt) },
    );
  }
}
