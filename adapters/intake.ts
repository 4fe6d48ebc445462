import { type Problem, isProblem } from '../src/core/problem.ts';
import type { SignalInput } from '../src/core/signal.ts';
import type { Kit } from '../src/kit/types.ts';
import type { ParsedCall } from './tracking-call.ts';

/** What an adapter needs of a kit. */
export type AdapterKit = Pick<Kit, 'record' | 'describe'>;

export interface AdapterOptions {
  /** Told once of each kind of call that should have been recorded and could not be. */
  readonly onProblem?: (problem: Problem) => void;
}

/** Orders and messages that are remembered. */
const MAX_KEYS = 200;

/** Takes what calls were read as and records it. Never throws: it runs inside the site's own calls. */
export function createIntake(kit: AdapterKit, { onProblem }: AdapterOptions): (call: ParsedCall) => void {
  const told = new Set<string>();
  const known = new Set<string>();
  const tell = (problem: Problem | undefined): void => {
    if (problem === undefined || told.has(problem.message)) return;
    told.add(problem.message);
    onProblem?.(problem);
  };
  return (call) => {
    try {
      if (call === null) return;
      if (isProblem(call)) return tell(call);
      if (call.keys.some((key) => known.has(key))) return;
      call.keys.forEach((key) => known.add(key));
      for (const key of known) {
        if (known.size <= MAX_KEYS) break;
        known.delete(key);
      }
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
