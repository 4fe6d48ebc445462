import type { Batch } from '../src/core/contract.ts';
import { createBatch } from '../src/core/features.ts';
import type { SignalKind } from '../src/core/signal.ts';
import { Visitor } from '../src/core/visitor.ts';
import { Catalogue, type Vocabulary, popularityRank } from './catalogue.ts';
import { Histories } from './histories.ts';
import { logMoment, toVisitorSignal } from './log-moment.ts';
import { addSession } from './visitors.ts';
import type { ItemData } from './item-data.ts';
import { DemandClock } from './popularity.ts';
import { ABSENT } from './metrics.ts';
import type { Query } from './queries.ts';
import type { LogSession, SiteLog } from './site-log.ts';

export interface ScoringInput {
  readonly log: SiteLog;
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly queries: readonly Query[];
}

export type Scorer = (batch: Batch) => ArrayLike<number>;

/** One query at its moment: only what came before its session, and its context. */
export interface Scene {
  /** Place in the input's queries. */
  readonly index: number;
  readonly query: Query;
  /** Sessions of the query's user that began earlier, up to then, oldest first; none for an unknown one. */
  readonly earlier: readonly LogSession[];
  /** A fresh batch each call, as an engine fills what is missing in place. Rows are the vocabulary's. */
  readonly createBatch: (rows: readonly number[]) => Batch;
}

/**
 * Plays queries forward in time through the same feature code as serving. Item data is fixed; demand and the visitor's
 * history are those from before the query's session.
 */
export function playQueries(input: ScoringInput, visit: (scene: Scene) => void): void {
  const { log, vocabulary, data, queries } = input;
  const catalogue = new Catalogue(log, vocabulary, data);
  const clock = new DemandClock(log.sessions, vocabulary.rows);
  const kind = contextKind(log.sessions);
  const histories = new Histories(log.sessions);
  const order = queries.map((_, i) => i).sort((a, b) => queries[a].startAt - queries[b].startAt || a - b);
  for (const index of order) {
    const query = queries[index];
    const { sessionId, startAt, context } = query;
    clock.advance(startAt);
    const earlier = histories.before(query);
    const visitor = new Visitor();
    for (const session of earlier) addSession(visitor, session);
    for (const id of context) visitor.add(toVisitorSignal({ itemId: id, kind, at: startAt }, runningId(sessionId)));
    const moment = logMoment(startAt, runningId(sessionId));
    visit({
      ...{ index, query, earlier },
      createBatch: (rows) => {
        for (const row of rows) catalogue.refresh(clock, row);
        return createBatch({ candidates: catalogue.items, rows, known: catalogue, visitor, moment });
      },
    });
  }
}

/** The session of a query as the visitor's running one, apart from what the log holds under its id. */
export const runningId = (sessionId: string): string => `${sessionId}/now`;

/** Zero-based rank of each query's target by each scorer; ABSENT where the vocabulary does not know it. */
export function rankQueries(input: ScoringInput, scorers: readonly (() => Scorer)[]): Float64Array[] {
  const { vocabulary, queries } = input;
  const popularity = popularityRank(vocabulary);
  const ranks = scorers.map(() => new Float64Array(queries.length));
  const made = scorers.map((create) => create());
  playQueries(input, ({ index, query, createBatch: batchOf }) => {
    const { rows, target } = rowsOf(query, vocabulary, popularity);
    made.forEach((score, s) => {
      ranks[s][index] = target < 0 ? ABSENT : rankOf(score(batchOf(rows)), target);
    });
  });
  return ranks;
}

/** A query's candidates that the vocabulary knows (`withUnknownItems` makes it know them all), in the server's order, and the target's place there or -1. */
export function rowsOf(query: Query, { ids, rows: known }: Vocabulary, popularity: Int32Array) {
  const rows = query.candidates.flatMap((id) => known.get(id) ?? []).sort((a, b) => popularity[a] - popularity[b]);
  return { rows, target: rows.findIndex((row) => ids[row] === query.target) };
}

/** How many score higher, or the same and come earlier in the server's order. A score that is no number earns nothing: as the target it is last, as another it stands above. */
export function rankOf(scores: ArrayLike<number>, target: number): number {
  let rank = 0;
  for (let i = 0; i < scores.length; i++) {
    if (i !== target && (!(scores[i] <= scores[target]) || (scores[i] === scores[target] && i < target))) rank++;
  }
  return rank;
}

/** Contexts are replayed as purchases where the log has only these, else as clicks (DESIGN section 10). */
export const contextKind = (sessions: readonly LogSession[]): SignalKind =>
  sessions.every(({ events }) => events.every(({ kind }) => kind === 'purchase')) ? 'purchase' : 'click';
