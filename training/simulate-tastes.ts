import { gaussian } from '../src/core/random.ts';
import type { WeekTaste } from './simulate-model.ts';

/** Standard deviations of log weights: a shopper's own taste, and the fashion that all share. */
export const TASTE_SPREAD = { categories: 1, brands: 0.7 };
export const FASHION_SPREAD = { categories: 0.4, brands: 0.3 };

/** Share of last week's taste that is left after so many weeks. */
export const tasteKept = (drift: number, weeks: number): number => Math.sqrt(1 - drift ** 2) ** weeks;

interface TastesOptions {
  readonly random: () => number;
  /** How many categories and brands there are. */
  readonly counts: typeof TASTE_SPREAD;
  readonly drift: number;
}

/**
 * Tastes that move from week to week: next = kept x last + sqrt(1 - kept ** 2) x spread x normal, a first-order
 * autoregression at its stationary variance, so that tastes move and their spread stays. Rounded to 3 decimals, and
 * used so.
 */
export class Tastes {
  /** Every week of every taste that was asked for. */
  readonly weeks: WeekTaste[] = [];
  readonly #last = new Map<string, WeekTaste>();
  readonly #options: TastesOptions;

  constructor(options: TastesOptions) {
    this.#options = options;
  }

  /** Of the shopper in that week, an empty id for the fashion of all. Weeks of one id must not go back. */
  at(shopperId: string, week: number): WeekTaste {
    const last = this.#last.get(shopperId);
    if (last?.week === week) return last;
    const { random, counts, drift } = this.#options;
    const spread = shopperId === '' ? FASHION_SPREAD : TASTE_SPREAD;
    const kept = last === undefined ? 0 : tasteKept(drift, week - last.week);
    const move = (kind: keyof typeof counts): number[] =>
      Array.from({ length: counts[kind] }, (_, i) => {
        const moved = kept * (last?.[kind][i] ?? 0) + Math.sqrt(1 - kept ** 2) * spread[kind] * gaussian(random);
        return Math.round(moved * 1000) / 1000;
      });
    const taste = { shopperId, week, categories: move('categories'), brands: move('brands') };
    this.#last.set(shopperId, taste);
    this.weeks.push(taste);
    return taste;
  }
}
