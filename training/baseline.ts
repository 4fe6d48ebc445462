import { MAX_LINES } from './relations.ts';
import type { LogSession } from './site-log.ts';

/** A session as baselines see it: rows of the vocabulary in order, a repeat right after itself once, the first 50. */
export interface RowSession {
  /** Epoch ms. */
  readonly startAt: number;
  readonly rows: readonly number[];
}

/** What a recommender may use for one query. */
export interface BaselineView {
  /** Epoch ms of the session's start. */
  readonly at: number;
  /** Rows of the running session, oldest first. */
  readonly context: readonly number[];
  /** The same user's earlier sessions, oldest first. */
  readonly earlier: readonly RowSession[];
}

/** A simple recommender that learns as time goes on. */
export interface Baseline {
  /** Takes in one session that has ended; called in order of time. */
  learn(session: RowSession): void;
  /** One score a row of the vocabulary, higher is better; overwritten by the next call. */
  score(view: BaselineView): Float64Array;
}

export function createRowSession({ startAt, events }: LogSession, known: ReadonlyMap<string, number>): RowSession {
  const rows: number[] = [];
  for (const { itemId } of events) {
    const row = known.get(itemId);
    if (row !== undefined && rows.at(-1) !== row && rows.length < MAX_LINES) rows.push(row);
  }
  return { startAt, rows };
}

/** Hands sessions to a baseline once they have ended: what a site's server can know at a moment. */
export class EndedSessions {
  readonly #ended: readonly { readonly endAt: number; readonly session: LogSession }[];
  readonly #known: ReadonlyMap<string, number>;
  #next = 0;

  constructor(sessions: readonly LogSession[], known: ReadonlyMap<string, number>) {
    this.#known = known;
    this.#ended = sessions
      .map((session) => ({ endAt: session.events.reduce((max, { at }) => Math.max(max, at), 0), session }))
      .sort((a, b) => a.endAt - b.endAt);
  }

  /** Sessions that ended before `at` (epoch ms, never backwards) and were not handed out yet. */
  until(at: number): RowSession[] {
    const sessions: RowSession[] = [];
    for (; this.#next < this.#ended.length && this.#ended[this.#next].endAt < at; this.#next++) {
      sessions.push(createRowSession(this.#ended[this.#next].session, this.#known));
    }
    return sessions;
  }
}
