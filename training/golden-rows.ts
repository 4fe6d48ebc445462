import type { Candidate } from '../src/core/candidate.ts';
import { fillMissing } from '../src/core/feature-rule.ts';
import { goldenBatch } from '../src/core/golden.ts';
import { scoreLinear } from '../src/core/linear.ts';
import type { FeatureRule } from '../src/core/feature-rule.ts';
import type { GoldenRow, GoldenSignal } from '../src/core/manifest.ts';
import { type MicroModel, scoreMicro } from '../src/core/micro.ts';
import { type Vocabulary, createCandidate, popularityRank } from './catalogue.ts';
import { logMoment } from './log-moment.ts';
import type { ItemData } from './item-data.ts';
import { DemandClock } from './popularity.ts';
import type { LogSession, SiteLog } from './site-log.ts';

export interface GoldenInput {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly features: readonly FeatureRule[];
  readonly micro: MicroModel;
  readonly linearWeights: readonly number[];
}

/** Lengths of the contexts that golden rows show, newest sessions first; one row also lacks fields. */
const CONTEXT_LENGTHS = [1, 3, 8];
const CANDIDATES = 8;
const HISTORY_EVENTS = 6;

/** Golden rows from real sessions: raw signals and candidates, and what the plain forward passes make of them. */
export function createGoldenRows(input: GoldenInput): GoldenRow[] {
  const returning = findReturning(input.sessions);
  const rows = CONTEXT_LENGTHS.flatMap((length, i) => {
    const row = createRow(input, returning, length);
    if (row === undefined) return [];
    // the last one has candidates of which only the id is known, as a site's server may send them
    return [i === CONTEXT_LENGTHS.length - 1 ? { ...row, candidates: row.candidates.map(bareOdd) } : row];
  });
  const { features, micro, linearWeights } = input;
  return rows.map((row) => {
    const batch = fillMissing(goldenBatch(row), features);
    return {
      ...row,
      logits: shorten(scoreMicro(batch, features, micro)),
      linear: shorten(scoreLinear(batch, { features, weights: linearWeights })),
    };
  });
}

const bareOdd = (candidate: Candidate, i: number): Candidate => (i % 2 === 0 ? candidate : { id: candidate.id });

/** Nine digits are what a float32 needs. */
const shorten = (values: Float32Array): number[] => Array.from(values, (value) => Number(value.toPrecision(9)));

type RawRow = Omit<GoldenRow, 'logits' | 'linear'>;

function createRow(input: GoldenInput, returning: ReadonlySet<LogSession>, length: number): RawRow | undefined {
  const { log, sessions, vocabulary, data } = input;
  const long = (session: LogSession): boolean => session.events.length > length;
  const session = sessions.findLast((one) => long(one) && returning.has(one)) ?? sessions.findLast(long);
  if (session === undefined) return undefined;
  const { sessionId, startAt, events } = session;
  const earlier = sessions.findLast((one) => isEarlier(one, session));
  const history = (earlier?.events ?? []).slice(0, HISTORY_EVENTS).map((event) => ({ ...event, sessionId: 'earlier' }));
  const context = events.slice(0, length).map((event) => ({ ...event, sessionId }));
  const signals: GoldenSignal[] = [...history, ...context];
  const clock = new DemandClock(sessions, vocabulary.rows);
  clock.advance(startAt);
  const candidate = (row: number): Candidate => ({
    ...createCandidate(log, data[row], vocabulary.firstAt[row]),
    ...clock.demand(row),
  });
  const rowsOf = (ids: readonly string[]): number[] => [...new Set(ids)].flatMap((id) => vocabulary.rows.get(id) ?? []);
  const rank = popularityRank(vocabulary);
  const popular = vocabulary.ids.map((_, row) => row).sort((a, b) => rank[a] - rank[b]);
  const next = events.slice(length, length + CANDIDATES / 2).map(({ itemId }) => itemId);
  const own = history.map(({ itemId }) => itemId).slice(0, 2);
  const chosen = [...new Set([...rowsOf([...next, ...own]), ...popular.slice(0, CANDIDATES)])].slice(0, CANDIDATES);
  return {
    moment: logMoment(events[length - 1].at, sessionId),
    signals,
    known: rowsOf(signals.map(({ itemId }) => itemId)).map(candidate),
    candidates: chosen.map(candidate),
  };
}

const isEarlier = (one: LogSession, session: LogSession): boolean =>
  session.userId !== '' && one.userId === session.userId && one.startAt < session.startAt;

/** Of sessions by time, those whose visitor has one that began earlier. */
function findReturning(sessions: readonly LogSession[]): ReadonlySet<LogSession> {
  const first = new Map<string, LogSession>();
  return new Set(
    sessions.filter((session) => {
      const earliest = first.get(session.userId);
      if (earliest === undefined) first.set(session.userId, session);
      return earliest !== undefined && isEarlier(earliest, session);
    }),
  );
}
