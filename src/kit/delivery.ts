import { MAX_RETRY_AFTER_MS, backoffMs } from '../core/backoff.ts';
import type { FeedbackEvent } from '../core/event.ts';
import type { EgressLevel } from '../core/signal.ts';
import type { PageNotes } from '../core/page-notes.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { Slate } from '../core/slate.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { type OutboxQuestion, changeOutboxState, readOutbox, removeSent } from '../store/outbox.ts';
import { type QueuedEvents, readPending } from '../store/outbox-state.ts';
import type { OutboxState } from '../store/schema.ts';
import type { Storage } from '../store/storage.ts';
import { type FlushResult, flushOutbox, sendLast } from '../sync/flush.ts';
import type { Emitter } from './emitter.ts';
import type { Journal, LeftEvents } from './journal.ts';
import { queueLeft } from './left-events.ts';
import { withOutboxLock } from './outbox-lock.ts';
import { OwnEvents } from './own-events.ts';
import { KIT_CLOSED } from './ranking.ts';
import type { Settings } from './settings.ts';
import type { DeliveryReport } from './types.ts';
import { whenCalm } from './when-calm.ts';

/** After a signal, so that a burst of impressions is one request. */
const FLUSH_DELAY_MS = 1_000;
/** So many events are a batch of their own, which waits for nothing. */
const FULL_BATCH = 50;

export interface DeliveryOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed, sends at another level from now on, or everything is erased; a problem as reason says so. */
  readonly closed: AbortSignal;
  /** What the kit does on this page, for the event `health`. */
  readonly notes: PageNotes;
  readonly slates: Emitter<Slate>;
  readonly journal: Journal;
  /** Has what another page has decided meanwhile followed, which may end this delivery. */
  readonly look: () => void;
  readonly onReport: (report: DeliveryReport) => void;
}

interface Attempt {
  /** Not by a timer: a delay of our own making does not hold it up. */
  readonly isAsked?: boolean;
  /** Events under way already, and then those that were taken; sent again beside that, they would go twice. */
  readonly settling?: Promise<readonly FeedbackEvent[]>;
}

