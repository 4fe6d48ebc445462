import { type Problem, createProblem } from '../core/problem.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { countUnsent, readOutbox, removeSent } from '../store/outbox.ts';
import type { Storage } from '../store/storage.ts';
import { type FlushResult, flushOutbox } from '../sync/flush.ts';
import { KIT_CLOSED } from './ranking.ts';
import type { Settings } from './settings.ts';
import type { DeliveryReport } from './types.ts';

/** After a signal, so that a burst of impressions is one request. */
const FLUSH_DELAY_MS = 1_000;

export interface DeliveryOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  readonly onReport: (report: DeliveryReport) => void;
}

/** Decides when the outbox is sent: soon after a signal, when the page is hidden, and when it starts. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#onHide);
    window.addEventListener('pagehide', this.#onHide);
    options.closed.addEventListener('abort', () => this.#stop(), { once: true });
    void this.#start();
  }

  /** Sends soon. */
  schedule(): void {
    if (this.#options.closed.aborted || this.#options.settings.eventsUrl === null) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, FLUSH_DELAY_MS);
  }

  /** Sends what is unsent at the time of the call. Never rejects. */
  flush(): Promise<DeliveryReport> {
    const report = this.#last.then(() => this.#flush());
    this.#last = report;
    return report;
  }

  readonly #onHide = (event: Event): void => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') void this.flush();
  };

  async #start(): Promise<void> {
    try {
      const { storage } = await this.#options.opened;
      if ((await countUnsent(storage)) > 0) await this.flush();
    } catch {
      // a storage that fails says so at the next signal
    }
  }

  async #flush(): Promise<DeliveryReport> {
    const { opened, closed, onReport } = this.#options;
    if (closed.aborted) return { sent: 0, pending: 0, problem: KIT_CLOSED };
    try {
      const { storage } = await opened;
      const { sent, problem } = await this.#send(storage);
      const report = { sent, pending: await countUnsent(storage), ...(problem && { problem }) };
      if (sent > 0 || report.pending > 0) onReport(report);
      return report;
    } catch (error) {
      // a closed storage or an aborted wait for the lock is no failure
      const problem: Problem = closed.aborted
        ? KIT_CLOSED
        : createProblem('storage_failed', `the outbox could not be read: ${String(error)}`);
      return { sent: 0, pending: 0, problem };
    }
  }

  async #send(storage: Storage): Promise<FlushResult> {
    const { settings, closed: signal } = this.#options;
    const { eventsUrl: url, fetch, clock, storageName } = settings;
    const outbox = {
      read: (limit: number) => readOutbox(storage, { environment: settings, level: settings.egress, limit }),
      remove: removeSent.bind(null, storage),
    };
    const send = async (): Promise<FlushResult> => {
      if (url !== null && settings.egress !== 'none') return flushOutbox({ outbox, url, fetch, clock, signal });
      // what an earlier page queued and this one may not send is deleted all the same
      await outbox.read(1);
      return { sent: 0 };
    };
    const { locks } = navigator as Partial<Navigator>;
    // one drainer at a time among all pages of the origin; without locks the collector drops the repeats
    return locks ? locks.request(`nearside-outbox ${storageName}`, { signal }, send) : send();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onHide);
    window.removeEventListener('pagehide', this.#onHide);
  }
}
