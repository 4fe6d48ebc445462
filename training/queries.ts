import { mendTimes } from './data-clock.ts';
import { InputError } from './input-error.ts';
import { MAX_LINES } from './relations.ts';
import type { LogSession, SiteLog } from './site-log.ts';
import { readTable } from './table.ts';

/** One re-rank query (shared/data README): what came before in the session, the next item, what to rank. */
export interface Query {
  readonly queryId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch ms. */
  readonly startAt: number;
  readonly context: readonly string[];
  readonly target: string;
  readonly candidates: readonly string[];
}

const COLUMNS = ['query_id', 'session_id', 'session_start_ms', 'context', 'target', 'candidates'];

/** Reads a `rerank_*.csv.gz`, its clock mended as the log's is; throws `InputError` as `readTable` does. */
export async function readQueries(
  file: string,
  { log, warn }: { readonly log: Pick<SiteLog, 'sessions'>; readonly warn: (line: string) => void },
): Promise<{ queries: Query[]; rejectedRows: number }> {
  const queries: Query[] = [];
  const split = (text: string | undefined): string[] => (text ?? '').split(' ').filter((part) => part !== '');
  const { rejected } = await readTable({
    file,
    required: COLUMNS,
    warn,
    onRow: (row) => {
      const query: Query = {
        queryId: row['query_id'] ?? '',
        sessionId: row['session_id'] ?? '',
        userId: row['user_id'] ?? '',
        startAt: Number(row['session_start_ms']),
        context: split(row['context']),
        target: row['target'] ?? '',
        candidates: split(row['candidates']),
      };
      if (query.sessionId === '') return 'session_id is empty';
      if (!/^\d+$/.test(row['session_start_ms'] ?? '') || query.startAt > 8.64e15)
        return 'session_start_ms is not epoch milliseconds';
      if (!query.candidates.includes(query.target)) return 'the target is not among the candidates';
      queries.push(query);
      return undefined;
    },
  });
  const timed = mendTimes({ file, rows: queries, timeOf: ({ startAt }) => startAt, log, warn });
  if (timed.length === 0) throw new InputError(`${file}: no usable query`);
  return {
    queries: timed.map(({ row, at }) => (at === row.startAt ? row : { ...row, startAt: at })),
    rejectedRows: rejected + queries.length - timed.length,
  };
}

export interface QueryOptions {
  readonly random: () => number;
  /** Draws rows by popularity, none excluded. */
  readonly draw: (count: number, isExcluded: (id: string) => boolean) => readonly string[] | undefined;
  readonly maxQueries: number;
}

const CANDIDATES = 100;
/** A long session must not speak for many visitors. */
const QUERIES_PER_SESSION = 3;

/** Makes queries from held-out sessions where a log brings none: the target and popularity-drawn others. */
export function makeQueries(
  sessions: readonly LogSession[],
  known: ReadonlySet<string>,
  options: QueryOptions,
): Query[] {
  const count = Math.min(CANDIDATES, Math.floor(known.size * 0.8));
  const places = sessions.flatMap((session) =>
    drawPositions(session, known, options.random).map((position) => ({ session, position })),
  );
  const rate = Math.min(1, options.maxQueries / Math.max(1, places.length));
  const queries: Query[] = [];
  for (const { session, position } of places) {
    if (options.random() >= rate) continue;
    const { sessionId, userId, startAt, events } = session;
    const context = events.slice(0, position).map(({ itemId }) => itemId);
    const target = events[position].itemId;
    const others = options.draw(count - 1, (id) => id === target || context.includes(id));
    if (others === undefined) continue;
    const queryId = String(queries.length);
    queries.push({ queryId, sessionId, userId, startAt, context, target, candidates: [target, ...others] });
  }
  return queries;
}

/** Some places of a session's first 50 events, from the second on, where an item is known and new in it; in order. */
function drawPositions({ events }: LogSession, known: ReadonlySet<string>, random: () => number): number[] {
  const ids = events.slice(0, MAX_LINES).map(({ itemId }) => itemId);
  const positions = ids.flatMap((id, i) => (i > 0 && known.has(id) && ids.indexOf(id) === i ? [i] : []));
  while (positions.length > QUERIES_PER_SESSION) positions.splice(Math.floor(random() * positions.length), 1);
  return positions;
}