/** Decides when the outbox is sent: soon after a signal, when the page is left or comes back, and after a failure later. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #own = new OwnEvents();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since the last flush. */
  #queued = 0;
  /** The last attempt of this page was not taken. */
  #failing = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    if (options.closed.aborted) return;
    document.addEventListener('visibilitychange', this.#onHide);
    window.addEventListener('pagehide', this.#onHide);
    window.addEventListener('pageshow', this.#onReturn);
    window.addEventListener('online', this.#onReturn);
    options.closed.addEventListener('abort', () => this.#stop(), { once: true });
    void this.#start();
    if (options.settings.eventsUrl !== null && options.settings.egress !== 'none')
      whenCalm(options, () => void this.#startVitals());
  }

  /** Takes note of rows of the outbox and sends soon. */
  schedule(queued?: QueuedEvents): void {
    const { closed, settings } = this.#options;
    if (closed.aborted || settings.eventsUrl === null) return;
    if (queued !== undefined) this.#own.add(queued);
    this.#queued += queued?.events.length ?? 0;
    if (this.#queued >= FULL_BATCH && !this.#failing) void this.#attempt();
    else this.#setTimer(FLUSH_DELAY_MS);
  }

  /** Queues events that lie in the journal under `id`. Never rejects. */
  queue(left: LeftEvents, id: string): Promise<void> {
    return queueLeft({ ...this.#options, onQueued: (queued) => this.schedule(queued) }, left, id);
  }

  /** Sends what is unsent at the time of the call; only a collector that has asked for time is left alone. Never rejects. */
  flush(): Promise<DeliveryReport> {
    return this.#attempt({ isAsked: true });
  }

  /** Deletes what is above `level`; a page that is sending meanwhile at the level of before is about to be told. */
  async lower(level: EgressLevel): Promise<void> {
    await readOutbox((await this.#options.opened).storage, { ...this.#question(1), level });
  }

  readonly #onHide = (event: Event): void => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') this.#leave();
  };

  readonly #onReturn = ({ type, persisted }: Event & { readonly persisted?: boolean }): void => {
    // the first `pageshow` of a page is its start
    if (type === 'online' || persisted) void this.#attempt({ isAsked: true });
  };

  /** The page may be gone before a lock or a database answers: what it has queued itself goes at once. */
  #leave(): void {
    const { settings, closed, look } = this.#options;
    const { eventsUrl: url, writeKey: key, fetch, clock } = settings;
    look();
    if (url === null || settings.egress === 'none' || this.#failing || closed.aborted) return;
    const waiting = this.#own.take();
    const settling = sendLast({ url, key, fetch, clock, signal: closed }, waiting);
    void this.#attempt({ settling });
  }

  #attempt(how: Attempt = {}): Promise<DeliveryReport> {
    this.#queued = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const report = this.#last.then(() => this.#flush(how));
    this.#last = report;
    return report;
  }

  #setTimer(ms: number): void {
    if (this.#options.closed.aborted) return;
    this.#timer ??= setTimeout(() => void this.#attempt(), ms);
  }

  async #start(): Promise<void> {
    try {
      const { storage } = await this.#options.opened;
      // what this page has queued itself has a timer
      const { events } = await readPending(storage);
      if (events > 0 && this.#timer === undefined) await this.#attempt();
    } catch {
      // a storage that fails says so at the next signal
    }
  }

  /** In a chunk of its own, which costs nobody anything if it does not come. */
  async #startVitals(): Promise<void> {
    try {
      const { startVitals } = await import('./vitals.ts');
      startVitals({ ...this.#options, onQueued: (queued) => this.schedule(queued) });
    } catch {
      // this page view is not measured
    }
  }

  async #flush({ isAsked = false, settling }: Attempt): Promise<DeliveryReport> {
    const { opened, closed, look, onReport } = this.#options;
    look();
    if (closed.aborted) return { sent: 0, pending: 0, problem: endOf(closed) };
    try {
      const { storage } = await opened;
      const settled = (await settling) ?? [];
      if (settled.length > 0) await removeSent(storage, settled);
      const result = await this.#send(storage, isAsked);
      const [sent, problem] = [settled.length + result.sent, result.problem];
      const { events: pending, retryAt } = await readPending(storage);
      const report = { sent, pending, ...(problem && { problem }) };
      if (pending > 0 && retryAt !== null) this.#setTimer(this.#wait(retryAt));
      if (sent > 0 || pending > 0) onReport(report);
      return report;
    } catch (error) {
      // a closed storage or an aborted wait for the lock is no failure
      const problem: Problem = closed.aborted
        ? endOf(closed)
        : createProblem('storage_failed', `the outbox could not be read: ${String(error)}`);
      return { sent: 0, pending: 0, problem };
    }
  }

  async #send(storage: Storage, isAsked: boolean): Promise<FlushResult> {
    const { settings, closed: signal } = this.#options;
    const { eventsUrl: url, writeKey: key, fetch, clock, egress: level } = settings;
    const source = (renew: () => Promise<void>) => ({
      read: async (limit: number) => {
        await renew();
        const page = await readOutbox(storage, this.#question(limit));
        this.#own.begin(page.clientId);
        return page;
      },
      begin: (events: readonly FeedbackEvent[]) => this.#own.forget(events),
      remove: removeSent.bind(null, storage),
    });
    return withOutboxLock({ storage, settings, signal }, async (renew): Promise<FlushResult> => {
      const outbox = source(renew);
      if (url === null || level === 'none') {
        // what an earlier page queued and this one may not send is deleted all the same
        await outbox.read(1);
        return { sent: 0 };
      }
      const state = await changeOutboxState(storage, settings, () => null);
      if (this.#mustWait(state, isAsked)) return { sent: 0 };
      const result = await flushOutbox({ outbox, url, key, fetch, clock, signal });
      this.#failing = result.problem !== undefined && !signal.aborted;
      if (this.#failing) await this.#note(storage, result);
      return result;
    });
  }

  #question(limit: number): OutboxQuestion {
    const { egress: level, unitId } = this.#options.settings;
    return { environment: this.#options.settings, level, limit, unitId };
  }

  /** A time beyond what is ever asked for is of a clock that has jumped. */
  #mustWait({ retryAt, isTold }: OutboxState, isAsked: boolean): boolean {
    const ms = retryAt - this.#options.settings.clock();
    return ms > 0 && ms <= MAX_RETRY_AFTER_MS && (isTold || !isAsked);
  }

  #wait = (retryAt: number): number =>
    Math.min(MAX_RETRY_AFTER_MS, Math.max(FLUSH_DELAY_MS, retryAt - this.#options.settings.clock()));

  /** For all pages and the next start: when to try again, and what alone. */
  async #note(storage: Storage, { retryAfterMs, probeTo }: FlushResult): Promise<void> {
    const { clock, random } = this.#options.settings;
    await changeOutboxState(storage, this.#options.settings, ({ failures }) => ({
      failures: failures + 1,
      // beside what was asked for: all who were asked at once must not come back at once
      retryAt: clock() + (retryAfterMs ?? 0) + backoffMs(failures + 1, random),
      isTold: retryAfterMs !== undefined,
      probeTo: probeTo ?? null,
    }));
  }

  #stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onHide);
    window.removeEventListener('pagehide', this.#onHide);
    window.removeEventListener('pageshow', this.#onReturn);
    window.removeEventListener('online', this.#onReturn);
  }
}

const endOf = ({ reason }: AbortSignal): Problem => (isProblem(reason) ? reason : KIT_CLOSED);
