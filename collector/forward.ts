import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../src/core/backoff.ts';
import type { ForwardCursor, ForwardLag, ForwardPosition, StreamMessage } from './forward-cursor.ts';

/** What erasures of other processes, which wake nobody, wait for at most. */
const POLL_MS = 1000;
/** Of the backoff: it ends at 16 s, because one collector that asks a server of its own overloads nothing. */
const MAX_FAILURES = 4;
/** How long `close` goes on forwarding. */
const FLUSH_MS = 5000;

/** Where events are forwarded to. */
export interface Sink {
  /** Names the stream and when it was made. */
  readonly stream: string;
  readonly isOpen: () => boolean;
  /** Resolves once all messages are acknowledged, to how many were too large and left out. Rejects where one was not. */
  publish(messages: readonly StreamMessage[]): Promise<number>;
  close(): Promise<void>;
}

export interface ForwarderOptions {
  readonly cursor: ForwardCursor;
  /** Rejects where there is no connection. */
  readonly connect: () => Promise<Sink>;
  readonly random: () => number;
  /** Why the sink takes nothing; told once for each outage. */
  readonly onOutage?: (message: string) => void;
}

/** What `/healthz` and `/metrics` say of forwarding; counts are since the start. */
export interface ForwardState extends ForwardLag {
  readonly connected: boolean;
  readonly events: number;
  readonly tombstones: number;
  /** Events that are larger than a message may be: they are in the log alone. */
  readonly tooLarge: number;
  readonly failures: number;
}

export interface Forwarder {
  /** Something was stored. */
  wake(): void;
  state(): ForwardState;
  /** Forwards what waits, for 5 s at most, and ends. */
  close(): Promise<void>;
}

/** Publishes what a log stores, in its order, and moves the log's cursor behind the acknowledgements. */
export function startForwarder(options: ForwarderOptions): Forwarder {
  const run = new ForwarderRun(options);
  const done = run.work();
  return {
    wake: () => run.wake(),
    state: () => run.state(),
    close: async () => {
      const limit = new AbortController();
      run.drain();
      await Promise.race([done, delay(FLUSH_MS, undefined, { signal: limit.signal }).catch(() => undefined)]);
      limit.abort();
      await run.end();
      await done;
      // it may have connected meanwhile
      await run.end();
      options.cursor.close();
    },
  };
}

class ForwarderRun {
  readonly #options: ForwarderOptions;
  readonly #counts = { events: 0, tombstones: 0, tooLarge: 0, failures: 0 };
  /** Failures in a row. */
  #streak = 0;
  #mode: 'on' | 'draining' | 'ended' = 'on';
  #sink: Sink | undefined;
  #position: ForwardPosition = { eventSeq: 0, tombstoneSeq: 0 };
  #sleep = new AbortController();
  #isAwake = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  state(): ForwardState {
    return { ...this.#options.cursor.lag(), connected: this.#sink?.isOpen() ?? false, ...this.#counts };
  }

  wake(): void {
    this.#isAwake = true;
    if (this.#streak === 0) this.#sleep.abort();
  }

  drain(): void {
    if (this.#mode === 'on') this.#mode = 'draining';
    this.#sleep.abort();
  }

  async end(): Promise<void> {
    this.#mode = 'ended';
    await this.#sink?.close();
  }

  async work(): Promise<void> {
    while (this.#mode !== 'ended') {
      this.#isAwake = false;
      const isIdle = await this.#round().catch((error: unknown) => this.#fail(error));
      if (isIdle && this.#mode !== 'on') return;
      if (isIdle) await this.#rest();
    }
  }

  /** Resolves to whether there is nothing to do for now. */
  async #round(): Promise<boolean> {
    const { cursor, connect } = this.#options;
    const sink = this.#sink?.isOpen() ? this.#sink : await connect();
    const isNew = sink !== this.#sink;
    // first, so that a failure closes it
    this.#sink = sink;
    if (isNew) this.#position = cursor.begin(sink.stream);
    const { events, tombstones, end } = cursor.read(this.#position);
    const { eventSeq, tombstoneSeq } = this.#position;
    // places whose events were erased are passed over without a message
    const isIdle = end.eventSeq === eventSeq && end.tombstoneSeq === tombstoneSeq;
    const messages = [...events, ...tombstones];
    const tooLarge = messages.length === 0 ? 0 : await sink.publish(messages);
    if (!isIdle) cursor.move(end);
    this.#position = end;
    this.#streak = 0;
    this.#counts.events += events.length - tooLarge;
    this.#counts.tombstones += tombstones.length;
    this.#counts.tooLarge += tooLarge;
    return isIdle;
  }

  async #fail(error: unknown): Promise<true> {
    this.#counts.failures += 1;
    this.#streak += 1;
    if (this.#streak === 1) this.#options.onOutage?.(error instanceof Error ? error.message : String(error));
    const sink = this.#sink;
    this.#sink = undefined;
    await sink?.close().catch(() => undefined);
    return true;
  }

  async #rest(): Promise<void> {
    if (this.#isAwake && this.#streak === 0) return;
    const ms = this.#streak === 0 ? POLL_MS : backoffMs(Math.min(this.#streak, MAX_FAILURES), this.#options.random);
    this.#sleep = new AbortController();
    await delay(ms, undefined, { signal: this.#sleep.signal }).catch(() => undefined);
  }
}
