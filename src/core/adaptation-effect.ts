import type { Decision } from './decide.ts';

/** What on-device adaptation did to a slate, beside the same slate (rules, policy and draws) without it. */
export interface AdaptationEffect {
  /** Share of the first ten items that are among the first ten without adaptation too, in [0, 1]; 1 for no items. */
  readonly top10Overlap: number;
  /** Zero-based first position with another item than without adaptation; null where there is none. */
  readonly firstChanged: number | null;
  /** Mean of |position - position without adaptation|; an item that is shown only with it counts as from the end. */
  readonly meanMove: number;
}

const TOP = 10;

/** Compares a slate with what the same input, but for its `bias`, is decided to. */
export function measureAdaptation(slate: Decision, unbiased: Decision): AdaptationEffect {
  const [rows, without] = [slate, unbiased].map(({ slots }) => slots.map(({ row }) => row));
  const places = new Map(without.map((row, position) => [row, position]));
  const places10 = rows.slice(0, TOP).map((row) => places.get(row) ?? Infinity);
  const moves = rows.map((row, position) => Math.abs(position - (places.get(row) ?? rows.length)));
  const firstChanged = rows.findIndex((row, position) => row !== without[position]);
  return {
    top10Overlap: rows.length === 0 ? 1 : places10.filter((place) => place < TOP).length / places10.length,
    firstChanged: firstChanged < 0 ? null : firstChanged,
    meanMove: moves.reduce((sum, move) => sum + move, 0) / Math.max(1, rows.length),
  };
}
