import { type QueuedEvents, readPending } from '../store/outbox-state.ts';
import { lowerLevel } from '../core/consent.ts';
import { createProblem } from '../core/problem.ts';
import type { EgressLevel } from '../core/signal.ts';
import { createUuid } from '../core/uuid.ts';
import type { Delivery, DeliveryOptions } from './delivery.ts';
import type { DeliveryReport } from './types.ts';

/** Delivery is a chunk of its own, which a page that sends nothing and has nothing to delete never fetches. */
export class DeliveryPort {
  readonly #options: DeliveryOptions;
  #delivery: Promise<Delivery> | null = null;
  /** Of what delivers now. */
  #ending = new AbortController();
  #level: EgressLevel;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { closed, settings } = options;
    this.#level = settings.egress;
    closed.addEventListener('abort', () => this.#ending.abort(), { once: true });
    this.#start();
  }

  /**
   * Ends what is under way where the level is another than before, and delivers at the new one: what is above that is
   * deleted first. Resolves after that. Rejects where storage fails.
   */
  async follow(): Promise<void> {
    const { closed, settings } = this.#options;
    const [before, level] = [this.#level, settings.egress];
    if (level === before) return;
    this.#level = level;
    const isLower = lowerLevel(before, level) === level;
    // a rise from one level to another ends nothing: what is under way may go at both
    if (isLower || before === 'none') this.restart('consent has changed while events were being sent');
    if (isLower && !closed.aborted) await (await this.#load()).lower(level);
  }

  /** Ends what is under way and forgets what waits in memory: events go on from storage. */
  restart(why: string): void {
    this.#ending.abort(createProblem('aborted', why));
    this.#delivery = null;
    this.#ending = new AbortController();
    if (!this.#options.closed.aborted) this.#start();
  }

  #start(): void {
    const { eventsUrl, egress } = this.#options.settings;
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

  /** Tells an act that is no signal: it lies in the journal at once, and in the outbox when this resolves. Never rejects. */
  async tell(kind: 'opt_out'): Promise<void> {
    const { settings, journal } = this.#options;
    const uuid = createUuid(settings);
    const draft = { id: uuid, at: settings.clock(), kind, consent: settings.egress };
    const left = { drafts: [draft], erased: settings.erasures.stamp };
    const id = journal.addEvents(left, uuid);
    // else the next page does it
    await this.#load().then(
      (delivery) => delivery.queue(left, id),
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

  /** An earlier page may have queued what this one may not send: delivery deletes it. */
  async #lookForRows(): Promise<void> {
    try {
      if ((await readPending((await this.#options.opened).storage)).events > 0) await this.#load();
    } catch {
      // a storage that fails says so at the next signal
    }
  }

  #load(): Promise<Delivery> {
    const { signal: closed } = this.#ending;
    const onReport = (report: DeliveryReport): void => {
      if (!closed.aborted) this.#options.onReport(report);
    };
    this.#delivery ??= import('./delivery.ts').then(
      (module) => new module.Delivery({ ...this.#options, closed, onReport }),
      (error: unknown) => {
        // the next call may have a network
        this.#delivery = null;
        throw error;
      },
    );
    return this.#delivery;
  }
}
