import type { Kit, Unsubscribe } from '../src/kit/types.ts';

let connected: Kit | null = null;
const listeners = new Set<() => void>();

const change = (kit: Kit | null): void => {
  connected = kit;
  for (const listener of [...listeners]) listener();
};

/**
 * Gives the kit to every present and future element of the page that has no `kit` of its own. Returns what takes it
 * back.
 */
export function connectKit(kit: Kit): Unsubscribe {
  change(kit);
  return () => {
    if (connected === kit) change(null);
  };
}

/** The kit that `connectKit` gave last. */
export const connectedKit = (): Kit | null => connected;

/** Tells when `connectedKit` changes. For elements. */
export function onConnectedKit(listener: () => void): Unsubscribe {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
