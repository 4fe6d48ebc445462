import { createRandom } from '../src/core/random.ts';
import { gaussian, pickIndex } from './simulate-random.ts';

/** What the simulator knows of an item; a shop's own catalogue or `createNeutralCatalogue`. */
export interface CatalogueItem {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly brand: string;
  readonly price: number;
  /** Any positive scale; how often the item sells relative to the others. */
  readonly popularity: number;
}

export interface SimulationOptions {
  readonly visits: number;
  readonly seed: number;
  readonly catalogue: readonly CatalogueItem[];
}

export type SimulatedKind = 'view' | 'click' | 'add_to_cart' | 'purchase';

export interface SimulatedEvent {
  readonly sessionId: string;
  /** Empty where the shopper was not logged in. */
  readonly userId: string;
  readonly item: CatalogueItem;
  readonly kind: SimulatedKind;
  /** Epoch ms. */
  readonly at: number;
  readonly quantity?: number;
}

/** A shopper's tastes: log weights, 0 is indifferent. */
export interface Shopper {
  readonly id: string;
  readonly categories: Readonly<Record<string, number>>;
  readonly brands: Readonly<Record<string, number>>;
}

/** What a log never shows: who came, what they wanted, and what the list's order did to their clicks. */
export interface SimulationTruth {
  readonly seed: number;
  readonly shoppers: readonly Shopper[];
  readonly visits: readonly { readonly sessionId: string; readonly shopperId: string; readonly intent: string }[];
  /** Chance of looking at each place of a served list, relative to the first. */
  readonly positionBias: readonly number[];
  readonly clicksByPosition: readonly number[];
}

export interface Simulation {
  /** Sorted by time. */
  readonly events: readonly SimulatedEvent[];
  readonly truth: SimulationTruth;
}

/** The simulated log ends here, whatever the day of the run: the same seed must give the same bytes. */
export const SIMULATION_END_MS = Date.UTC(2026, 10, 1);
const DAYS = 60;
const DAY_MS = 86_400_000;
const LIST_LENGTH = 24;
const VISITS_PER_SHOPPER = 2.5;
const ANONYMOUS_SHARE = 0.25;
const SEARCH_SHARE = 0.15;
const MEAN_FURTHER_VIEWS = 5;
/** Log weight of an item of the kind that the visit is about: most views of a visit are of one kind. */
const INTENT_WEIGHT = 3;

interface World {
  readonly random: () => number;
  readonly catalogue: readonly CatalogueItem[];
  readonly positionBias: readonly number[];
  readonly clicksByPosition: number[];
  readonly events: SimulatedEvent[];
}

interface Visit {
  readonly sessionId: string;
  readonly userId: string;
  readonly shopper: Shopper;
  readonly intent: string;
  /** Attraction of each catalogue item in this visit. */
  readonly attraction: readonly number[];
  readonly seen: Set<number>;
  at: number;
}

/**
 * Simulated shoppers in a shop that serves lists: tastes over categories and brands, one kind of item in mind per
 * visit, popularity, and position bias. Pure: the same options give the same events.
 */
export function simulate({ visits, seed, catalogue }: SimulationOptions): Simulation {
  if (!Number.isInteger(visits) || visits < 1) throw new TypeError(`visits must be an integer >= 1, got ${visits}`);
  if (catalogue.length < 2) throw new TypeError('catalogue must hold at least 2 items');
  const random = createRandom(seed);
  const positionBias = Array.from({ length: LIST_LENGTH }, (_, position) => 1 / (1 + position) ** 0.8);
  const world: World = { random, catalogue, positionBias, clicksByPosition: positionBias.map(() => 0), events: [] };
  const shoppers = createShoppers(world, Math.ceil(visits / VISITS_PER_SHOPPER));
  const digits = String(visits).length;
  const truthVisits = visitTimes(random, visits).map((at, index) => {
    // squaring makes a few shoppers come often and many only once or twice
    const shopper = shoppers[Math.floor(shoppers.length * random() ** 2)];
    const visit = createVisit(world, shopper, { at, sessionId: `v${String(index + 1).padStart(digits, '0')}` });
    walk(world, visit);
    return { sessionId: visit.sessionId, shopperId: shopper.id, intent: visit.intent };
  });
  // visits overlap in time; the sort is stable, so a visit keeps its own order
  const events = world.events.sort((a, b) => a.at - b.at);
  return {
    events,
    truth: { seed, shoppers, visits: truthVisits, positionBias, clicksByPosition: world.clicksByPosition },
  };
}

