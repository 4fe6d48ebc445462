import type { Observed, SeenSlate } from '../observation.ts';

/** The newest slate of each placement, from the top of the page to its end. */
export function shelvesOf({ slates }: Pick<Observed, 'slates'>): readonly SeenSlate[] {
  const shelves = [...document.querySelectorAll('rec-carousel')].map((shelf) => shelf.getAttribute('placement'));
  const placeOf = ({ slate }: SeenSlate): number => shelves.indexOf(slate.placement);
  return [...slates.values()].sort((a, b) => placeOf(a) - placeOf(b));
}
