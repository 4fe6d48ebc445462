import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SignalKind } from '../src/core/signal.ts';
import { EVENT_ALIASES, ITEM_ALIASES } from './data-columns.ts';
import { type DataFinding, describeFinding, mild } from './data-finding.ts';
import { InputError } from './input-error.ts';
import { readObject } from './json-file.ts';
import { IMPORTED, LogRows, type RowFacts } from './log-rows.ts';
import { type TableReport, readTable } from './table.ts';

export interface LogEvent {
  readonly itemId: string;
  readonly kind: SignalKind;
  /** Epoch ms. */
  readonly at: number;
}

/** One session by time, equal times in the order of the file's lines. */
export interface LogSession {
  readonly sessionId: string;
  /** The first that its rows name, in order of time; empty for an unknown visitor. */
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

/** A log with what its rows told while they were read. */
export interface ReadLog {
  readonly log: SiteLog;
  readonly facts: RowFacts;
  /** What was mended on the way, and what is odd by itself. */
  readonly findings: readonly DataFinding[];
}

/**
 * Reads `events.csv.gz`, `items.csv.gz` (optional) and `splits.json` (optional) of a folder. Columns by name or known
 * other name: session_id, item_id, event_type, timestamp_ms required, user_id may be missing; of items, item_id is
 * required and title, category, brand and price may be missing. What is mended on the way is warned of.
 */
export async function readSiteLog(dir: string, warn: (line: string) => void): Promise<SiteLog> {
  const { log, findings } = await readLog(dir, warn);
  // what refuses a training keeps nobody from looking at the model that was trained all the same
  for (const finding of findings.map(mild)) warn(describeFinding(finding));
  return log;
}

/** As `readSiteLog`, with the findings for the caller to report. */
export async function readLog(dir: string, warn: (line: string) => void): Promise<ReadLog> {
  const file = join(dir, 'events.csv.gz');
  const rows = new LogRows();
  const events = await readTable({
    file,
    required: ['session_id', 'item_id', 'event_type', 'timestamp_ms'],
    aliases: EVENT_ALIASES,
    warn,
    onRow: (row) => rows.add(row),
  });
  const { sessions, facts, rejected, findings } = rows.finish();
  if (sessions.length === 0) throw new InputError(`${file}: no row of type ${[...IMPORTED].join(', ')}`);
  const items = await readItems(join(dir, 'items.csv.gz'), warn);
  const sorted = [...sessions].sort(
    (a, b) => a.startAt - b.startAt || (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0),
  );
  const log: SiteLog = {
    sessions: sorted,
    items: items.items,
    rejectedRows: events.rejected + items.rejected + rejected,
    otherEvents: countOthers(facts),
    splits: readSplits(join(dir, 'splits.json'), sorted),
  };
  return { log, facts, findings: [...renamedFindings('events', events), ...items.findings, ...findings] };
}

function renamedFindings(table: string, { renamed }: Pick<TableReport, 'renamed'>): DataFinding[] {
  return renamed.map(({ from, to }) => ({
    code: 'column_renamed',
    action: 'mended',
    seen: `column ${from} in ${table}.csv.gz`,
    expected: to,
    rule: `read as ${to}, one of its known other names`,
  }));
}

function countOthers({ types, typeNames }: RowFacts): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of types) {
    const name = typeNames[type];
    if (!IMPORTED.has(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function readItems(file: string, warn: (line: string) => void) {
  const items = new Map<string, LogItem>();
  if (!existsSync(file)) return { items, rejected: 0, findings: [] };
  const table = await readTable({
    file,
    required: ['item_id'],
    aliases: ITEM_ALIASES,
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
  return { items, rejected: table.rejected, findings: renamedFindings('items', table) };
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
