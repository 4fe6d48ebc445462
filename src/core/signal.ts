import { toEpochMs } from './clock.ts';
import type { DismissReason } from './dismiss-reason.ts';
import { type Money, parseMargin, parseMoney } from './money.ts';
import { type Problem, createProblem } from './problem.ts';

/** In the order of the one-hot columns of the tensor `event_act`. */
export const SIGNAL_KINDS = ['view', 'click', 'add_to_cart', 'purchase', 'dismiss', 'search', 'impression'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** A session ends after this long without a signal (the web-analytics convention, and the figure). */
export const SESSION_GAP_MS = 30 * 60_000;

/** What leaves the device: nothing, what a visitor does to a slate, or also how it was decided (docs/privacy.md). */
export const EGRESS_LEVELS = ['none', 'events', 'training'] as const;
export type EgressLevel = (typeof EGRESS_LEVELS)[number];

/** What a page hands to `record` and `import`. */
export interface SignalInput {
  readonly kind: SignalKind;
  /** Required for every kind but `search`. */
  readonly itemId?: string;
  readonly query?: string;
  readonly dwellMs?: number;
  readonly quantity?: number;
  readonly value?: Money;
  /** Of a purchase: what is left of `value` to the site; below 0 where something is sold under its cost. */
  readonly margin?: Money;
  /** Epoch ms; `record` defaults to now, `import` requires it. */
  readonly at?: number;
  /** For `import` only: the session as the site's log knows it. Without it, gaps of 30 minutes split sessions. */
  readonly sessionId?: string;
  /** The slate that the visitor acted on; makes this signal a feedback event as well. */
  readonly slateId?: string;
  /** Zero-based place in that slate. */
  readonly position?: number;
  /** What brought the signal, where that is not the page itself, such as an adapter: 1 to 64 of `A-Z a-z 0-9 - _ .` */
  readonly via?: string;
}

/** A stored signal: raw, on the device only. */
export interface Signal extends SignalInput {
  /** Storage order, assigned by the store, starting at 1. */
  readonly seq: number;
  /** UUIDv7. */
  readonly id: string;
  readonly at: number;
  readonly sessionId: string;
  readonly source: { readonly device: string; readonly confidence: number };
  readonly consent: EgressLevel;
  /** Of a dismissal; it stays on the device. */
  readonly reason?: DismissReason;
  /** The visitor does not want it to count: it stays in the log, and no ranking reads it. */
  readonly ignored?: true;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 1024;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isTime = (value: unknown): value is number => isCount(value) && value <= 8.64e15;

/** Names a source of signals. */
export const isVia = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);

const FIELDS: Record<string, readonly [check: (value: unknown) => boolean, want: string]> = {
  itemId: [isText, 'a text of 1 to 1024 characters'],
  query: [isText, 'a text of 1 to 1024 characters'],
  sessionId: [isText, 'a text of 1 to 1024 characters'],
  slateId: [isText, 'a text of 1 to 1024 characters'],
  dwellMs: [isCount, 'a number of milliseconds >= 0'],
  quantity: [isCount, 'a number >= 0'],
  position: [isCount, 'a number >= 0'],
  via: [isVia, '1 to 64 letters, digits, ".", "_" or "-"'],
  at: [isTime, 'epoch milliseconds'],
  value: [(value) => parseMoney(value) !== undefined, '{amount >= 0, currency: 3 capital letters}'],
  margin: [(value) => parseMargin(value) !== undefined, '{amount, currency: 3 capital letters}'],
};

/** Checks one signal from outside. Unknown fields are dropped; a wrong one makes a `signal_invalid` problem. */
export function parseSignal(input: unknown): SignalInput | Problem {
  const invalid = (why: string): Problem => createProblem('signal_invalid', `signal not recorded: ${why}`);
  if (typeof input !== 'object' || input === null) return invalid('it is not an object');
  const given = input as Record<string, unknown>;
  const kind = SIGNAL_KINDS.find((known) => known === given['kind']);
  if (kind === undefined) return invalid(`kind must be one of ${SIGNAL_KINDS.join(', ')}`);
  if (kind !== 'search' && given['itemId'] === undefined) return invalid(`kind ${kind} needs an itemId`);
  if (kind === 'search' && given['query'] === undefined) return invalid('kind search needs a query');
  const parsed: Record<string, unknown> = { kind };
  for (const [field, [check, want]] of Object.entries(FIELDS)) {
    const value = given[field];
    if (value === undefined || value === null) continue;
    if (!check(value)) return invalid(`${field} must be ${want}`);
    if (field === 'at' && toEpochMs(value as number) !== value) {
      return invalid('at looks like seconds or microseconds; give epoch milliseconds');
    }
    parsed[field] = value;
  }
  return parsed as unknown as SignalInput;
}
