import {
  type Batch,
  CANDIDATE_FEATURES,
  CONTEXT_FEATURES,
  type CandidateFeature,
  type ContextFeature,
  EVENT_ACTIONS,
  EVENT_FEATURES,
  MAX_EVENTS,
  MAX_NEIGHBOURS,
  VECTOR_DIM,
} from './contract.ts';
import { ITEM_COLUMN, ITEM_NUMBERS, type ItemNumber, type PackedItems } from './packed-items.ts';
import { type Past, historyOf, pastOf } from './past.ts';
import type { VisitorFacts, VisitorSignal } from './visitor.ts';

const DAY_MS = 86_400_000;
/** The events of `repeat_recent`. */
const RECENT_EVENTS = 3;

/** Everything about the moment of ranking that is neither candidate nor signal. */
export interface Moment {
  /** Epoch ms. */
  readonly now: number;
  /** Minutes that local time is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly isPhone: boolean;
  /** Cards visible at once, or 0 where unknown. */
  readonly slotWidth: number;
  /** The running session, or null where it has ended. */
  readonly sessionId: string | null;
  /** Signed 32-bit hash of the anchor item, or 0. */
  readonly anchor: number;
  /** Local signals newer than the candidate generator had seen; null where the server did not say. */
  readonly serverLag: number | null;
}

/** Where the vectors and attributes of the visitor's items are found. */
export interface KnownItems {
  readonly items: PackedItems;
  /** Row of a signed item hash, or -1. */
  readonly rowOf: (item: number) => number;
}

export interface FeatureInput {
  readonly candidates: PackedItems;
  /** Rows of `candidates` to rank; all where absent. */
  readonly rows?: ArrayLike<number>;
  readonly known: KnownItems;
  readonly visitor: VisitorFacts;
  readonly moment: Moment;
  /** Columns of `cand_num` that become missing; what `ctx` says of the list stays. */
  readonly blank?: readonly number[];
}

/** Makes the tensors of the contract. Pure; the trainer and the worker call this same function. */
export function createBatch(input: FeatureInput): Batch {
  const rows = input.rows ?? Array.from({ length: input.candidates.size }, (_, row) => row);
  const events = windowOf(input);
  const batch = allocate(rows.length);
  fillEvents(batch, input, events);
  const price = priceLevel(input.known, events);
  const past = pastOf(input.visitor, input.known);
  for (let m = 0; m < rows.length; m++) fillCandidate(batch, { input, events, price, past, m, row: rows[m] });
  fillContext(batch, input, events);
  for (const column of input.blank ?? [])
    for (let m = 0; m < rows.length; m++) batch.candNum[m * CANDIDATE_FEATURES.length + column] = Number.NaN;
  return batch;
}

/** The newest events first; an anchor that is not the newest event anyway counts as one just viewed. */
function windowOf({ visitor, moment }: FeatureInput): readonly VisitorSignal[] {
  const events = visitor.events(moment.sessionId, MAX_EVENTS);
  if (moment.anchor === 0 || events[0]?.item === moment.anchor) return events;
  const { now: at, anchor: item } = moment;
  const anchor: VisitorSignal = { at, item, sessionId: '', kind: 'view', dwellMs: 0, confidence: 1 };
  return [anchor, ...events].slice(0, MAX_EVENTS);
}

const allocate = (size: number): Batch => ({
  size,
  candVec: new Int8Array(size * 2 * VECTOR_DIM),
  candScale: new Float32Array(size * 2),
  candIds: new Int32Array(size * 3),
  candNum: new Float32Array(size * CANDIDATE_FEATURES.length),
  eventVec: new Int8Array(MAX_EVENTS * 2 * VECTOR_DIM),
  eventScale: new Float32Array(MAX_EVENTS * 2),
  eventIds: new Int32Array(MAX_EVENTS * 3),
  eventNum: new Float32Array(MAX_EVENTS * EVENT_FEATURES.length),
  eventAct: new Float32Array(MAX_EVENTS * EVENT_ACTIONS.length),
  eventMask: new Float32Array(MAX_EVENTS),
  pairNbr: new Float32Array(size * MAX_EVENTS),
  ctx: new Float32Array(CONTEXT_FEATURES.length),
});

