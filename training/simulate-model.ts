import { DAY_MS } from './day.ts';
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
  /** How far tastes move in a week, as a share of their spread: 0 (never) to 1 (new every week). Default 0.3. */
  readonly drift?: number;
  /** Exponent of the examination of a place: 1 / place ** exponent; 0 is none. Default 0.8. */
  readonly positionBias?: number;
  /** Newest rows of the visit that the list's generator has not seen yet. Default 2. */
  readonly lagEvents?: number;
  /** Minutes by which the generator's item counts are behind. Default 60. */
  readonly lagMinutes?: number;
  /** Places of a served list. Default 8. */
  readonly slateSize?: number;
}

/** What `simulate` runs with. */
export type SimulationSettings = Required<Omit<SimulationOptions, 'catalogue'>>;

export const SIMULATION_DEFAULTS = { drift: 0.3, positionBias: 0.8, lagEvents: 2, lagMinutes: 60, slateSize: 8 };

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

/** One served list, with all that decided it. Numbers of items are places in the catalogue. */
export interface SimulatedSlate {
  readonly slateId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Rows of this visit so far, and how many of them the generator knew. */
  readonly events: number;
  readonly knownEvents: number;
  /** Epoch ms of the newest row of the visit that the generator knew; undefined where it knew none. */
  readonly seenUntil: number | undefined;
  /** The candidates, best score first. */
  readonly candidates: readonly number[];
  /** Of each candidate: the list is drawn by a softmax over these. */
  readonly scores: readonly number[];
  /** Of each candidate: true chance of a click once it is looked at. */
  readonly clickChances: readonly number[];
  /** What was shown: places in `candidates`. */
  readonly order: readonly number[];
  /** Chance of each shown item at its place, given the places before it. */
  readonly propensities: readonly number[];
  readonly clicked: readonly boolean[];
}

export interface SimulatedVisit {
  readonly sessionId: string;
  readonly shopperId: string;
  /** Week of the log, from 0: tastes hold for a week. */
  readonly week: number;
  /** The category that the visit is about. */
  readonly intent: string;
}

/** Log weights, 0 is indifferent, in the order of `SimulationTruth.categories` and `.brands`. */
export interface WeekTaste {
  /** Empty for the fashion that all shoppers share; it adds to each shopper's own taste. */
  readonly shopperId: string;
  readonly week: number;
  readonly categories: readonly number[];
  readonly brands: readonly number[];
}

/** When an item could be bought; epoch ms. */
export interface ShelfLife {
  readonly appearsAt: number;
  /** Out of stock from here to there; both undefined where it never was. */
  readonly outFrom: number | undefined;
  readonly outUntil: number | undefined;
}

/** What a log never shows: who came, what they wanted, and what the list's order did to their clicks. */
export interface SimulationTruth {
  readonly settings: SimulationSettings;
  readonly shoppers: number;
  readonly categories: readonly string[];
  readonly brands: readonly string[];
  readonly visits: readonly SimulatedVisit[];
  /** By shopper and week, for the weeks in which the shopper came. */
  readonly tastes: readonly WeekTaste[];
  /** In the order of the catalogue. */
  readonly shelf: readonly ShelfLife[];
  /** Chance of looking at each place of a served list, independent of what stands there. */
  readonly examination: readonly number[];
}

export interface Simulation {
  /** Sorted by time. */
  readonly events: readonly SimulatedEvent[];
  /** Sorted by time. */
  readonly slates: readonly SimulatedSlate[];
  readonly truth: SimulationTruth;
}

export const SIMULATED_DAYS = 60;
/** The simulated log ends here, whatever the day of the run: the same seed must give the same bytes. */
export const SIMULATION_END_MS = Date.UTC(2026, 10, 1);
export const SIMULATION_START_MS = SIMULATION_END_MS - SIMULATED_DAYS * DAY_MS;

export const weekOf = (at: number): number => Math.floor((at - SIMULATION_START_MS) / (7 * DAY_MS));

/**
 * Chance of a click on an item that is looked at, as a logit:
 * base + category (its own taste + fashion) + brand (the same) + intent [in the visit's category]
 * + popularity (ln popularity - its mean over the catalogue) + seen [viewed in this visit] + known [viewed in an
 * earlier visit]. Made up so that about one list in two gets a click.
 */
export const CLICK_MODEL = { base: -2.7, category: 0.5, brand: 1, intent: 2.8, popularity: 0.4, seen: -2, known: 0.5 };
