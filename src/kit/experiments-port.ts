import type { Assignment } from '../core/assignment.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { Arrangement, Experiments, ExperimentsOptions } from './experiments.ts';
import { nextTask } from './own-task.ts';
import { within } from './within.ts';

/** Experiments are a chunk of their own, which a page without any never fetches. */
export class ExperimentsPort {
  readonly #options: ExperimentsOptions;
  readonly #loaded: Promise<Experiments> | null;

  constructor(options: ExperimentsOptions) {
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

  /** Where the page's bundle lies: in an arm's folder, or in `own`. Waited for only where an arm names one. */
  async bundleUrl(own: string): Promise<string> {
    const { settings } = this.#options;
    const late = new AbortController();
    const chosen = await this.#ask<{ bundle?: string }>(async (loaded) =>
      JSON.stringify(settings.experiments?.set).includes('"bundle"') ? (await loaded).chooseBundle(late.signal) : {},
    );
    late.abort();
    return chosen?.bundle ?? own;
  }

  /** Without an answer in time the slate is as without experiments, and counts for none. */
  readonly arrange = async (placement: string, abort?: AbortSignal): Promise<Arrangement> =>
    (await this.#ask(async (loaded) => (await loaded).arrange(placement), abort)) ?? {
      ...{ arms: [], policy: this.#options.settings.policy, isServerOrder: false },
    };

  /** What of it concerns the element and not its slates. All of a page ask at once, and go on in a task for each. */
  async arrangement(placement: string): Promise<Pick<Arrangement, 'source' | 'layout'>> {
    await nextTask();
    const { source, layout } = await this.arrange(placement);
    return { ...(source && { source }), ...(layout && { layout }) };
  }

  /** Within half of a slate's deadline. */
  async #ask<T extends object>(
    ask: (loaded: Promise<Experiments>) => Promise<T>,
    abort?: AbortSignal,
  ): Promise<T | undefined> {
    const { settings, closed } = this.#options;
    if (this.#loaded === null) return undefined;
    try {
      const ends = abort ? [closed, abort] : [closed];
      const answer = await within(ask(this.#loaded), settings.deadlineMs / 2, ends);
      return typeof answer === 'string' ? undefined : answer;
    } catch {
      return undefined;
    }
  }

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
