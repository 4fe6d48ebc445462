import type { Attribution } from './event.ts';
import type { Head } from './utility.ts';

/** For how long after a touch a purchase is ascribed to it, in ms. */
export type AttributionWindows = Readonly<Record<Attribution, number>>;

const DAY_MS = 24 * 60 * 60_000;
/**
 * A click is a choice, and what comes of it may take days: as many as a browser surely keeps what its scripts have stored
 * (7 in Safari). An impression is a chance to have seen something, and says little the day after.
 */
const DEFAULT_DAYS: AttributionWindows = { click: 7, impression: 1 };

/** By what the model has learnt to call a purchase; an impression has at most its default. */
export function attributionWindows(heads: readonly Head[]): AttributionWindows {
  const { windowDays = DEFAULT_DAYS.click } = heads.find(({ name }) => name === 'purchase') ?? {};
  return { click: windowDays * DAY_MS, impression: Math.min(windowDays, DEFAULT_DAYS.impression) * DAY_MS };
}
