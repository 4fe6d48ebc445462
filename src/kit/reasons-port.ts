import { type Problem, createProblem } from '../core/problem.ts';
import type { Reason } from '../core/reason.ts';
import type { Slate } from '../core/slate.ts';
import { KIT_CLOSED, type RankingOptions } from './ranking.ts';
import type * as Reasoning from './reasoning.ts';

/** Slates that can be asked for their reasons. */
const MAX_KEPT_SLATES = 8;

/** Reasoning is a chunk of its own: most pages never ask. */
export class ReasonsPort {
  readonly #options: RankingOptions;
  /** By slate id, oldest first. */
  readonly #kept = new Map<unknown, Reasoning.KeptSlate>();

  constructor(options: RankingOptions) {
    this.#options = options;
  }

  keep(kept: Reasoning.KeptSlate): void {
    this.#kept.set(kept.slate.slateId, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT_SLATES) this.#kept.delete(oldest);
  }

  forget(): void {
    this.#kept.clear();
  }

  reasons(slate: Slate, limit: number): Promise<ReadonlyMap<string, readonly Reason[]> | Problem> {
    // from outside: it may be missing
    const kept = this.#kept.get((slate as Slate | undefined)?.slateId);
    return this.#use(({ explainSlate }) => explainSlate(this.#options, kept, limit));
  }

  ignore(reason: Reason): Promise<Problem | null> {
    return this.#use(({ ignoreReason }) => ignoreReason(this.#options, reason));
  }

  async #use<T>(use: (module: typeof Reasoning) => Promise<T>): Promise<T | Problem> {
    if (this.#options.closed.aborted) return KIT_CLOSED;
    try {
      return await use(await import('./reasoning.ts'));
    } catch (error) {
      return createProblem('reasons_unavailable', `the script that gives reasons did not load: ${String(error)}`);
    }
  }
}
