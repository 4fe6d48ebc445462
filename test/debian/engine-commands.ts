import type { BrowserCommand } from 'vitest/node';
import type { Place } from './engine-page.ts';

interface Clicks {
  readonly times: number;
  /** As in `KeyboardEvent.key`. */
  readonly heldKeys: readonly string[];
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    clickAt(place: Place, clicks: Clicks): Promise<void>;
    moveTo(place: Place): Promise<void>;
  }
}

export const clickAt: BrowserCommand<[Place, Clicks]> = async ({ enginePage }, place, { times, heldKeys }) => {
  for (const key of heldKeys) await enginePage.keyDown(key);
  await enginePage.click(place, times);
  for (const key of heldKeys) await enginePage.keyUp(key);
};

export const moveTo: BrowserCommand<[Place]> = ({ enginePage }, place) => enginePage.moveTo(place);
