import type { SignalKind } from './signal.ts';

/** What the ranker needs of one signal. */
export interface VisitorSignal {
  readonly at: number;
  readonly sessionId: string;
  readonly kind: SignalKind;
  /** Signed 32-bit item hash; 0 without an item. */
  readonly item: number;
  readonly dwellMs: number;
  readonly confidence: number;
}

/** The visitor's whole stored past with one item, over earlier sessions (exposures and dismissals: over all). */
export interface ItemHistory {
  purchases: number;
  lastPurchaseAt: number;
  /** Earlier sessions with the item bought or viewed. */
  sessions: number;
  /** Ordinal of the newest such session, from 1. */
  lastSession: number;
  views: number;
  lastViewAt: number;
  dismissals: number;
  impressions: number;
}

/** Which kinds are interest in an item and so enter the window of events. */
export const INTEREST_KINDS: ReadonlySet<SignalKind> = new Set(['view', 'click', 'add_to_cart', 'purchase', 'dismiss']);

/** Two interests within this many steps of one session count as "next to each other" (DESIGN section 5). */
const NEXT_REACH = 4;

/** What features read of a visitor. */
export type VisitorFacts = Pick<Visitor, 'sessions' | 'events' | 'item' | 'items' | 'followed' | 'beside' | 'hasMet'>;

/**
 * A visitor's signals folded into what features need: sums over earlier sessions and the events of the running
 * one. Signals are added in time order. The trainer and the worker use this same object.
 */
export class Visitor<S extends VisitorSignal = VisitorSignal> {
  /** Earlier sessions folded so far. */
  sessions = 0;
  /** Time of the newest signal, or 0. */
  newestAt = 0;
  /** Times of all signals, for counting those newer than the server had seen. */
  readonly #times: number[] = [];
  readonly #items = new Map<number, ItemHistory>();
  readonly #followed = new Map<number, Map<number, number>>();
  #current: S[] = [];

  add(signal: S): void {
    const last = this.#current.at(-1);
    if (last !== undefined && last.sessionId !== signal.sessionId) this.#fold();
    this.newestAt = Math.max(this.newestAt, signal.at);
    this.#times.push(signal.at);
    if (signal.kind === 'impression') this.#item(signal.item).impressions++;
    else if (signal.kind === 'dismiss') this.#item(signal.item).dismissals++;
    this.#current.push(signal);
  }

  /** All signals of session `sessionId` as they were added; folds the collected session if it is another one. */
  running(sessionId: string | null): readonly S[] {
    if (this.#current.length > 0 && this.#current[0]?.sessionId !== sessionId) this.#fold();
    return this.#current;
  }

  /** Events of interest in session `sessionId`, newest first; folds the collected session if it is another one. */
  events(sessionId: string | null, limit: number): readonly S[] {
    const running = this.running(sessionId);
    const events: S[] = [];
    for (let i = running.length - 1; i >= 0 && events.length < limit; i--) {
      const signal = running[i];
      if (INTEREST_KINDS.has(signal.kind)) events.push(signal);
    }
    return events;
  }

  /** How many signals are newer than `at`. */
  countSince(at: number): number {
    return this.#times.reduce((count, time) => count + (time > at ? 1 : 0), 0);
  }

  item(item: number): ItemHistory | undefined {
    return this.#items.get(item);
  }

  /** Everything the visitor has met, by signed item hash. */
  get items(): ReadonlyMap<number, ItemHistory> {
    return this.#items;
  }

  /** How strongly `to` came after `from` in earlier sessions: the sum of 1/distance within 4 steps. */
  followed(from: number, to: number): number {
    return this.#followed.get(from)?.get(to) ?? 0;
  }

  /** The same in either order. */
  beside(one: number, other: number): number {
    return this.followed(one, other) + this.followed(other, one);
  }

  /** Whether the item was met in an earlier session. */
  hasMet(item: number): boolean {
    return (this.#items.get(item)?.sessions ?? 0) > 0;
  }

  #item(item: number): ItemHistory {
    let history = this.#items.get(item);
    if (history === undefined) {
      history = { purchases: 0, lastPurchaseAt: 0, sessions: 0, lastSession: 0 } as ItemHistory;
      Object.assign(history, { views: 0, lastViewAt: 0, dismissals: 0, impressions: 0 });
      this.#items.set(item, history);
    }
    return history;
  }

  #fold(): void {
    this.sessions++;
    const steps: number[] = [];
    for (const signal of this.#current) {
      if (signal.item === 0 || signal.kind === 'dismiss' || !INTEREST_KINDS.has(signal.kind)) continue;
      this.#count(signal);
      // a click and the view that follows it are one step
      if (steps.at(-1) !== signal.item) steps.push(signal.item);
    }
    this.#link(steps);
    this.#current = [];
  }

  #count({ item, kind, at }: VisitorSignal): void {
    const history = this.#item(item);
    if (kind === 'purchase') {
      history.purchases++;
      history.lastPurchaseAt = Math.max(history.lastPurchaseAt, at);
    } else {
      history.views++;
      history.lastViewAt = Math.max(history.lastViewAt, at);
    }
    if (history.lastSession !== this.sessions) history.sessions++;
    history.lastSession = this.sessions;
  }

  #link(steps: readonly number[]): void {
    steps.forEach((from, at) => {
      const last = Math.min(steps.length - 1, at + NEXT_REACH);
      for (let j = at + 1; j <= last; j++) {
        const row = this.#followed.get(from) ?? new Map<number, number>();
        row.set(steps[j], (row.get(steps[j]) ?? 0) + 1 / (j - at));
        this.#followed.set(from, row);
      }
    });
  }
}
