import type { Slate } from '../src/core/slate.ts';

/**
 * What is shown: `waiting` nothing yet, for candidates or their ranking; `server` the server's order (nothing to rank by, or not ranked yet); `ranked` the kit's order;
 * `fallback` the order of a lower tier than the best; `empty` nothing to show; `hidden` the visitor has hidden the
 * section; `error` no links, and `src` (or the data
 * given instead) could not be read.
 */
export type RecCarouselState = 'waiting' | 'hidden' | 'server' | 'ranked' | 'fallback' | 'empty' | 'error';

/** Not failures: an engine that is still starting, or that is not given this input; until then a smaller one ranks. */
const EXPECTED: readonly string[] = ['engine_loading', 'engine_input'];

/** Of a slate that is shown. */
export function stateOf({ tier, tierProblem }: Slate): RecCarouselState {
  if (tierProblem && (!EXPECTED.includes(tierProblem.code) || tier === 'server')) return 'fallback';
  return tier === 'server' ? 'server' : 'ranked';
}

/** For `:state(ranked)` in style sheets. */
export function showState({ states }: ElementInternals, state: RecCarouselState): void {
  try {
    states.clear();
    states.add(state);
  } catch {
    // a browser of before 2024 knows no such states, or wants dashes; the attribute says the same
  }
}