function createShoppers({ random, catalogue }: World, count: number): Shopper[] {
  const categories = [...new Set(catalogue.map((item) => item.category))];
  const brands = [...new Set(catalogue.map((item) => item.brand))];
  const tastes = (names: readonly string[], spread: number): Record<string, number> =>
    Object.fromEntries(names.map((name) => [name, Math.round(gaussian(random) * spread * 1000) / 1000]));
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => ({
    id: `u${String(index + 1).padStart(digits, '0')}`,
    categories: tastes(categories, 1),
    brands: tastes(brands, 0.7),
  }));
}

/** Starts of visits in order of time: any day, more in the evening than at night. */
function visitTimes(random: () => number, count: number): number[] {
  const hourWeights = Array.from({ length: 24 }, (_, hour) => 1.15 - Math.cos(((hour - 5) / 24) * 2 * Math.PI));
  const starts = Array.from({ length: count }, () => {
    const day = Math.floor(random() * DAYS);
    const hour = pickIndex(random, hourWeights) + random();
    return SIMULATION_END_MS - (DAYS - day) * DAY_MS + Math.floor((hour / 24) * (DAY_MS - 3_600_000));
  });
  return starts.sort((a, b) => a - b);
}

function createVisit(world: World, shopper: Shopper, start: { at: number; sessionId: string }): Visit {
  const { random, catalogue } = world;
  const categories = Object.keys(shopper.categories);
  const wish = categories.map((category) => {
    const sold = catalogue.reduce((sum, item) => sum + (item.category === category ? item.popularity : 0), 0);
    return Math.exp(shopper.categories[category]) * Math.sqrt(sold);
  });
  const intent = categories[pickIndex(random, wish)];
  const attraction = catalogue.map((item) => {
    const taste = 0.5 * shopper.categories[item.category] + shopper.brands[item.brand];
    return Math.exp(taste + (item.category === intent ? INTENT_WEIGHT : 0)) * item.popularity ** 0.3;
  });
  const userId = random() < ANONYMOUS_SHARE ? '' : shopper.id;
  return { ...start, userId, shopper, intent, attraction, seen: new Set() };
}

/** One visit: look at items one after the other, put some into the cart, perhaps buy the cart. */
function walk(world: World, visit: Visit): void {
  const { random } = world;
  const cart: CatalogueItem[] = [];
  let anchor: CatalogueItem | undefined;
  do {
    const index = random() < SEARCH_SHARE ? findBySearch(world, visit) : clickInList(world, visit, anchor);
    const item = world.catalogue[index];
    anchor = item;
    visit.seen.add(index);
    log(world, visit, { item, kind: 'view' });
    visit.at += 8000 + Math.floor(random() ** 2 * 110_000);
    if (!cart.includes(item) && random() < (item.category === visit.intent ? 0.16 : 0.05)) {
      cart.push(item);
      log(world, visit, { item, kind: 'add_to_cart', quantity: 1 });
      visit.at += 3000 + Math.floor(random() * 5000);
    }
  } while (random() < MEAN_FURTHER_VIEWS / (MEAN_FURTHER_VIEWS + 1));
  if (random() < 0.55) for (const item of cart) log(world, visit, { item, kind: 'purchase', quantity: 1 });
}

function log({ events }: World, visit: Visit, event: Pick<SimulatedEvent, 'item' | 'kind' | 'quantity'>): void {
  events.push({ sessionId: visit.sessionId, userId: visit.userId, at: visit.at, ...event });
}

/** A search finds what the shopper wants wherever a list would have hidden it: no position bias. */
function findBySearch({ random, catalogue }: World, visit: Visit): number {
  return pickIndex(
    random,
    catalogue.map((_, index) => freshAttraction(visit, index)),
  );
}

function clickInList(world: World, visit: Visit, anchor: CatalogueItem | undefined): number {
  const { random, catalogue, positionBias } = world;
  const list = serveList(world, anchor);
  const weights = list.map((index, position) => positionBias[position] * freshAttraction(visit, index));
  const position = pickIndex(random, weights);
  const index = list[position];
  world.clicksByPosition[position]++;
  log(world, visit, { item: catalogue[index], kind: 'click' });
  visit.at += 400 + Math.floor(random() * 1600);
  return index;
}

const freshAttraction = (visit: Visit, index: number): number =>
  visit.attraction[index] * (visit.seen.has(index) ? 0.15 : 1);

/** The shop's list: by popularity with some shuffling; beside an item, items of its own category first. */
function serveList({ random, catalogue }: World, anchor: CatalogueItem | undefined): number[] {
  const scored = catalogue.map((item, index) => {
    const related = anchor !== undefined && item.category === anchor.category ? 100 : 0;
    return { index, score: related + Math.log(item.popularity) + gaussian(random) * 0.5 };
  });
  const others = anchor === undefined ? scored : scored.filter(({ index }) => catalogue[index] !== anchor);
  return others
    .sort((a, b) => b.score - a.score)
    .slice(0, LIST_LENGTH)
    .map(({ index }) => index);
}
