import type { Problem } from '../core/problem.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import type * as Choices from './choices.ts';
import { createEmitter } from './emitter.ts';
import { hiddenKey, hiddenText, parseHidden } from './hidden.ts';
import { attempt } from './journal.ts';
import type { Settings } from './settings.ts';
import type { Kit } from './types.ts';

export interface ChoicesPortOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Runs it; a failure is reported and answered. */
  readonly attempt: (failure: string, work: () => Promise<null>) => Promise<Problem | null>;
  readonly onQueued: (queued: QueuedEvents) => void;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
}

/** What a visitor rarely chooses is a chunk of its own. */
export class ChoicesPort {
  /** What is hidden has changed, here or on another page. */
  readonly changes = createEmitter<ReadonlyMap<string, string>>();
  readonly #options: ChoicesPortOptions;
  /** What is hidden, as it was read last. */
  #text: string | null;

  constructor(options: ChoicesPortOptions) {
    this.#options = options;
    this.#text = this.#read();
    // a page in the back-forward cache is not told
    for (const event of ['storage', 'pageshow']) window.addEventListener(event, this.#look, { signal: options.closed });
  }

  readonly hidden: Kit['hidden'] = () => parseHidden(this.#read());
  readonly hide: Kit['hide'] = (placement, isHidden, heading = '') =>
    this.#choose(({ hide }, { settings }) => {
      hide(placement, isHidden ? heading : null, settings.storageName);
      this.#look();
    });
  readonly giveReason: Kit['giveReason'] = (itemId, reason) =>
    this.#choose(({ giveReason }, { opened }) => giveReason(itemId, reason, opened));
  readonly undo: Kit['undo'] = (itemId) =>
    this.#choose(async ({ undo }, { settings, opened, onQueued }) => onQueued(await undo(itemId, settings, opened)));

  /** As if nothing had ever been hidden. */
  showAll(): void {
    attempt(() => localStorage.removeItem(hiddenKey(this.#options.settings.storageName)));
    this.#look();
  }

  readonly #read = (): string | null => hiddenText(this.#options.settings.storageName);

  readonly #look = (): void => {
    const text = this.#read();
    if (text === this.#text || this.#options.closed.aborted) return;
    this.#text = text;
    this.changes.emit(parseHidden(text));
  };

  #choose(
    act: (choices: typeof Choices, options: ChoicesPortOptions) => void | Promise<void>,
  ): Promise<Problem | null> {
    return this.#options.attempt('the choice could not be stored', async () => {
      await act(await import('./choices.ts'), this.#options);
      return null;
    });
  }
}
