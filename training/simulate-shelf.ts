import { DAY_MS } from './day.ts';
import { type CatalogueItem, SIMULATED_DAYS, SIMULATION_START_MS, type ShelfLife } from './simulate-model.ts';

const NEW_SHARE = 0.15;
const OUT_OF_STOCK_SHARE = 0.3;
const SHORTEST_OUTAGE_DAYS = 2;
const LONGEST_OUTAGE_DAYS = 7;

/** Which items come new during the log, and which are out of stock when; the two most popular can always be bought. */
export function createShelf(random: () => number, catalogue: readonly CatalogueItem[]): ShelfLife[] {
  const staples = new Set(catalogue.toSorted((a, b) => b.popularity - a.popularity).slice(0, 2));
  const day = (days: number): number => SIMULATION_START_MS + Math.floor(days * DAY_MS);
  return catalogue.map((item) => {
    // drawn for every item, so that one more staple does not move the others
    const [isNew, newAt, isOut, outAt, length] = Array.from({ length: 5 }, random);
    if (staples.has(item)) return { appearsAt: SIMULATION_START_MS, outFrom: undefined, outUntil: undefined };
    const appearsAt = isNew < NEW_SHARE ? day(newAt * SIMULATED_DAYS) : SIMULATION_START_MS;
    if (isOut >= OUT_OF_STOCK_SHARE) return { appearsAt, outFrom: undefined, outUntil: undefined };
    const days = SHORTEST_OUTAGE_DAYS + length * (LONGEST_OUTAGE_DAYS - SHORTEST_OUTAGE_DAYS);
    const from = outAt * (SIMULATED_DAYS - days);
    return { appearsAt, outFrom: day(from), outUntil: day(from + days) };
  });
}

export const isOnSale = ({ appearsAt, outFrom, outUntil }: ShelfLife, at: number): boolean =>
  at >= appearsAt && !(outFrom !== undefined && outUntil !== undefined && at >= outFrom && at < outUntil);
