import { SIGNAL_KINDS } from '../src/core/signal.ts';
import { type LogClock, readClock } from './data-clock.ts';
import type { DataFinding } from './data-finding.ts';
import type { LogEvent, LogSession } from './site-log.ts';
import type { RowResult } from './table.ts';

/** Event types that a log is read for; others (such as `return`) are counted and left out. */
export const IMPORTED: ReadonlySet<string> = new Set(['view', 'click', 'add_to_cart', 'purchase']);

/** Rows of a log in the order of the file, cleaned: what a profile counts. */
export interface RowFacts {
  /** Epoch ms of each row. */
  readonly times: Float64Array;
  /** Of each row, its place in `typeNames`. */
  readonly types: Uint16Array;
  readonly typeNames: readonly string[];
  /** 1 where a row repeats session, item, type and time of an earlier one, and was kept. */
  readonly repeats: Uint8Array;
  /** Last price seen in the rows of an item, where rows have one. */
  readonly prices: ReadonlyMap<string, number>;
}

export interface CleanRows {
  /** Unsorted. */
  readonly sessions: readonly LogSession[];
  readonly facts: RowFacts;
  /** Rows left out for their time. */
  readonly rejected: number;
  readonly findings: readonly DataFinding[];
}

type Row = Readonly<Record<string, string>>;

/** Sessions longer than this are searched for repeats by a set. */
const LONG_SESSION = 64;
/** Above this share of rows, repeats at times of whole seconds are not chance either (retail: none in 451,091 rows). */
const MAX_CHANCE_REPEATS = 0.01;
/** More types than this are a column of something else. */
const MAX_TYPES = 1000;

/** Takes the rows of `events.csv.gz` and makes sessions of them once all are known. */
export class LogRows {
  readonly #sessions = new Map<string, LogSession>();
  /** User of the rows that name another one than the first row of their session, or none. */
  readonly #otherUsers = new Map<LogEvent, string>();
  readonly #keys = new Map<LogSession, Set<string>>();
  readonly #times: number[] = [];
  readonly #types: number[] = [];
  readonly #typePlaces = new Map<string, number>();
  readonly #repeatRows = new Set<number>();
  readonly #repeats = new Set<LogEvent>();
  readonly #prices = new Map<string, number>();
  /** Rows older than one above them in their session. */
  #late = 0;

  /** A text rejects the row. Times are kept as written. */
  add(row: Row): RowResult {
    const { session_id: sessionId = '', item_id: itemId = '', event_type: type = '', timestamp_ms: time = '' } = row;
    const at = Number(time);
    if (sessionId === '') return 'session_id is empty';
    if (type === '') return 'event_type is empty';
    if (!/^\d+$/.test(time) || at > 8.64e15) return `timestamp_ms is not epoch milliseconds${timeHint(time)}`;
    if (IMPORTED.has(type) && itemId === '') return 'item_id is empty';
    const place = this.#typePlaces.get(type) ?? this.#typePlaces.size;
    if (place >= MAX_TYPES) return `event_type has over ${String(MAX_TYPES)} different values`;
    this.#typePlaces.set(type, place);
    this.#times.push(at);
    this.#types.push(place);
    if (IMPORTED.has(type)) this.#addEvent(row, { itemId, kind: kindOf(type), at });
    return undefined;
  }