function fillEvents(batch: Batch, { known, moment }: FeatureInput, events: readonly VisitorSignal[]): void {
  events.forEach((event, l) => {
    const row = known.rowOf(event.item);
    if (row >= 0) {
      copyRow({ to: batch.eventVec, at: l, from: known.items.vec, row, width: 2 * VECTOR_DIM });
      copyRow({ to: batch.eventScale, at: l, from: known.items.scale, row, width: 2 });
      copyRow({ to: batch.eventIds, at: l, from: known.items.ids, row, width: 3 });
    }
    batch.eventIds[l * 3] = event.item;
    const age = Math.max(0, moment.now - event.at) / 1000;
    const gap = Math.max(0, event.at - (events[l + 1]?.at ?? event.at)) / 1000;
    const numbers = [Math.log1p(age), Math.log1p(gap), l, Math.log1p(event.dwellMs / 1000), event.confidence];
    batch.eventNum.set(numbers, l * EVENT_FEATURES.length);
    batch.eventAct[l * EVENT_ACTIONS.length + EVENT_ACTIONS.indexOf(event.kind)] = 1;
    batch.eventMask[l] = 1;
  });
}

interface RowCopy {
  readonly to: Int8Array | Int32Array | Float32Array;
  readonly at: number;
  readonly from: ArrayLike<number>;
  readonly row: number;
  readonly width: number;
}

function copyRow({ to, at, from, row, width }: RowCopy): void {
  for (let i = 0; i < width; i++) to[at * width + i] = from[row * width + i];
}

function fillContext(batch: Batch, { visitor, moment }: FeatureInput, events: readonly VisitorSignal[]): void {
  const local = new Date(moment.now + moment.utcOffsetMinutes * 60_000);
  const hour = ((local.getUTCHours() + local.getUTCMinutes() / 60) / 24) * 2 * Math.PI;
  const weekday = (local.getUTCDay() / 7) * 2 * Math.PI;
  const values: Record<ContextFeature, number> = {
    hour_sin: Math.sin(hour),
    hour_cos: Math.cos(hour),
    weekday_sin: Math.sin(weekday),
    weekday_cos: Math.cos(weekday),
    is_weekend: local.getUTCDay() % 6 === 0 ? 1 : 0,
    is_phone: moment.isPhone ? 1 : 0,
    session_length: Math.log1p(events.length),
    earlier_sessions: Math.log1p(visitor.sessions),
    slot_width: moment.slotWidth,
    anchor_present: moment.anchor === 0 ? 0 : 1,
    repeat_share: repeatShare(visitor, events),
    repeat_recent: repeatShare(visitor, events.slice(0, RECENT_EVENTS)),
    ...listNumbers(batch),
  };
  CONTEXT_FEATURES.forEach((name, column) => (batch.ctx[column] = values[name]));
}

/**
 * What the list is like: the mean of its log popularities, or NaN, and of each candidate's highest neighbour weight to an
 * event. What sets a candidate apart differs between a list of popular items and one that a generator made for the visitor.
 */
function listNumbers({ size, candNum, pairNbr }: Batch) {
  const column = CANDIDATE_FEATURES.indexOf('popularity');
  let [popularity, counted, neighbour] = [0, 0, 0];
  for (let m = 0; m < size; m++) {
    const own = candNum[m * CANDIDATE_FEATURES.length + column];
    if (Number.isFinite(own)) {
      popularity += own;
      counted++;
    }
    let max = 0;
    for (let l = m * MAX_EVENTS; l < (m + 1) * MAX_EVENTS; l++) max = Math.max(max, pairNbr[l]);
    neighbour += max;
  }
  return {
    list_popularity: counted === 0 ? Number.NaN : popularity / counted,
    list_neighbour: neighbour / Math.max(1, size),
  };
}

/** Share of the events whose item the visitor knows from an earlier session, or 0. */
const repeatShare = (visitor: VisitorFacts, events: readonly VisitorSignal[]): number =>
  events.filter(({ item }) => visitor.hasMet(item)).length / Math.max(1, events.length);

