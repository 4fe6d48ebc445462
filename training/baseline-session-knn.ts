import type { Baseline, BaselineView, RowSession } from './baseline.ts';
import { DAY_MS } from './day.ts';

/** Neighbours that vote; this and the three figures below were chosen on retail validation. */
const NEIGHBOURS = 200;
/** Steps over which an item of the running session loses 1/e of its weight (lambda 1 of the paper). */
const CONTEXT_STEPS = 2;
/** Days over which an old session does (lambda 2). */
const SESSION_DAYS = 60;
/** Steps from the shared item over which a neighbour's item does (lambda 3). */
const ITEM_STEPS = 3;

/**
 * Session-kNN that knows order and time: STAN (Garg et al. 2019, "Sequence and Time Aware Neighborhood for
 * Session-based Recommendations"). Similar past sessions vote for their items; what is recent in the running session,
 * recent as a session and near to the newest shared item weighs more.
 */
export class SessionKnnBaseline implements Baseline {
  readonly #sessions: RowSession[] = [];
  readonly #withItem: number[][];
  readonly #scores: Float64Array;

  constructor(items: number) {
    this.#withItem = Array.from({ length: items }, () => []);
    this.#scores = new Float64Array(items);
  }

  learn(session: RowSession): void {
    if (session.rows.length < 2) return;
    const place = this.#sessions.push(session) - 1;
    for (const row of new Set(session.rows)) this.#withItem[row].push(place);
  }

  score(view: BaselineView): Float64Array {
    this.#scores.fill(0);
    for (const [place, similarity] of this.#neighbours(view)) this.#vote(this.#sessions[place], similarity, view);
    return this.#scores;
  }

  #neighbours({ at, context }: BaselineView): [place: number, similarity: number][] {
    const overlap = new Map<number, number>();
    const last = lastPlaces(context);
    let square = 0;
    for (const [row, position] of last) {
      const weight = Math.exp((position - context.length + 1) / CONTEXT_STEPS);
      square += weight * weight;
      for (const place of this.#withItem[row]) overlap.set(place, (overlap.get(place) ?? 0) + weight);
    }
    const found = Array.from(overlap, ([place, sum]): [number, number] => {
      const { startAt, rows } = this.#sessions[place];
      const age = Math.exp((startAt - at) / (SESSION_DAYS * DAY_MS));
      return [place, (age * sum) / Math.sqrt(square * rows.length)];
    });
    return found.sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, NEIGHBOURS);
  }

  #vote({ rows }: RowSession, similarity: number, { context }: BaselineView): void {
    const shared = newestShared(context, rows);
    rows.forEach((row, position) => {
      this.#scores[row] += similarity * Math.exp(-Math.abs(position - shared) / ITEM_STEPS);
    });
  }
}

const lastPlaces = (rows: readonly number[]): Map<number, number> => new Map(rows.map((row, place) => [row, place]));

/** Where a neighbour holds the newest item of the context that it shares. */
function newestShared(context: readonly number[], rows: readonly number[]): number {
  for (let i = context.length - 1; i >= 0; i--) {
    const place = rows.lastIndexOf(context[i]);
    if (place >= 0) return place;
  }
  return 0;
}
