import type { FeedbackEvent } from '../core/event.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';

/** More than a keepalive body can hold. */
const MAX_EVENTS = 1_000;

/**
 * What this page has put into the outbox and not sent yet: a page that is being left has no time to read it back. The
 * outbox stays the truth; what is sent from here twice, the collector stores once.
 */
export class OwnEvents {
  #events = new Map<string, FeedbackEvent>();
  #clientId = '';

  add({ clientId, events }: QueuedEvents): void {
    this.begin(clientId);
    for (const event of events) this.#events.set(event.id, event);
    for (const id of this.#events.keys()) {
      if (this.#events.size <= MAX_EVENTS) break;
      this.#events.delete(id);
    }
  }

  /** The stream that the outbox is numbered in; events of another one are no longer what is stored. */
  begin(clientId: string): void {
    if (this.#clientId !== clientId) this.#events.clear();
    this.#clientId = clientId;
  }

  forget(events: readonly FeedbackEvent[]): void {
    for (const { id } of events) this.#events.delete(id);
  }

  /** All of them, which are then no longer held here. */
  take(): QueuedEvents {
    const events = [...this.#events.values()];
    this.#events.clear();
    return { clientId: this.#clientId, events };
  }
}
