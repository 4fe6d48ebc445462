import { type BundleFiles, type LocalModels, defaultModels, parseModels } from '../core/bundle.ts';
import { BUNDLE_FILES, type BundleFileName, type Manifest, isPromised } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { LoadRequest } from '../core/protocol.ts';
import { TIERS, type Tier } from '../core/slate.ts';
import { type BundleSource, fetchBundleFile, fetchManifest } from '../sync/bundle.ts';

const LOADING = createProblem('engine_loading', 'the bundle is still being loaded');

/** The weakest tier that needs the file. */
const TIER_OF: Record<BundleFileName, Tier> = { 'linear.json': 'linear', 'micro.bin': 'micro', 'rank.onnx': 'wasm' };

export interface LoaderOptions {
  /** Null without a bundle. */
  readonly source: BundleSource | null;
  readonly maxTier: Tier;
  /** Called with the small files, and again with the whole bundle. */
  readonly onStage: () => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Fetches the bundle, small engines first, and keeps it: for the page's own ranking and for every new worker. */
export class BundleLoader {
  /** What could not be fetched or is not what the manifest says. */
  readonly problems: Problem[] = [];
  /** Resolves when nothing more will come. */
  readonly whole: Promise<void>;
  readonly #options: LoaderOptions;
  #manifest: Manifest | Problem = LOADING;
  #files: BundleFiles = { 'linear.json': LOADING, 'micro.bin': LOADING, 'rank.onnx': LOADING };
  #models: LocalModels | null = null;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.whole = options.source === null ? Promise.resolve() : this.#load(options.source);
  }

  /** Whether there is something to hand over to a worker. */
  get started(): boolean {
    return this.#manifest !== LOADING;
  }

  /** What a worker gets; buffers are copied, because the worker's are transferred. */
  request(): LoadRequest {
    if (isProblem(this.#manifest)) return { manifest: this.#manifest, files: null };
    const copies = BUNDLE_FILES.map((name) => {
      const file = this.#files[name];
      return [name, isProblem(file) ? file : file.slice(0)];
    });
    return { manifest: this.#manifest, files: Object.fromEntries(copies) as BundleFiles };
  }

  /** The page's own engines; parsed when first asked for, since mostly the worker ranks. */
  models(): LocalModels {
    this.#models ??= this.#parse();
    return this.#models;
  }

  /** Of the model that answered with this tier; empty where the compiled-in weights did. */
  modelId(tier: Tier): string {
    if (isProblem(this.#manifest) || tier === 'server') return '';
    return tier === 'linear' && this.models().linearProblem ? '' : this.#manifest.modelId;
  }

  #parse(): LocalModels {
    if (isProblem(this.#manifest)) return defaultModels(this.#manifest);
    try {
      return parseModels(this.#manifest, this.#files);
    } catch (error) {
      return defaultModels(createProblem('bundle_manifest_invalid', `golden rows cannot be run: ${String(error)}`));
    }
  }

  async #load(source: BundleSource): Promise<void> {
    const manifest = await fetchManifest(source);
    if (isProblem(manifest)) {
      this.#found(manifest);
      this.#advance(manifest, {});
      return;
    }
    const fetchFile = async (name: BundleFileName): Promise<Partial<BundleFiles>> => {
      if (!this.#wants(name) || !isPromised(manifest, name)) return {};
      const file = await fetchBundleFile(source, manifest, name);
      if (isProblem(file)) this.#found(file);
      return { [name]: file };
    };
    const ranker = fetchFile('rank.onnx');
    const [linear, micro] = await Promise.all([fetchFile('linear.json'), fetchFile('micro.bin')]);
    this.#advance(manifest, { ...linear, ...micro });
    if (this.#wants('rank.onnx')) this.#advance(manifest, await ranker);
  }

  #wants(name: BundleFileName): boolean {
    return TIERS.indexOf(this.#options.maxTier) >= TIERS.indexOf(TIER_OF[name]);
  }

  #found(problem: Problem): void {
    this.problems.push(problem);
    this.#options.onProblem(problem);
  }

  #advance(manifest: Manifest | Problem, files: Partial<BundleFiles>): void {
    this.#manifest = manifest;
    this.#files = { ...this.#files, ...files };
    this.#models = null;
    this.#options.onStage();
  }
}