  finish(): CleanRows {
    const clock = readClock(this.#times);
    const dropsRepeats = clock.isFine || this.#repeatRows.size > this.#times.length * MAX_CHANCE_REPEATS;
    const sessions = [...this.#sessions.values()].flatMap((session) => this.#clean(session, clock, dropsRepeats));
    const kept = Array.from(this.#times, (_, row) => row).filter(
      (row) => clock.toMs(this.#times[row]) !== undefined && !(dropsRepeats && this.#repeatRows.has(row)),
    );
    const facts: RowFacts = {
      times: Float64Array.from(kept, (row) => clock.toMs(this.#times[row]) ?? 0),
      types: Uint16Array.from(kept, (row) => this.#types[row]),
      typeNames: [...this.#typePlaces.keys()],
      repeats: Uint8Array.from(kept, (row) => Number(this.#repeatRows.has(row))),
      prices: this.#prices,
    };
    const repeated = dropsRepeats ? this.#repeatRows.size : 0;
    const rejected = this.#times.length - kept.length - repeated;
    const findings = [...clock.findings, ...repeatFindings(repeated, clock.isFine), ...orderFindings(this.#late)];
    return { sessions, facts, rejected, findings };
  }

  #addEvent({ session_id: sessionId = '', user_id: userId = '', ...row }: Row, event: LogEvent): void {
    const price = Number(row['price'] ?? row['unit_price'] ?? '');
    if (price > 0 && Number.isFinite(price)) this.#prices.set(event.itemId, price);
    let session = this.#sessions.get(sessionId);
    if (session === undefined) {
      this.#sessions.set(sessionId, (session = { sessionId, userId, startAt: event.at, events: [] }));
    }
    if (userId !== session.userId) this.#otherUsers.set(event, userId);
    if (this.#isRepeat(session, event)) {
      this.#repeatRows.add(this.#times.length - 1);
      this.#repeats.add(event);
    }
    session.events.push(event);
  }

  #isRepeat(session: LogSession, event: LogEvent): boolean {
    const { events } = session;
    if (events.length < LONG_SESSION) return events.some((other) => isSame(other, event));
    let keys = this.#keys.get(session);
    if (keys === undefined) this.#keys.set(session, (keys = new Set(events.map(keyOf))));
    const isRepeat = keys.has(keyOf(event));
    keys.add(keyOf(event));
    return isRepeat;
  }

  /** By time in epoch ms, equal times in the order of the file, with the first user named; nothing where none is left. */
  #clean(session: LogSession, clock: LogClock, dropsRepeats: boolean): LogSession[] {
    let [newest, late] = [Number.NEGATIVE_INFINITY, 0];
    const timed = session.events.flatMap((event) => {
      const at = clock.toMs(event.at);
      if (at === undefined || (dropsRepeats && this.#repeats.has(event))) return [];
      if (at < newest) late++;
      newest = Math.max(newest, at);
      return [{ event, at }];
    });
    if (timed.length === 0) return [];
    this.#late += late;
    if (late > 0) timed.sort((a, b) => a.at - b.at);
    // whoever signs in on the way has no name before that
    const users = timed.map(({ event }) => this.#otherUsers.get(event) ?? session.userId);
    const userId = users.find((user) => user !== '') ?? '';
    const events = timed.map(({ event, at }) => (at === event.at ? event : { ...event, at }));
    return [{ ...session, userId, startAt: timed[0].at, events }];
  }
}

const kindOf = (type: string): LogEvent['kind'] => SIGNAL_KINDS.find((known) => known === type) ?? 'view';

const isSame = (a: LogEvent, b: LogEvent): boolean => a.itemId === b.itemId && a.at === b.at && a.kind === b.kind;

const keyOf = ({ itemId, kind, at }: LogEvent): string => `${String(at)} ${kind} ${itemId}`;

function timeHint(time: string): string {
  if (/^\d{19,}$/.test(time)) return ': it looks like nanoseconds, divide by 1,000,000';
  if (/^\d{9,10}\.\d+$/.test(time)) return ': it looks like seconds, multiply by 1000 and round';
  if (/^\d{4}-\d\d-\d\d/.test(time)) return ': it looks like a date as text, convert it';
  return '';
}

function repeatFindings(count: number, isFine: boolean): DataFinding[] {
  if (count === 0) return [];
  const why = isFine
    ? 'times finer than a second make a chance repeat unlikely'
    : `over ${String(100 * MAX_CHANCE_REPEATS)} % of the rows is no chance, with times of whole seconds either`;
  const rule = `repeats left out: ${why}, so they were delivered twice`;
  const seen = `${String(count)} rows that repeat session, item, type and time of an earlier one`;
  return [{ code: 'duplicate_rows', action: 'mended', seen, expected: 'each row once', rule }];
}

function orderFindings(count: number): DataFinding[] {
  if (count === 0) return [];
  const seen = `${String(count)} rows older than a row above them in their session`;
  const rule = 'each session put in order of time, equal times as in the file; it starts with its oldest row';
  return [{ code: 'session_order', action: 'mended', seen, expected: 'sessions in order of time', rule }];
}
