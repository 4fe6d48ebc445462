import type { Assignment } from '../core/assignment.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { Arrangement, Experiments, ExperimentsOptions } from './experiments.ts';
import { within } from './within.ts';

/** Experiments are a chunk of their own, which a page without any never fetches. */
export class ExperimentsPort {
  readonly #options: ExperimentsOptions & { readonly closed: AbortSignal };
  readonly #loaded: Promise<Experiments> | null;

  constructor(options: ExperimentsOptions & { readonly closed: AbortSignal }) {
    this.#options = options;
    const { experiments } = options.settings;
    this.#loaded =
      experiments && import('./experiments.ts').then((module) => new module.Experiments(options, experiments));
    this.#loaded?.catch((error: unknown) => options.onProblem(failure(error)));
  }

  async assignments(): Promise<readonly Assignment[]> {
    try {
      return (await (await this.#loaded)?.assignments()) ?? [];
    } catch (error) {
      this.#options.onProblem(failure(error));
      return [];
    }
  }

  /** Within half of a slate's deadline; without an answer by then the slate is as without experiments, and counts for none. */
  readonly arrange = async (placement: string, abort: AbortSignal | undefined): Promise<Arrangement> => {
    const { settings, closed } = this.#options;
    const without = { arms: [], policy: settings.policy, isServerOrder: false };
    if (this.#loaded === null) return without;
    const asked = this.#loaded.then((experiments) => experiments.arrange(placement));
    const answer = await within(asked, settings.deadlineMs / 2, abort ? [closed, abort] : [closed]).catch(
      () => 'aborted' as const,
    );
    return typeof answer === 'string' ? without : answer;
  };

  /** The unit, or what may be known of it, is another one from now on. */
  forget(): void {
    this.#loaded?.then(
      (experiments) => experiments.forget(),
      () => undefined,
    );
  }
}

const failure = (error: unknown): Problem =>
  createProblem('storage_failed', `experiments could not be loaded or assigned, so none runs: ${String(error)}`);
