import type { CandidateFacts } from './candidate-facts.ts';
import type { VisitorSignal } from './visitor.ts';

/** Times of impressions kept of an item, the newest: no frequency cap counts further. */
export const IMPRESSIONS_KEPT = 100;

interface ItemConduct {
  dismissedAt: number;
  purchasedAt: number;
  impressions: number;
  /** Epoch ms, ascending. */
  readonly shownAt: number[];
}

/** What rules ask of a visitor's stored signals: per item, when it was dismissed, bought and shown. */
export class Conduct {
  readonly #items = new Map<number, ItemConduct>();

  /** In any order; kinds that no rule asks about are passed over. */
  add({ at, kind, item }: Pick<VisitorSignal, 'at' | 'kind' | 'item'>): void {
    if (item === 0 || !Number.isFinite(at)) return;
    if (kind === 'dismiss') this.#item(item).dismissedAt = Math.max(this.#item(item).dismissedAt, at);
    else if (kind === 'purchase') this.#item(item).purchasedAt = Math.max(this.#item(item).purchasedAt, at);
    else if (kind === 'impression') addShown(this.#item(item), at);
  }

  /** As if the item had never been dismissed. */
  undo(item: number): void {
    this.#item(item).dismissedAt = 0;
  }

  /** `items` are [M] signed item hashes, `windowsMs` [W] windows that end at `now` (epoch ms). */
  facts(items: ArrayLike<number>, now: number, windowsMs: readonly number[]): CandidateFacts {
    const size = items.length;
    const facts: CandidateFacts = {
      dismissedAt: new Float64Array(size),
      purchasedAt: new Float64Array(size),
      windowsMs,
      shown: new Float64Array(size * windowsMs.length),
      impressions: new Float64Array(size),
    };
    for (let row = 0; row < size; row++) {
      const met = this.#items.get(items[row]);
      if (met === undefined) continue;
      facts.dismissedAt[row] = met.dismissedAt;
      facts.purchasedAt[row] = met.purchasedAt;
      facts.impressions[row] = met.impressions;
      const shown = windowsMs.map((windowMs) => met.shownAt.filter((at) => now - at < windowMs).length);
      facts.shown.set(shown, row * windowsMs.length);
    }
    return facts;
  }

  #item(item: number): ItemConduct {
    let met = this.#items.get(item);
    if (met === undefined) {
      met = { dismissedAt: 0, purchasedAt: 0, impressions: 0, shownAt: [] };
      this.#items.set(item, met);
    }
    return met;
  }
}

function addShown(met: ItemConduct, at: number): void {
  met.impressions++;
  let place = met.shownAt.length;
  while (place > 0 && met.shownAt[place - 1] > at) place--;
  met.shownAt.splice(place, 0, at);
  if (met.shownAt.length > IMPRESSIONS_KEPT) met.shownAt.shift();
}
