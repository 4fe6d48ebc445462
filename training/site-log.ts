import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNAL_KINDS, type SignalKind } from '../src/core/signal.ts';
import { InputError } from './input-error.ts';
import { readTable } from './table.ts';

/** Event types that a log is read for; others (such as `return`) are counted and left out. */
const IMPORTED: ReadonlySet<string> = new Set(['view', 'click', 'add_to_cart', 'purchase']);

export interface LogEvent {
  readonly itemId: string;
  readonly kind: SignalKind;
  /** Epoch ms. */
  readonly at: number;
}

/** One session in the order of the file's lines. */
export interface LogSession {
  readonly sessionId: string;
  /** Empty for an unknown visitor. */
  readonly userId: string;
  /** Epoch ms of the first event. */
  readonly startAt: number;
  readonly events: LogEvent[];
}

export interface LogItem {
  readonly itemId: string;
  readonly title?: string;
  readonly category?: string;
  readonly brand?: string;
  readonly price?: number;
}

export interface SiteLog {
  /** By start, ties by session id. */
  readonly sessions: readonly LogSession[];
  readonly items: ReadonlyMap<string, LogItem>;
  readonly rejectedRows: number;
  /** Rows of event types that are not imported, by type. */
  readonly otherEvents: Readonly<Record<string, number>>;
  readonly splits: Splits;
}

/** Epoch ms; a session belongs to the part of its first event. */
export interface Splits {
  readonly validFrom: number;
  /** Infinity without `splits.json`: there is no test part. */
  readonly testFrom: number;
}

/**
 * Reads `events.csv.gz`, `items.csv.gz` (optional) and `splits.json` (optional) of a folder. Columns by name:
 * session_id, item_id, event_type, timestamp_ms required, user_id may be missing; of items, item_id is required and title,
 * category, brand and price may be missing.
 */
export async function readSiteLog(dir: string, warn: (line: string) => void): Promise<SiteLog> {
  const sessions = new Map<string, LogSession>();
  const otherEvents: Record<string, number> = {};
  const events = await readTable({
    file: join(dir, 'events.csv.gz'),
    required: ['session_id', 'item_id', 'event_type', 'timestamp_ms'],
    warn,
    onRow: (row) => addEvent(row, sessions, otherEvents),
  });
  if (sessions.size === 0)
    throw new InputError(`${join(dir, 'events.csv.gz')}: no row of type ${[...IMPORTED].join(', ')}`);
  const items = await readItems(join(dir, 'items.csv.gz'), warn);
  const sorted = [...sessions.values()].sort(
    (a, b) => a.startAt - b.startAt || (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0),
  );
  return {
    sessions: sorted,
    items: items.items,
    rejectedRows: events.rejected + items.rejected,
    otherEvents,
    splits: readSplits(join(dir, 'splits.json'), sorted),
  };
}

type Row = Readonly<Record<string, string>>;

function addEvent(row: Row, sessions: Map<string, LogSession>, other: Record<string, number>): string | undefined {
  const { session_id: sessionId = '', item_id: itemId = '', event_type: type = '', user_id: userId = '' } = row;
  const time = row['timestamp_ms'] ?? '';
  const at = Number(time);
  if (sessionId === '') return 'session_id is empty';
  if (type === '') return 'event_type is empty';
  if (!/^\d+$/.test(time) || at > 8.64e15) return 'timestamp_ms is not epoch milliseconds';
  if (!IMPORTED.has(type)) {
    other[type] = (other[type] ?? 0) + 1;
    return undefined;
  }
  if (itemId === '') return 'item_id is empty';
  const kind = SIGNAL_KINDS.find((known) => known === type) ?? 'view';
  let session = sessions.get(sessionId);
  if (session === undefined) sessions.set(sessionId, (session = { sessionId, userId, startAt: at, events: [] }));
  session.events.push({ itemId, kind, at });
  return undefined;
}

async function readItems(file: string, warn: (line: string) => void) {
  const items = new Map<string, LogItem>();
  if (!existsSync(file)) return { items, rejected: 0 };
  const { rejected } = await readTable({
    file,
    required: ['item_id'],
    warn,
    onRow: (row) => {
      const { item_id: itemId = '', title, category, brand, price } = row;
      if (itemId === '') return 'item_id is empty';
      const amount = price?.trim() ? Number(price) : undefined;
      if (amount !== undefined && !(Number.isFinite(amount) && amount >= 0)) return 'price is not a number >= 0';
      items.set(itemId, {
        itemId,
        ...(title && { title }),
        ...(category && { category }),
        ...(brand && { brand }),
        ...(amount !== undefined && { price: amount }),
      });
      return undefined;
    },
  });
  return { items, rejected };
}

function readSplits(file: string, sessions: readonly LogSession[]): Splits {
  if (!existsSync(file)) {
    const [from, to] = [sessions[0].startAt, sessions[sessions.length - 1].startAt];
    return { validFrom: from + Math.floor((to - from) * 0.9), testFrom: Number.POSITIVE_INFINITY };
  }
  const { valid_from_ms: validFrom, test_from_ms: testFrom } = readObject(file);
  if (!isFiniteNumber(validFrom) || !isFiniteNumber(testFrom) || validFrom >= testFrom) {
    throw new InputError(`${file}:1: valid_from_ms and test_from_ms must be numbers, the first the smaller`);
  }
  return { validFrom, testFrom };
}

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

function readObject(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${file}:1: not JSON`);
  }
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new InputError(`${file}:1: not a JSON object`);
}
