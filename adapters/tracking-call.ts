import type { Candidate } from '../src/core/candidate.ts';
import { type Problem, createProblem } from '../src/core/problem.ts';
import type { SignalInput, SignalKind } from '../src/core/signal.ts';

/** What one call of a site's own tracking says, in the kit's terms. */
export interface TrackingCall {
  readonly signals: readonly SignalInput[];
  /** What it says of the items, for `kit.describe`. */
  readonly items: readonly Candidate[];
  /** Of its order or message: a later call with one of these is the same again. */
  readonly keys: readonly string[];
  /** What was left out of it. */
  readonly problem?: Problem;
}

/** Null: not one of the calls that mean something here. */
export type ParsedCall = TrackingCall | Problem | null;

export const ignored = (what: string): Problem => createProblem('adapter_ignored', `ignored: ${what}`);

/** What comes from a page may have getters that throw. */
export function readSafely(via: string, read: () => ParsedCall): ParsedCall {
  try {
    return read();
  } catch {
    return ignored(`${via}: a call that cannot be read`);
  }
}

/** What an event means by this table; null: nothing. */
export const kindOf = <K extends SignalKind>(kinds: Readonly<Record<string, K | null>>, event: unknown): K | null =>
  typeof event === 'string' && Object.hasOwn(kinds, event) ? (kinds[event] ?? null) : null;
