import type { Batch } from '../src/core/contract.ts';
import { createBatch } from '../src/core/features.ts';
import type { SignalKind } from '../src/core/signal.ts';
import { Visitor } from '../src/core/visitor.ts';
import { Catalogue, type Vocabulary, popularityRank } from './catalogue.ts';
import { logMoment, toVisitorSignal } from './examples.ts';
import type { ItemData } from './item-data.ts';
import { DemandClock } from './popularity.ts';
import type { Query } from './queries.ts';
import type { LogSession, SiteLog } from './site-log.ts';

export interface ScoringInput {
  readonly log: SiteLog;
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly queries: readonly Query[];
}

export type Scorer = (batch: Batch) => ArrayLike<number>;

/**
 * Zero-based rank of each query's target by each scorer, through the same feature code as serving. Item data is fixed;
 * demand and the visitor's history are those from before the query's session.
 */
export function rankQueries(input: ScoringInput, scorers: readonly (() => Scorer)[]): Int32Array[] {
  const { log, vocabulary, data, queries } = input;
  const catalogue = new Catalogue(log, vocabulary, data);
  const clock = new DemandClock(log.sessions, vocabulary.rows);
  const popularity = popularityRank(vocabulary);
  const ranks = scorers.map(() => new Int32Array(queries.length));
  const kind = contextKind(log.sessions);
  const made = scorers.map((create) => create());
  const history = new Histories(log.sessions);
  const order = queries.map((_, i) => i).sort((a, b) => queries[a].startAt - queries[b].startAt || a - b);
  for (const i of order) {
    const { sessionId, startAt, context, candidates, target } = queries[i];
    clock.advance(startAt);
    const visitor = history.before(queries[i]);
    for (const id of context) visitor.add(toVisitorSignal({ itemId: id, kind, at: startAt }, `${sessionId}/now`));
    const rows = candidates
      .flatMap((id) => vocabulary.rows.get(id) ?? [])
      .sort((a, b) => popularity[a] - popularity[b]);
    for (const row of rows) catalogue.refresh(clock, row);
    const moment = logMoment(startAt, `${sessionId}/now`);
    const at = rows.findIndex((row) => vocabulary.ids[row] === target);
    made.forEach((score, s) => {
      const batch = createBatch({ candidates: catalogue.items, rows, known: catalogue, visitor, moment });
      ranks[s][i] = at < 0 ? candidates.length : rankOf(score(batch), at);
    });
  }
  return ranks;
}

/** How many score higher, or the same and come earlier in the server's order. */
export function rankOf(scores: ArrayLike<number>, target: number): number {
  let rank = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] > scores[target] || (scores[i] === scores[target] && i < target)) rank++;
  }
  return rank;
}

/** Contexts are replayed as purchases where the log has only these, else as clicks (DESIGN section 10). */
export const contextKind = (sessions: readonly LogSession[]): SignalKind =>
  sessions.every(({ events }) => events.every(({ kind }) => kind === 'purchase')) ? 'purchase' : 'click';

/** A visitor holding the user's sessions that began before a query's. */
class Histories {
  readonly #byUser = new Map<string, LogSession[]>();

  constructor(sessions: readonly LogSession[]) {
    for (const session of sessions) {
      const list = this.#byUser.get(session.userId) ?? [];
      list.push(session);
      this.#byUser.set(session.userId, list);
    }
  }

  before({ userId, sessionId, startAt }: Query): Visitor {
    const visitor = new Visitor();
    if (userId === '') return visitor;
    for (const session of this.#byUser.get(userId) ?? []) {
      if (session.startAt >= startAt || session.sessionId === sessionId) continue;
      for (const event of session.events) visitor.add(toVisitorSignal(event, session.sessionId));
    }
    return visitor;
  }
}
