import {
  CLICK_MODEL,
  type CatalogueItem,
  type SimulatedVisit,
  type SimulationTruth,
  type WeekTaste,
  weekOf,
} from './simulate-model.ts';
import { pickIndex } from './simulate-random.ts';
import { Tastes } from './simulate-tastes.ts';
import { type Shop, Visit } from './simulate-visit.ts';

const VISITS_PER_SHOPPER = 2.5;
const ANONYMOUS_SHARE = 0.25;
/** How often a shopper who comes back is after the same kind of item as the last time. */
const SAME_INTENT_SHARE = 0.4;

/** A shopper's earlier visits. */
interface Past {
  readonly intent: number;
  readonly visits: readonly Visit[];
}

/** The shoppers: who comes next, with which tastes, and what for. */
export class Crowd {
  readonly #shop: Shop;
  readonly #categories: readonly string[];
  readonly #brands: readonly string[];
  readonly #items: readonly { readonly category: number; readonly brand: number; readonly appeal: number }[];
  /** Square root of the popularity of each category's items: how often a visit is about it, tastes aside. */
  readonly #demand: readonly number[];
  readonly #tastes: Tastes;
  readonly #visits: SimulatedVisit[] = [];
  readonly #past = new Map<string, Past>();

  constructor(shop: Shop) {
    const { catalogue, random, settings } = shop;
    this.#shop = shop;
    this.#categories = [...new Set(catalogue.map(({ category }) => category))];
    this.#brands = [...new Set(catalogue.map(({ brand }) => brand))];
    this.#items = placeItems(catalogue, this.#categories, this.#brands);
    this.#demand = this.#categories.map((category) =>
      Math.sqrt(catalogue.reduce((sum, item) => sum + (item.category === category ? item.popularity : 0), 0)),
    );
    const counts = { categories: this.#categories.length, brands: this.#brands.length };
    this.#tastes = new Tastes({ random, counts, drift: settings.drift });
  }

  /** Times must not go back. */
  nextVisit(at: number): Visit {
    const { random, settings } = this.#shop;
    // squaring makes a few shoppers come often and many only once or twice
    const shopper = Math.floor(this.#count() * random() ** 2);
    const shopperId = `u${String(shopper + 1).padStart(String(this.#count()).length, '0')}`;
    const sessionId = `v${String(this.#visits.length + 1).padStart(String(settings.visits).length, '0')}`;
    const week = weekOf(at);
    const taste = this.#taste(shopperId, week);
    const past = this.#past.get(shopperId);
    const wish = taste.categories.map((weight, category) => Math.exp(weight) * this.#demand[category]);
    const intent = past !== undefined && random() < SAME_INTENT_SHARE ? past.intent : pickIndex(random, wish);
    const logits = this.#logits(taste, intent, past);
    const userId = random() < ANONYMOUS_SHARE ? '' : shopperId;
    this.#visits.push({ sessionId, shopperId, week, intent: this.#categories[intent] });
    const visit = new Visit(this.#shop, { sessionId, userId, intent: this.#categories[intent], logits, startAt: at });
    this.#past.set(shopperId, { intent, visits: [...(past?.visits ?? []), visit] });
    return visit;
  }

  truth(): Pick<SimulationTruth, 'shoppers' | 'categories' | 'brands' | 'visits' | 'tastes'> {
    return {
      shoppers: this.#count(),
      categories: this.#categories,
      brands: this.#brands,
      visits: this.#visits,
      tastes: this.#tastes.weeks,
    };
  }

  #count(): number {
    return Math.ceil(this.#shop.settings.visits / VISITS_PER_SHOPPER);
  }

  /** The shopper's own taste plus the fashion of the week. */
  #taste(shopperId: string, week: number): Pick<WeekTaste, 'categories' | 'brands'> {
    const fashion = this.#tastes.at('', week);
    const own = this.#tastes.at(shopperId, week);
    return {
      categories: own.categories.map((weight, i) => weight + fashion.categories[i]),
      brands: own.brands.map((weight, i) => weight + fashion.brands[i]),
    };
  }

  #logits(taste: Pick<WeekTaste, 'categories' | 'brands'>, intent: number, past: Past | undefined): number[] {
    const known = new Set(past?.visits.flatMap(({ seen }) => [...seen]));
    return this.#items.map(
      ({ category, brand, appeal }, item) =>
        CLICK_MODEL.base +
        CLICK_MODEL.category * taste.categories[category] +
        CLICK_MODEL.brand * taste.brands[brand] +
        (category === intent ? CLICK_MODEL.intent : 0) +
        CLICK_MODEL.popularity * appeal +
        (known.has(item) ? CLICK_MODEL.known : 0),
    );
  }
}

function placeItems(catalogue: readonly CatalogueItem[], categories: readonly string[], brands: readonly string[]) {
  const mean = catalogue.reduce((sum, { popularity }) => sum + Math.log(popularity), 0) / catalogue.length;
  return catalogue.map(({ category, brand, popularity }) => ({
    category: categories.indexOf(category),
    brand: brands.indexOf(brand),
    appeal: Math.log(popularity) - mean,
  }));
}
