import type { Kit, Problem, Reason, Slate } from 'nearside';
import type { Progress } from '../progress.ts';

export type SlateReasons = ReadonlyMap<string, readonly Reason[]> | Problem;

/** Reasons of slates, asked for once each: they cost as much as some rankings. */
export class AskedReasons {
  readonly #kit: Kit;
  readonly #progress: Progress;
  readonly #onAnswer: () => void;
  readonly #answers = new WeakMap<Slate, { readonly limit: number; reasons?: SlateReasons }>();

  constructor(kit: Kit, progress: Progress, onAnswer: () => void) {
    this.#kit = kit;
    this.#progress = progress;
    this.#onAnswer = onAnswer;
  }

  /** Of the first `limit` items; undefined until they have come. */
  of(slate: Slate, limit: number): SlateReasons | undefined {
    const known = this.#answers.get(slate);
    if (known === undefined || known.limit < limit) void this.#ask(slate, limit);
    return known?.reasons;
  }

  async #ask(slate: Slate, limit: number): Promise<void> {
    const before = this.#answers.get(slate)?.reasons;
    const answer: { limit: number; reasons?: SlateReasons } = { limit, ...(before && { reasons: before }) };
    this.#answers.set(slate, answer);
    answer.reasons = await this.#progress.track('Finding the reasons', this.#kit.reasons(slate, limit));
    this.#onAnswer();
  }
}
