import type { PageNotes } from '../core/page-notes.ts';
import type { ProblemCode } from '../core/problem.ts';
import { NO_RUN, type ReleaseFault, type ReleaseRun, addSlate, findFault } from '../core/release-run.ts';
import type { ChosenBundle } from '../core/releases.ts';
import type { Slate } from '../core/slate.ts';
import type { StoredRegistry } from '../store/schema.ts';
import type { BundleLoader } from './bundle-loader.ts';
import type { RegistryMemory } from './registry-memory.ts';
import type { Settings } from './settings.ts';
import type { Kit } from './types.ts';

/** What a bundle may be to blame for. That a runtime is late, or is not allowed here, is the page's matter. */
const FALLBACKS: ReadonlySet<ProblemCode> = new Set([
  'engine_failed',
  'engine_golden_mismatch',
  'model_contract_mismatch',
  'worker_timeout',
]);
/** As many as the store keeps. */
const MAX_OPEN = 50;

export interface ReleaseWatchOptions {
  readonly settings: Settings;
  readonly notes: PageNotes;
  readonly memory: RegistryMemory;
  readonly kit: () => Kit;
  readonly loader: BundleLoader;
  /** Newest first. */
  readonly chosen: readonly ChosenBundle[];
  readonly onFault: (bundle: string, fault: ReleaseFault) => void;
}

/** Watches how the bundle in use does on this device, against those that served here before. */
export class ReleaseWatch {
  readonly #options: ReleaseWatchOptions;
  /** In use; null where none is left. */
  #bundle: string | null = null;
  /** Another bundle is on its way: nothing is counted. */
  #isPaused = false;
  #runs: Readonly<Record<string, ReleaseRun>> = {};

  constructor(options: ReleaseWatchOptions) {
    this.#options = options;
  }

  start(): void {
    // the kit's end clears its listeners
    this.#options.kit().onSlate((slate) => void this.#count(slate));
  }

  /** Which bundle is in use from now on. */
  follow(bundle: string | null): void {
    this.#bundle = bundle;
  }

  /** Goes on after a roll-back. */
  resume(): void {
    this.#isPaused = false;
  }

  /** By what is known from before this page. */
  judge(bundle: string, runs: StoredRegistry['runs']): ReleaseFault | undefined {
    this.#runs = runs;
    const run = runs[bundle];
    return run && findFault(run, this.#reference(bundle));
  }

  async #count(slate: Slate): Promise<void> {
    const { notes, onFault, memory } = this.#options;
    const bundle = this.#bundle;
    const { tier, tierProblem, problems, items } = slate;
    if (this.#isPaused || bundle === null || items.length === 0 || tierProblem?.code === 'engine_loading') return;
    const codes = new Set([...problems, ...(tierProblem ? [tierProblem] : [])].map(({ code }) => code));
    // the GPU's own trouble is no bundle's
    const isMissed = codes.has('engine_golden_mismatch') || codes.has('bundle_file_invalid');
    const isGolden = isMissed && tier !== 'wasm' && tier !== 'webgpu';
    const isFallback = codes.has('scores_not_finite') || [...codes].some((code) => FALLBACKS.has(code));
    const ms = notes.slates.at(-1)?.ms ?? 0;
    const run = addSlate(this.#runs[bundle] ?? NO_RUN, { isFallback, ms });
    this.#runs = { ...this.#runs, [bundle]: run };
    const fault = isGolden ? 'golden' : findFault(run, this.#reference(bundle));
    if (fault) {
      this.#isPaused = true;
      onFault(bundle, fault);
      return;
    }
    const open = this.#options.settings.consents.isPersonal
      ? [{ slateId: slate.slateId, bundle, promised: this.#promised(slate) }]
      : [];
    await memory.change((kept) => ({
      ...kept,
      runs: { ...kept.runs, [bundle]: addSlate(kept.runs[bundle] ?? NO_RUN, { isFallback, ms }) },
      open: [...kept.open, ...open].slice(-MAX_OPEN),
    }));
  }

  /** Of each position, where the model says so; empty where its scores are no probabilities. */
  #promised({ tier, items }: Slate): readonly number[] {
    const { calibration } = this.#options.loader.models().heads[0] ?? {};
    if (tier === 'server' || tier === 'linear' || !calibration) return [];
    const { slope, offset } = calibration;
    return items.map(({ score }) => (score === null ? 0 : 1 / (1 + Math.exp(-(slope * score + offset)))));
  }

  /** Of the bundles that are older, the one that has served most here. */
  #reference(bundle: string): ReleaseRun | undefined {
    const { chosen } = this.#options;
    const older = chosen.slice(chosen.findIndex((one) => one.bundle === bundle) + 1);
    return older.flatMap((one) => this.#runs[one.bundle] ?? []).sort((a, b) => b.slates - a.slates)[0];
  }
}
