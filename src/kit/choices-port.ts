import type { Problem } from '../core/problem.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import type * as Choices from './choices.ts';
import { readHidden } from './hidden.ts';
import type { Settings } from './settings.ts';
import type { Kit } from './types.ts';

export interface ChoicesPortOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Runs it; a failure is reported and answered. */
  readonly attempt: (failure: string, work: () => Promise<null>) => Promise<Problem | null>;
  readonly onQueued: (queued: QueuedEvents) => void;
}

/** What a visitor rarely chooses is a chunk of its own. */
export class ChoicesPort {
  readonly #options: ChoicesPortOptions;

  constructor(options: ChoicesPortOptions) {
    this.#options = options;
  }

  readonly hidden: Kit['hidden'] = () => readHidden(this.#options.settings.storageName);
  readonly hide: Kit['hide'] = (placement, isHidden) =>
    this.#choose(({ hide }, { settings }) => hide(placement, isHidden, settings.storageName));
  readonly giveReason: Kit['giveReason'] = (itemId, reason) =>
    this.#choose(({ giveReason }, { opened }) => giveReason(itemId, reason, opened));
  readonly undo: Kit['undo'] = (itemId) =>
    this.#choose(async ({ undo }, { settings, opened, onQueued }) => onQueued(await undo(itemId, settings, opened)));

  #choose(
    act: (choices: typeof Choices, options: ChoicesPortOptions) => void | Promise<void>,
  ): Promise<Problem | null> {
    return this.#options.attempt('the choice could not be stored', async () => {
      await act(await import('./choices.ts'), this.#options);
      return null;
    });
  }
}
