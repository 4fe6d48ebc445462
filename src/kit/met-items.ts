import { type Candidate, parseCandidates } from '../core/candidate.ts';
import type { StoredItem } from '../store/schema.ts';

/** When it was seen is the storing side's to say. */
export type MetItem = Omit<StoredItem, 'seenAt'>;

/** References to what the page holds anyway; the oldest go first. */
const MAX_MET_ITEMS = 20_000;

/** The candidates that this page has ranked or described: what a signal's item is stored with. */
export class MetItems {
  readonly #items = new Map<unknown, Candidate>();

  /**
   * What a page hands in, over what is known already: a site's tracking knows a price and no vector. Whatever is no list
   * of objects is passed over.
   */
  describe(items: unknown): void {
    if (!Array.isArray(items)) return;
    const given = items.filter((item) => typeof item === 'object' && item !== null) as Candidate[];
    this.add(given.map((item) => ({ ...this.#items.get(item.id), ...item })));
  }

  /** Takes them unchecked: most are never asked for. */
  add(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      const { id } = candidate;
      this.#items.delete(id);
      this.#items.set(id, candidate);
    }
    for (const id of this.#items.keys()) {
      if (this.#items.size <= MAX_MET_ITEMS) break;
      this.#items.delete(id);
    }
  }

  /** What features read of an item; undefined where this page has not met it. */
  find(itemId: string | undefined): MetItem | undefined {
    return cleanItem(this.#items.get(itemId));
  }
}

/** What features read of an item, fields of a wrong type left out. */
export function cleanItem(input: unknown): MetItem | undefined {
  const [candidate] = parseCandidates([input], 0).list.items;
  if (candidate === undefined) return undefined;
  const { id, category, brand, price, vec, nbrs } = candidate;
  const fields = Object.entries({ id, category, brand, price, vec, nbrs });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as { id: string };
}
