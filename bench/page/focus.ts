import { settled } from './frames.ts';
import { findSeen } from './seen.ts';

/** Where the focus is, once what has it stands still; `seen` says whether it is in sight then. */
export interface Stop {
  readonly place: 'before' | 'carousel' | 'after' | 'elsewhere';
  readonly seen: boolean;
}

const QUIET_MS = 150;

export async function describeFocus(): Promise<Stop> {
  const focused = document.activeElement;
  const element = deepest(focused);
  if (focused === null || element === null) return { place: 'elsewhere', seen: false };
  await settled(() => element, QUIET_MS);
  return { place: placeOf(focused), seen: (await findSeen([element])).has(element) };
}

function placeOf(focused: Element): Stop['place'] {
  if (focused.closest('#carousel')) return 'carousel';
  return focused.id === 'before' || focused.id === 'after' ? focused.id : 'elsewhere';
}

/** Through shadow roots. */
function deepest(element: Element | null): Element | null {
  const inner = element?.shadowRoot?.activeElement ?? null;
  return inner === null ? element : deepest(inner);
}
