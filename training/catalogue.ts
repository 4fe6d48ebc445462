import type { Candidate } from '../src/core/candidate.ts';
import type { KnownItems } from '../src/core/features.ts';
import { ITEM_COLUMN, ITEM_NUMBERS, createPackedItems, itemHash, packRow } from '../src/core/packed-items.ts';
import type { ItemData } from './item-data.ts';
import type { DemandClock } from './popularity.ts';
import type { LogSession, SiteLog } from './site-log.ts';

/** The items that training knows, by id: those met before `cut`, and those that only the catalogue names so far. */
export interface Vocabulary {
  readonly ids: readonly string[];
  readonly rows: ReadonlyMap<string, number>;
  /** Events per item before `cut`. */
  readonly counts: Float64Array;
  /** Epoch ms of the start of the first session with each item; NaN where there was none. */
  readonly firstAt: Float64Array;
}

export function createVocabulary(sessions: readonly LogSession[], catalogue: Iterable<string> = []): Vocabulary {
  const first = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const { startAt, events } of sessions) {
    for (const { itemId } of events) {
      if (!first.has(itemId)) first.set(itemId, startAt);
      seen.set(itemId, (seen.get(itemId) ?? 0) + 1);
    }
  }
  const ids = [...new Set([...first.keys(), ...catalogue])].sort();
  return {
    ids,
    rows: new Map(ids.map((id, row) => [id, row])),
    counts: Float64Array.from(ids, (id) => seen.get(id) ?? 0),
    firstAt: Float64Array.from(ids, (id) => first.get(id) ?? Number.NaN),
  };
}

/** Rows by falling count, ties by item id: the server's order, and the order of equal scores. */
export const popularityRank = ({ ids, counts }: Vocabulary): Int32Array => {
  const order = ids.map((_, row) => row).sort((a, b) => counts[b] - counts[a] || a - b);
  const rank = new Int32Array(ids.length);
  order.forEach((row, place) => (rank[row] = place));
  return rank;
};

/** The candidate that a site's server would send for an item; `demand` is the clock's at that moment. */
export function createCandidate(log: SiteLog, item: ItemData, firstAt: number | undefined): Candidate {
  const { category, brand, price } = log.items.get(item.id) ?? {};
  return {
    ...item,
    ...(category !== undefined && { category }),
    ...(brand !== undefined && { brand }),
    // ISO 4217's code for "no currency involved": a log's prices do not name theirs
    ...(price !== undefined && { price: { amount: price, currency: 'XXX' } }),
    ...(firstAt !== undefined && Number.isFinite(firstAt) && { publishedAt: firstAt }),
  };
}

/** All items of the vocabulary packed once, with their item data of one moment; demand is refreshed per session. */
export class Catalogue implements KnownItems {
  readonly items;
  readonly rowOf: (item: number) => number;

  constructor(log: SiteLog, vocabulary: Vocabulary, data: readonly ItemData[]) {
    const { ids, firstAt } = vocabulary;
    this.items = createPackedItems(ids.length);
    const rows = new Map<number, number>();
    data.forEach((item, row) => {
      packRow(this.items, row, createCandidate(log, item, firstAt[row]));
      rows.set(itemHash(item.id), row);
    });
    this.rowOf = (item) => rows.get(item) ?? -1;
  }

  /** Writes the clock's demand of one row. */
  refresh(clock: DemandClock, row: number): void {
    const { popularity, recentPopularity, sales, lastSoldAt } = clock.demand(row);
    const at = row * ITEM_NUMBERS.length;
    this.items.num[at + ITEM_COLUMN.popularity] = popularity;
    this.items.num[at + ITEM_COLUMN.recentPopularity] = recentPopularity;
    this.items.num[at + ITEM_COLUMN.lastSoldAt] = lastSoldAt ?? Number.NaN;
    sales.forEach((count, i) => (this.items.num[at + ITEM_COLUMN.sales1d + i] = count));
  }
}
