import type { Generator, KnownRow } from './simulate-generator.ts';
import {
  CLICK_MODEL,
  type CatalogueItem,
  type ShelfLife,
  type SimulatedEvent,
  type SimulatedKind,
  type SimulatedSlate,
  type SimulationSettings,
} from './simulate-model.ts';
import { drawOrder } from './simulate-policy.ts';
import { pickIndex } from './simulate-random.ts';
import { isOnSale } from './simulate-shelf.ts';

const SEARCH_SHARE = 0.15;
const MEAN_FURTHER_STEPS = 5;
const CART_SHARE = 0.16;
/** Of items that are not what the visit is about. */
const OTHER_CART_SHARE = 0.05;
const PURCHASE_SHARE = 0.55;

/** What all visits share. */
export interface Shop {
  readonly random: () => number;
  readonly settings: SimulationSettings;
  readonly catalogue: readonly CatalogueItem[];
  readonly shelf: readonly ShelfLife[];
  readonly generator: Generator;
  readonly examination: readonly number[];
  readonly events: SimulatedEvent[];
  readonly slates: SimulatedSlate[];
}

export interface VisitDraft {
  readonly sessionId: string;
  readonly userId: string;
  readonly intent: string;
  /** Of each catalogue item: logit of a click when looked at, as long as it is not seen in this visit. */
  readonly logits: readonly number[];
  /** Epoch ms. */
  readonly startAt: number;
}

/** One visit: it begins at an item that a search found; then lists and searches, a cart, perhaps a purchase. */
export class Visit {
  /** Epoch ms of the next step; undefined once the visit is over. */
  nextAt: number | undefined;
  /** Places of the catalogue that were viewed. */
  readonly seen = new Set<number>();
  readonly #shop: Shop;
  readonly #draft: VisitDraft;
  readonly #rows: KnownRow[] = [];
  readonly #cart = new Set<number>();
  #slates = 0;

  constructor(shop: Shop, draft: VisitDraft) {
    this.#shop = shop;
    this.#draft = draft;
    this.nextAt = draft.startAt;
  }

  step(): void {
    const { random } = this.#shop;
    const at = this.nextAt ?? this.#draft.startAt;
    const isSearch = this.#rows.length === 0 || random() < SEARCH_SHARE;
    const end = isSearch ? this.#view(this.#search(at), at) : this.#browse(at);
    this.nextAt = random() < MEAN_FURTHER_STEPS / (MEAN_FURTHER_STEPS + 1) ? end : undefined;
    if (this.nextAt === undefined && random() < PURCHASE_SHARE) {
      for (const item of this.#cart) this.#log(item, 'purchase', end);
    }
  }

  /** A search finds what the shopper wants wherever a list would have hidden it. */
  #search(at: number): number {
    const items = this.#onSale(at);
    return items[
      pickIndex(
        this.#shop.random,
        items.map((item) => Math.exp(this.#logit(item))),
      )
    ];
  }

  /** A served list: each place is looked at or not, and what is looked at is clicked or not. Answers the time after. */
  #browse(at: number): number {
    const slate = this.#serve(at);
    this.#shop.slates.push(slate);
    let now = at + 1000 + Math.floor(this.#shop.random() * 4000);
    slate.order.forEach((place, position) => {
      if (!slate.clicked[position]) return;
      const item = slate.candidates[place];
      this.#log(item, 'click', now);
      now = this.#view(item, now + 400 + Math.floor(this.#shop.random() * 1600));
    });
    return now;
  }

  #serve(at: number): SimulatedSlate {
    const { random, settings, generator, examination } = this.#shop;
    const known = this.#rows.slice(0, Math.max(0, this.#rows.length - settings.lagEvents));
    const places = settings.slateSize;
    const { candidates, scores } = generator.list({ at, known, onSale: this.#onSale(at), places });
    // rounded, and used so: what the truth holds is what was drawn by
    const clickChances = candidates.map((item) => Math.round(1e4 / (1 + Math.exp(-this.#logit(item)))) / 1e4);
    const { order, propensities } = drawOrder(random, scores, places);
    this.#slates++;
    const { sessionId, userId } = this.#draft;
    return {
      slateId: `${sessionId}-${String(this.#slates)}`,
      ...{ sessionId, userId, at, candidates, scores, clickChances, order, propensities },
      events: this.#rows.length,
      knownEvents: known.length,
      seenUntil: known.at(-1)?.at,
      clicked: order.map((place, position) => random() < examination[position] * clickChances[place]),
    };
  }

  #view(item: number, at: number): number {
    const { random, catalogue, generator } = this.#shop;
    this.#log(item, 'view', at);
    generator.observe({ item, at });
    this.seen.add(item);
    const end = at + 8000 + Math.floor(random() ** 2 * 110_000);
    const share = catalogue[item].category === this.#draft.intent ? CART_SHARE : OTHER_CART_SHARE;
    if (this.#cart.has(item) || random() >= share) return end;
    this.#cart.add(item);
    this.#log(item, 'add_to_cart', end);
    return end + 3000 + Math.floor(random() * 5000);
  }

  #logit(item: number): number {
    return this.#draft.logits[item] + (this.seen.has(item) ? CLICK_MODEL.seen : 0);
  }

  #onSale(at: number): number[] {
    const items: number[] = [];
    this.#shop.shelf.forEach((life, item) => {
      if (isOnSale(life, at)) items.push(item);
    });
    return items;
  }

  #log(item: number, kind: SimulatedKind, at: number): void {
    const { sessionId, userId } = this.#draft;
    this.#rows.push({ item, at });
    const quantity = kind === 'add_to_cart' || kind === 'purchase' ? { quantity: 1 } : {};
    this.#shop.events.push({ sessionId, userId, item: this.#shop.catalogue[item], kind, at, ...quantity });
  }
}
