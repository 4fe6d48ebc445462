import type { Slate } from '../src/core/slate.ts';

/**
 * What is shown: `server` the server's order (nothing to rank by, or not ranked yet); `ranked` the kit's order;
 * `fallback` the order of a lower tier than the best; `empty` nothing to show; `error` no links, and `src` (or the data
 * given instead) could not be read.
 */
export type RecCarouselState = 'server' | 'ranked' | 'fallback' | 'empty' | 'error';

/** Not failures: an engine that is still starting, or that is not given this input; until then a smaller one ranks. */
const EXPECTED: readonly string[] = ['engine_loading', 'engine_input'];

/** Of a slate that is shown. */
export function stateOf({ tier, tierProblem }: Slate): RecCarouselState {
  if (tierProblem && (!EXPECTED.includes(tierProblem.code) || tier === 'server')) return 'fallback';
  return tier === 'server' ? 'server' : 'ranked';
}
