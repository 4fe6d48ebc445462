import type { Consent } from '../core/consent.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { Consents } from './consents.ts';
import type { Erasures } from './erasures.ts';
import { createEmitter } from './emitter.ts';

export interface ConsentWatchOptions {
  readonly consents: Consents;
  readonly erasures: Erasures;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  /**
   * Makes everything go by what holds now, before its first await; `isOwn` where this page was told, and not another.
   * Rejects where storage fails.
   */
  readonly follow: (before: Consent, isOwn: boolean) => Promise<unknown>;
  /** Another page has erased everything. */
  readonly onErased: () => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Notices that consent has changed, or everything been erased, here or on another page, and has it followed once. */
export class ConsentWatch {
  readonly changes = createEmitter<Consent>();
  readonly #options: ConsentWatchOptions;
  #followed: Consent;
  #following: Promise<Problem | null> = Promise.resolve(null);

  constructor(options: ConsentWatchOptions) {
    this.#options = options;
    const { consents, closed: signal } = options;
    this.#followed = consents.inEffect;
    const look = (): void => this.look();
    // a page in the back-forward cache is not told
    for (const event of ['storage', 'pageshow']) window.addEventListener(event, look, { signal });
  }

  /** To be called before each act: the event of another page's answer may still be on its way. */
  look(): void {
    const { consents, erasures, onErased } = this.#options;
    if (erasures.look()) onErased();
    consents.refresh();
    void this.#follow();
  }

  /** Resolves when the answer is followed. */
  async set(input: unknown): Promise<Problem | null> {
    // what another page was told is not this one's to tell
    this.look();
    const problem = this.#options.consents.set(input);
    return (await this.#follow(true)) ?? problem;
  }

  #follow(isOwn = false): Promise<Problem | null> {
    const { consents, closed, follow, onProblem } = this.#options;
    const [before, now] = [this.#followed, consents.inEffect];
    if (now === before || closed.aborted) return this.#following;
    this.#followed = now;
    if (consents.problem) onProblem(consents.problem);
    this.#following = follow(before, isOwn).then(
      () => null,
      (error: unknown) => {
        const problem = createProblem('storage_failed', `consent has changed, and storage failed: ${String(error)}`);
        onProblem(problem);
        return problem;
      },
    );
    this.changes.emit(now);
    return this.#following;
  }
}
