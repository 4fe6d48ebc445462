import { DAY_MS } from './day.ts';
import { hashText } from '../src/core/hash.ts';
import type { RowFacts } from './log-rows.ts';
import type { LogItem, LogSession } from './site-log.ts';

export const PROFILE_VERSION = 1;
/** Items whose hash is among the smallest: a sample that two logs draw alike, whatever else they hold. */
const SAMPLE_ITEMS = 64;
const MAX_TYPES = 8;
/** A row this far behind the newest row above it came late. */
const LATE_MS = DAY_MS;

/** What a log looked like: in the manifest as `dataProfile`, for the next training to compare with. Under 2 kB. */
export interface DataProfile {
  readonly version: number;
  readonly rows: number;
  /** Rows of the most frequent event types, used or not. */
  readonly types: Readonly<Record<string, number>>;
  /** Epoch ms of the oldest and newest row. */
  readonly from: number;
  readonly to: number;
  /** Whole UTC days between the first and the last: how many have rows, and rows a day among those. */
  readonly days: { readonly open: number; readonly closed: number; readonly mean: number; readonly deviation: number };
  /** Share of open days, Sunday first; null where no such day lies in the log. */
  readonly openWeekdays: readonly (number | null)[];
  /** Shares of rows. */
  readonly late: number;
  readonly repeated: number;
  readonly sessions: number;
  /** Share of sessions with a user. */
  readonly users: number;
  /** Used rows a session: median, 90 %, 99 %, and mean and deviation of the natural logarithm. */
  readonly sessionRows: readonly [number, number, number];
  readonly logSessionRows: readonly [number, number];
  readonly items: number;
  /** Shares of items with that field. */
  readonly coverage: { readonly price: number; readonly category: number; readonly brand: number };
  /** 5 %, 50 % and 95 % of prices above 0; null where there is none. */
  readonly prices: readonly [number, number, number] | null;
  /** Most frequent shape of item ids: runs of digits 9, of letters a or A; and the share of items with it. */
  readonly idShape: readonly [string, number];
  /** `HASH:PRICE` of the sampled items, the hash to base 36, the price empty where there is none. */
  readonly itemSample: string;
}

export interface ProfileInput {
  readonly facts: RowFacts;
  readonly sessions: readonly LogSession[];
  readonly items: ReadonlyMap<string, LogItem>;
  /** Epoch ms; rows from here on are left out. */
  readonly before: number;
}

/** Nothing where no row lies before the cut. */
export function createProfile({ facts, sessions, items, before }: ProfileInput): DataProfile | undefined {
  const rows = Array.from(facts.times.keys()).filter((row) => facts.times[row] < before);
  const lengths = sessions.map(({ events }) => events.filter(({ at }) => at < before).length).filter((n) => n > 0);
  if (rows.length === 0 || lengths.length === 0) return undefined;
  const times = rows.map((row) => facts.times[row]);
  const known = sessions.filter(({ events }) => events.some(({ at }) => at < before));
  const ids = new Set(known.flatMap(({ events }) => events.flatMap(({ itemId, at }) => (at < before ? [itemId] : []))));
  const sorted = lengths.toSorted((a, b) => a - b);
  return {
    version: PROFILE_VERSION,
    rows: rows.length,
    types: countTypes(facts, rows),
    ...describeDays(times),
    late: share(countLate(times), rows.length),
    repeated: share(rows.filter((row) => facts.repeats[row] === 1).length, rows.length),
    sessions: known.length,
    users: share(known.filter(({ userId }) => userId !== '').length, known.length),
    sessionRows: [quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 0.99)],
    logSessionRows: meanAndDeviation(sorted.map(Math.log)),
    ...describeItems([...ids], (id) => ({ ...items.get(id), price: items.get(id)?.price ?? facts.prices.get(id) })),
  };
}

function countTypes({ types, typeNames }: RowFacts, rows: readonly number[]): Record<string, number> {
  const counts = typeNames.map(() => 0);
  for (const row of rows) counts[types[row]]++;
  const entries = typeNames.map((name, i) => [name.slice(0, 32), counts[i]] as const).filter(([, count]) => count > 0);
  return Object.fromEntries(entries.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_TYPES));
}

