import { findSeen } from './seen.ts';

export const findCards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-card]')];

const numberOf = (card: Element): number => Number(card.getAttribute('data-card')?.replace(/\D/g, ''));

/** Numbers of the products whose cards are seen. */
export async function seenProducts(): Promise<number[]> {
  return [...(await findSeen(findCards()))].map(numberOf).sort((a, b) => a - b);
}

/** Links of the carousel that Tab stops at, and how many of them are not seen. */
export async function countTabStops(): Promise<{ links: number; offScreen: number }> {
  const stops = findCards().filter(isTabStop);
  return { links: stops.length, offScreen: stops.length - (await findSeen(stops)).size };
}

function isTabStop(link: HTMLElement): boolean {
  if (link.tabIndex < 0 || !link.checkVisibility({ visibilityProperty: true })) return false;
  for (let node: Element | null = link; node !== null; node = parentOf(node)) if (node.matches('[inert]')) return false;
  return true;
}

/** In the tree that is drawn. */
function parentOf(node: Element): Element | null {
  const root = node.getRootNode();
  return node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}
