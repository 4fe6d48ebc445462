import { type AttributionWindows, attributionWindows } from '../core/attribution.ts';
import { type BundleFiles, type LocalModels, defaultModels, modelIdOf, parseModels } from '../core/bundle.ts';
import { type BundleTrust, type TrustCheck, checkManifest } from '../core/bundle-trust.ts';
import { BUNDLE_FILES, type BundleFileName, type Manifest, isPromised } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { LoadRequest } from '../core/protocol.ts';
import { TIERS, type Tier } from '../core/slate.ts';
import type { StoredBundle, StoredModel } from '../store/schema.ts';
import { type BundleSource, fetchBundleFile, fetchManifestText } from '../sync/bundle.ts';
import type { BundleMemory } from './bundle-memory.ts';
import { restoreBundle } from './restore-bundle.ts';

const LOADING = createProblem('engine_loading', 'the bundle is still being loaded');

/** The weakest tier that needs the file. */
const TIER_OF: Record<BundleFileName, Tier> = { 'linear.json': 'linear', 'micro.bin': 'micro', 'rank.onnx': 'wasm' };

/** Where a bundle comes from, and how it is judged and kept. */
export interface LoaderSource extends BundleSource {
  /** Null takes unsigned bundles. */
  readonly check: TrustCheck | null;
  readonly memory: BundleMemory;
  /** What to load instead where nothing of it serves. */
  readonly next?: (problem: Problem) => Promise<LoaderSource>;
}