function describeDays(times: readonly number[]): Pick<DataProfile, 'from' | 'to' | 'days' | 'openWeekdays'> {
  const counts = countDays(times);
  const [from, to] = times.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [Infinity, -Infinity]);
  // the first and the last day may be cut off
  const inner = wholeDays(from, to);
  const open = inner.filter((day) => counts.has(day));
  const [mean, deviation] = meanAndDeviation(open.map((day) => counts.get(day) ?? 0));
  const openWeekdays = Array.from({ length: 7 }, (_, weekday) => {
    const such = inner.filter((day) => weekdayOf(day) === weekday);
    return such.length === 0 ? null : share(such.filter((day) => counts.has(day)).length, such.length);
  });
  return { from, to, days: { open: open.length, closed: inner.length - open.length, mean, deviation }, openWeekdays };
}

/** Rows by UTC day, counted from 1970. */
export function countDays(times: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const at of times) {
    const day = Math.floor(at / DAY_MS);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return counts;
}

/** The days between the one of `from` and the one of `to`, both left out. A clock of its own may span ages: no days. */
export function wholeDays(from: number, to: number): number[] {
  const [first, last] = [Math.floor(from / DAY_MS), Math.floor(to / DAY_MS)];
  return Array.from({ length: Math.max(0, Math.min(last - first - 1, 50_000)) }, (_, i) => first + 1 + i);
}

/** 0 is Sunday; the first day of 1970 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function countLate(times: readonly number[]): number {
  let [newest, late] = [-Infinity, 0];
  for (const at of times) {
    if (at < newest - LATE_MS) late++;
    newest = Math.max(newest, at);
  }
  return late;
}

/**
 * A hash whose order says nothing of the id's: FNV-1a of near ids is near, so it is mixed by the finalizer of
 * MurmurHash3 (Appleby 2011).
 */
export function sampleHash(id: string): number {
  let hash = hashText(id);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

type ItemFields = { readonly [K in 'price' | 'category' | 'brand']?: LogItem[K] | undefined };
type Described = Pick<DataProfile, 'items' | 'coverage' | 'prices' | 'idShape' | 'itemSample'>;

function describeItems(ids: readonly string[], find: (id: string) => ItemFields): Described {
  const items = ids.map((id) => ({ id, hash: sampleHash(id), ...find(id) }));
  const having = (field: 'price' | 'category' | 'brand'): number =>
    share(items.filter((item) => item[field] !== undefined).length, items.length);
  const prices = items.flatMap(({ price }) => (price !== undefined && price > 0 ? [price] : [])).sort((a, b) => a - b);
  const shapes = new Map<string, number>();
  for (const id of ids) shapes.set(shapeOf(id), (shapes.get(shapeOf(id)) ?? 0) + 1);
  const [shape, count] = [...shapes].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  const sample = items.toSorted((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1)).slice(0, SAMPLE_ITEMS);
  return {
    items: items.length,
    coverage: { price: having('price'), category: having('category'), brand: having('brand') },
    prices: prices.length === 0 ? null : [quantile(prices, 0.05), quantile(prices, 0.5), quantile(prices, 0.95)],
    idShape: [shape, share(count, ids.length)],
    itemSample: sample
      .map(({ hash, price }) => `${hash.toString(36)}:${price === undefined ? '' : short(price)}`)
      .join(' '),
  };
}

const shapeOf = (id: string): string =>
  id
    .replaceAll(/[a-z]+/g, 'a')
    .replaceAll(/[A-Z]+/g, 'A')
    .replaceAll(/\d+/g, '9')
    .slice(0, 12);

const short = (value: number): number => Number(value.toPrecision(6));
const share = (part: number, whole: number): number => Math.round((part / whole) * 1e4) / 1e4;

const quantile = (sorted: readonly number[], at: number): number =>
  short(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))]);

function meanAndDeviation(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [short(mean), short(Math.sqrt(squares / Math.max(1, values.length - 1)))];
}
