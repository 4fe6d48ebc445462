import { type Candidate, parseCandidates } from '../core/candidate.ts';
import { FACTS, addFacts } from '../store/item-facts.ts';
import type { StoredItem } from '../store/schema.ts';

/** When it was seen is the storing side's to say. */
export type MetItem = Omit<StoredItem, 'seenAt'>;

/** References to what the page holds anyway; the oldest go first. */
const MAX_MET_ITEMS = 20_000;

/** The candidates that this page has ranked or described: what a signal's item is stored with. */
export class MetItems {
  readonly #items = new Map<unknown, Candidate>();

  /**
   * What a page hands in, over what is known already: a site's tracking knows a price and no vector. Whatever cannot be
   * read is passed over, and so is what tracking says of an item that the page knows more of.
   */
  describe(items: unknown): void {
    if (!Array.isArray(items)) return;
    const read = (item: Candidate): Candidate | [] => {
      try {
        const known = this.#items.get(item.id);
        // most are met once and never asked for, and a catalogue of thousands takes long to read
        return known && known !== item ? addFacts<Candidate>(cleanItem(known), cleanItem(item)) : item;
      } catch {
        // no object, or the page's own getter
        return [];
      }
    };
    this.add((items as Candidate[]).flatMap(read));
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

const KEPT = ['id', ...FACTS, 'toldBy'] as const;

/** What features read of an item, fields of a wrong type left out; undefined where it cannot be read. */
export function cleanItem(input: unknown): MetItem | undefined {
  try {
    const candidate = parseCandidates([input], 0).list.items[0] as Candidate;
    const known = KEPT.filter((field) => candidate[field] !== undefined);
    return Object.fromEntries(known.map((field) => [field, candidate[field]])) as { id: string };
  } catch {
    // no item, or the page's own getter
    return undefined;
  }
}