export interface LoaderOptions {
  /** Null without a bundle; a page may have to choose. Rejects, with a problem, where none is to serve. */
  readonly source: Promise<LoaderSource> | null;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly maxTier: Tier;
  /** Called with the small files, and again with the whole bundle. */
  readonly onStage: () => void;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Fetches the bundle, small engines first, and keeps it: for the page's own ranking and for every new worker. Where it
 * cannot be had or trusted, the last good one of this device serves.
 */
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
    this.whole = options.source === null ? Promise.resolve() : this.load(options.source);
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
    return modelIdOf(this.models(), tier);
  }

  /** For how long purchases are ascribed; the default while there is no manifest. */
  windows(): AttributionWindows {
    return attributionWindows(isProblem(this.#manifest) ? [] : this.#manifest.heads);
  }

  #parse(): LocalModels {
    if (isProblem(this.#manifest)) return defaultModels(this.#manifest);
    try {
      return parseModels(this.#manifest, this.#files);
    } catch (error) {
      return defaultModels(createProblem('bundle_manifest_invalid', `golden rows cannot be run: ${String(error)}`));
    }
  }

  /** Loads a bundle, in the place of the one before if there was any. Never rejects. */
  async load(source: Promise<LoaderSource>): Promise<void> {
    try {
      const found = await source;
      await this.#load(found);
      if (found.next && isProblem(this.#manifest)) await this.load(found.next(this.#manifest));
    } catch (error) {
      this.#refuse(
        isProblem(error)
          ? error
          : createProblem('bundle_manifest_invalid', `the bundle could not be checked: ${String(error)}`),
      );
    }
  }

  async #load(source: LoaderSource): Promise<void> {
    const { url, memory, check } = source;
    const [text, saved] = await Promise.all([fetchManifestText(source), memory.read(url)]);
    const manifest = isProblem(text) ? text : await checkManifest(text, this.#trust(source, saved?.releases));
    if (isProblem(manifest)) {
      this.#found(manifest);
      if (!(await this.#restore(saved, source))) this.#refuse(manifest);
      return;
    }
    // what nobody has signed may say anything
    const releases = check === null ? {} : { [manifest.signature?.keyId ?? '']: manifest.release ?? 0 };
    const isSeen = Object.entries(releases).every(([keyId, release]) => release <= (saved?.releases[keyId] ?? 0));
    const files = await this.#fetchFiles(source, manifest);
    if (Object.values(files).some(isProblem)) {
      if (!isSeen) await memory.write({ url, releases });
      if (!(await this.#restore(saved, source))) this.#usePart(source, manifest, files);
      return;
    }
    this.#advance(manifest, files);
    const bundle = { manifest: text as string, files: files as Record<string, ArrayBuffer> };
    if (isSeen && isSame(saved?.bundle, bundle)) return;
    const isPart = BUNDLE_FILES.some((name) => isPromised(manifest, name) && !this.#wants(name));
    // where its engines fail here, the one kept before stays the good one
    await memory.write({ url, releases, ...(!hasDefect(this.models()) && { bundle, isPart }) });
  }

  #trust({ crypto, check }: LoaderSource, releases: StoredModel['releases'] = {}): BundleTrust {
    return { check, now: this.#options.clock(), releases, crypto };
  }

  /** All that are wanted; the small ones serve while the ranker is still on its way. */
  async #fetchFiles(source: LoaderSource, manifest: Manifest): Promise<Partial<BundleFiles>> {
    const fetchFile = async (name: BundleFileName): Promise<Partial<BundleFiles>> => {
      if (!this.#wants(name) || !isPromised(manifest, name)) return {};
      const file = await fetchBundleFile(source, manifest, name);
      if (isProblem(file)) this.#found(file);
      return { [name]: file };
    };
    const ranker = fetchFile('rank.onnx');
    const [linear, micro] = await Promise.all([fetchFile('linear.json'), fetchFile('micro.bin')]);
    const small = { ...linear, ...micro };
    if (this.#wants('rank.onnx') && !findSuspect(source, small)) this.#advance(manifest, small);
    return { ...small, ...(await ranker) };
  }

  /** Some files did not come: what came serves, unless one of them is suspect. */
  #usePart(source: LoaderSource, manifest: Manifest, files: Partial<BundleFiles>): void {
    const suspect = findSuspect(source, files);
    if (suspect) this.#refuse(suspect);
    else this.#advance(manifest, files);
  }

  /** Lets the last good bundle serve. False where there is none that can. */
  async #restore(saved: StoredModel | undefined, source: LoaderSource): Promise<boolean> {
    if (!saved?.bundle) return false;
    const wanted = BUNDLE_FILES.filter((name) => this.#wants(name));
    const restored = await restoreBundle(saved.bundle, wanted, this.#trust(source));
    if (!isProblem(restored)) {
      this.#advance(restored.manifest, restored.files);
      return true;
    }
    this.#found(restored);
    // a damaged copy must not pass for the same as what the network has
    if (restored.code === 'bundle_file_mismatch') await source.memory.drop(source.url, saved.bundle.manifest);
    return false;
  }

  #wants(name: BundleFileName): boolean {
    return TIERS.indexOf(this.#options.maxTier) >= TIERS.indexOf(TIER_OF[name]);
  }

  /** Nothing of the bundle serves: the compiled-in weights rank. */
  #refuse(problem: Problem): void {
    this.#advance(problem, {});
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

/** Where a key has to sign, one false file makes all of the bundle suspect. */
function findSuspect({ check }: LoaderSource, files: Partial<BundleFiles>): Problem | undefined {
  const isFalse = (file: unknown): file is Problem => isProblem(file) && file.code === 'bundle_file_mismatch';
  return check === null ? undefined : Object.values(files).find(isFalse);
}

/** Whether an engine that was fetched is not to be used: it cannot be read, or does not reproduce the golden rows. */
const hasDefect = ({ micro, linearProblem }: LocalModels): boolean =>
  [micro, linearProblem].some((part) => isProblem(part) && part !== LOADING);

/** Whether the device keeps it already. */
const isSame = (kept: StoredBundle | null | undefined, { manifest, files }: StoredBundle): boolean =>
  kept?.manifest === manifest && Object.keys(files).every((name) => Object.hasOwn(kept.files, name));
