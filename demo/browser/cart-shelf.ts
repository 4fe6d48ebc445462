import type { CandidateList } from 'nearside';
import type { RecCarousel } from 'nearside/define';
import type { CartLine } from './cart.ts';

/**
 * The shelf under the cart: what goes with its newest item, each candidate marked with whether it is in the cart
 * (`inCart`). The shop's rules hide those; the server never learns what the rest of the cart holds.
 */
export function createCartShelf(): (lines: readonly CartLine[]) => Promise<void> {
  const shelf = document.querySelector<RecCarousel>('rec-carousel[placement=cart]');
  let anchor: string | undefined;
  let loaded: Promise<CandidateList | null> = Promise.resolve(null);
  return async (lines) => {
    const newest = lines.at(-1)?.id;
    if (newest !== anchor) loaded = newest === undefined ? Promise.resolve(null) : fetchCandidates(newest);
    anchor = newest;
    const list = await loaded;
    if (shelf === null || newest !== anchor) return;
    shelf.hidden = list === null;
    if (list === null) return;
    const ids = new Set(lines.map(({ id }) => id));
    shelf.anchorItemId = list.anchorItemId ?? '';
    shelf.candidates = { ...list, items: list.items.map((item) => ({ ...item, inCart: ids.has(item.id) })) };
  };
}

/** Null where the server has none to give: the cart does without the shelf. */
async function fetchCandidates(anchor: string): Promise<CandidateList | null> {
  try {
    const response = await fetch(`/api/candidates?placement=cart&anchor=${encodeURIComponent(anchor)}`);
    return response.ok ? ((await response.json()) as CandidateList) : null;
  } catch {
    return null;
  }
}