/** Mean log price of the session's items, or NaN. */
function priceLevel({ items, rowOf }: KnownItems, events: readonly VisitorSignal[]): number {
  let [sum, count] = [0, 0];
  for (const { item } of events) {
    const row = rowOf(item);
    const price = row < 0 ? Number.NaN : items.num[row * ITEM_NUMBERS.length + ITEM_COLUMN.price];
    if (!(price > 0)) continue;
    sum += Math.log(price);
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

interface CandidateInput {
  readonly input: FeatureInput;
  readonly events: readonly VisitorSignal[];
  readonly price: number;
  readonly past: Past;
  readonly m: number;
  readonly row: number;
}

function fillCandidate(batch: Batch, candidate: CandidateInput): void {
  const { input, events, past, m, row } = candidate;
  const { candidates } = input;
  copyRow({ to: batch.candVec, at: m, from: candidates.vec, row, width: 2 * VECTOR_DIM });
  copyRow({ to: batch.candScale, at: m, from: candidates.scale, row, width: 2 });
  copyRow({ to: batch.candIds, at: m, from: candidates.ids, row, width: 3 });
  events.forEach((event, l) => (batch.pairNbr[m * MAX_EVENTS + l] = pairWeight(input, row, event.item)));
  const values = {
    ...itemNumbers(candidate),
    ...ownHistory(candidate),
    ...historyOf(input, row, past),
  } satisfies Record<CandidateFeature, number>;
  CANDIDATE_FEATURES.forEach((name, column) => {
    batch.candNum[m * CANDIDATE_FEATURES.length + column] = values[name];
  });
}

/** A list is cut short, so the pair may stand in one of the two only: in the candidate's or in the event's. */
function pairWeight({ candidates, known }: FeatureInput, row: number, event: number): number {
  const theirs = known.rowOf(event);
  const back = theirs < 0 ? 0 : neighbourWeight(known.items, theirs, candidates.ids[row * 3]);
  return Math.max(back, neighbourWeight(candidates, row, event));
}

/** Weight in [0, 1] of `item` in the row's neighbour list; a byte holds the square root's 1/255. */
function neighbourWeight(items: PackedItems, row: number, item: number): number {
  const end = (row + 1) * MAX_NEIGHBOURS;
  for (let n = row * MAX_NEIGHBOURS; n < end && items.nbrWeight[n] > 0; n++) {
    if (items.nbrHash[n] === item) return (items.nbrWeight[n] / 255) ** 2;
  }
  return 0;
}

function itemNumbers({ input, price, row }: CandidateInput) {
  const { candidates, moment } = input;
  const number = (name: ItemNumber): number => candidates.num[row * ITEM_NUMBERS.length + ITEM_COLUMN[name]];
  return {
    server_score: number('score'),
    server_rank: Math.log1p(number('serverRank')),
    server_lag: Math.log1p(moment.serverLag ?? Number.NaN),
    popularity: Math.log1p(number('popularity')),
    recent_popularity: Math.log1p(number('recentPopularity')),
    sales_1d: Math.log1p(number('sales1d')),
    sales_3d: Math.log1p(number('sales3d')),
    sales_7d: Math.log1p(number('sales7d')),
    item_age_days: Math.log1p(Math.max(0, moment.now - number('publishedAt')) / DAY_MS),
    last_sale_days: Math.log1p(Math.max(0, moment.now - number('lastSoldAt')) / DAY_MS),
    price_gap: number('price') > 0 ? Math.log(number('price')) - price : Number.NaN,
  };
}

/** 1 for "just now", 1/2 after 30 days, 0 for never. */
const recency = (now: number, at: number): number => (at === 0 ? 0 : 1 / (1 + Math.max(0, now - at) / (30 * DAY_MS)));

function ownHistory({ input, events, row }: CandidateInput) {
  const { candidates, visitor, moment } = input;
  const item = candidates.ids[row * 3];
  const own = visitor.item(item);
  const after = (event: VisitorSignal | undefined): number => (event ? visitor.followed(event.item, item) : 0);
  let next = 0;
  for (const event of events) next += visitor.beside(event.item, item);
  const [last, before] = events;
  return {
    fatigue: Math.log1p(own?.impressions ?? 0),
    own_purchases: Math.log1p(own?.purchases ?? 0),
    own_recency: recency(moment.now, own?.lastPurchaseAt ?? 0),
    own_share: own === undefined || visitor.sessions === 0 ? 0 : own.sessions / visitor.sessions,
    own_last_session: own !== undefined && visitor.sessions > 0 && own.lastSession === visitor.sessions ? 1 : 0,
    own_next: Math.log1p(next),
    own_next_last: Math.log1p(after(last) + after(before) / 2),
    own_views: Math.log1p(own?.views ?? 0),
    own_view_recency: recency(moment.now, own?.lastViewAt ?? 0),
    own_dismissals: Math.log1p(own?.dismissals ?? 0),
  };
}
