import type { QueuedEvents } from '../store/outbox-state.ts';
import { readPending } from '../store/outbox-state.ts';
import { createProblem } from '../core/problem.ts';
import type { Delivery, DeliveryOptions } from './delivery.ts';
import type { DeliveryReport } from './types.ts';

/** Where pages tell each other that everything is erased; null where the browser has no such channel. */
export const openErasures = (storageName: string): BroadcastChannel | null =>
  typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`nearside-erasures ${storageName}`);

/** Delivery is a chunk of its own, which a page that sends nothing and has nothing to delete never fetches. */
export class DeliveryPort {
  readonly #options: DeliveryOptions;
  #delivery: Promise<Delivery> | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { eventsUrl, egress } = options.settings;
    if (eventsUrl !== null && egress !== 'none') void this.#load().catch(() => undefined);
    else void this.#lookForRows();
  }

  schedule(queued: QueuedEvents): void {
    if (this.#options.settings.eventsUrl === null) return;
    // what is not sent from here waits in storage
    this.#load().then(
      (delivery) => delivery.schedule(queued),
      () => undefined,
    );
  }

  /** Never rejects. */
  async flush(): Promise<DeliveryReport> {
    try {
      return await (await this.#load()).flush();
    } catch (error) {
      const message = `the script that sends events did not load, the events stay: ${String(error)}`;
      return { sent: 0, pending: 0, problem: createProblem('collector_unreachable', message) };
    }
  }

  /** Forgets what waits in memory, on every page of the origin; storage is the caller's. */
  async forget(): Promise<void> {
    const channel = openErasures(this.#options.settings.storageName);
    channel?.postMessage(null);
    channel?.close();
    (await this.#delivery?.catch(() => null))?.forget();
  }

  /** An earlier page may have queued what this one may not send: delivery deletes it. */
  async #lookForRows(): Promise<void> {
    try {
      if ((await readPending((await this.#options.opened).storage)).events > 0) await this.#load();
    } catch {
      // a storage that fails says so at the next signal
    }
  }

  #load(): Promise<Delivery> {
    this.#delivery ??= import('./delivery.ts').then(
      (module) => new module.Delivery(this.#options),
      (error: unknown) => {
        // the next call may have a network
        this.#delivery = null;
        throw error;
      },
    );
    return this.#delivery;
  }
}
