import { type Problem, isProblem } from '../src/core/problem.ts';
import type { SignalInput } from '../src/core/signal.ts';
import type { Kit } from '../src/kit/types.ts';
import type { ParsedCall, TrackingCall } from './tracking-call.ts';

/** What an adapter needs of a kit. */
export type AdapterKit = Pick<Kit, 'record' | 'describe'>;

export interface AdapterOptions {
  /** Told once of each kind of call that should have been recorded and could not be. */
  readonly onProblem?: (problem: Problem) => void;
}

/** Of orders as of other messages, how many are remembered. */
const MAX_KEYS = 200;

/** Whether a call is one that has been taken before; takes note of it. */
export type IsRepeated = (call: TrackingCall) => boolean;

/** Keys by what they are of: many views, each with its message, must not push an order out. */
type Keys = Readonly<Record<'orders' | 'messages', ReadonlySet<string>>>;

/**
 * Remembers of each layer or library, until the page ends, what has been taken of it: who connects to it later, another
 * kit too, does not take an order again. Two that are connected at once take each what comes.
 */
export function createMemory(): (of: object) => IsRepeated {
  const taken = new WeakMap<object, Keys>();
  const without: Keys = { orders: new Set(), messages: new Set() };
  return (of) => {
    let own = taken.get(of) ?? without;
    return ({ signals, keys }) => {
      const kind = signals[0]?.kind === 'purchase' ? 'orders' : 'messages';
      if (keys.some((key) => own[kind].has(key))) return true;
      const noting = (known: Keys): Keys => ({
        ...known,
        [kind]: new Set([...known[kind], ...keys].slice(-MAX_KEYS)),
      });
      own = noting(own);
      taken.set(of, noting(taken.get(of) ?? without));
      return false;
    };
  };
}

/** Takes what calls were read as and records it. Never throws: it runs inside the site's own calls. */
export function createIntake(
  kit: AdapterKit,
  { onProblem }: AdapterOptions,
  isRepeated: IsRepeated = () => false,
): (call: ParsedCall) => void {
  const told = new Set<string>();
  const tell = (problem: Problem | undefined): void => {
    if (problem === undefined || told.has(problem.message)) return;
    told.add(problem.message);
    onProblem?.(problem);
  };
  return (call) => {
    try {
      if (call === null) return;
      if (isProblem(call)) return tell(call);
      if (isRepeated(call)) return;
      // tracking is no catalogue: its words for a category are its own, and a control arm may rank without it
      const toldBy = call.signals[0]?.via;
      kit.describe(call.items.map((item) => ({ ...item, ...(toldBy !== undefined && { toldBy }) })));
      for (const signal of call.signals) record(kit, signal);
      tell(call.problem);
    } catch (error) {
      // the page's own listener, or a kit that is none
      reportError(error);
    }
  };
}

/** An async function: a kit that throws at once becomes a rejection, and neither reaches the page. */
function record(kit: AdapterKit, signal: SignalInput): void {
  (async () => kit.record(signal))().catch(() => undefined);
}
