import type { BundleCrypto } from '../core/bundle-crypto.ts';
import type { Problem } from '../core/problem.ts';
import type { Tier } from '../core/slate.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { BundleLoader, type LoaderSource } from './bundle-loader.ts';
import { createBundleMemory } from './bundle-memory.ts';
import { loadTrustCheck } from './load-trust-check.ts';
import { RankerClient } from './ranker-client.ts';
import type { PageParts } from './registry.ts';
import type { Settings } from './settings.ts';

/** Of the address of a registry; settings give every address its slash. */
const REGISTRY_END = '/releases.json/';

/** Half of the worker's part of a slate's deadline: `wasm` needs the rest where the GPU does not answer. */
const WEBGPU_SHARE = 0.35;

export interface RankerOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
  /** Of the bundle's folder, absolute and with a trailing slash; null without one. Never rejects. */
  readonly url: Promise<string> | null;
  /** The strongest engine to use. */
  readonly maxTier: Tier;
  /** What a registry needs of the page; absent where a second bundle is loaded, which comes from a folder. */
  readonly page?: PageParts;
}

export interface StartedRanker {
  readonly loader: BundleLoader;
  /** Null where the page ranks by itself. */
  readonly client: RankerClient | null;
}

/** Fetches a bundle, and starts the worker that ranks with it. */
export function startRanker(options: RankerOptions): StartedRanker {
  const { settings, opened, closed, onProblem, url, maxTier } = options;
  const { bundleKeys: keys, fetch, createWorker, clock } = settings;
  let client: RankerClient | null = null;
  const check = keys && loadTrustCheck(keys);
  const memory = createBundleMemory({ opened, clock, onProblem });
  const findSource = async (at: string): Promise<LoaderSource> => {
    const source = { url: at, fetch, signal: closed, crypto: findCrypto(), check, memory };
    if (!at.endsWith(REGISTRY_END)) return source;
    return (await import('./registry.ts')).openRegistry(source, { ...options, loader });
  };
  const source = url?.then(findSource) ?? null;
  const loader: BundleLoader = new BundleLoader({
    source,
    clock,
    // onnxruntime runs in the worker only
    maxTier: createWorker === null && maxTier !== 'linear' ? 'micro' : maxTier,
    onStage: () => client?.load(),
    onProblem,
  });
  if (source !== null && createWorker !== null) {
    const { consents, storageName, wasmUrl, webgpuWasmUrl, deadlineMs, adaptation: adapts } = settings;
    client = new RankerClient({
      createWorker,
      open: () => ({
        storageName: consents.isPersonal ? storageName : null,
        ...{ wasmUrl, webgpuWasmUrl, webgpuRunMs: deadlineMs * WEBGPU_SHARE, maxTier, adapts },
      }),
      // few bundles ask for an engine that is tried
      remember: async (key, news) => (await import('../store/trials.ts')).saveTrial((await opened).storage, key, news),
      bundle: () => (loader.started ? loader.request() : null),
      onProblem,
    });
  }
  return { loader, client };
}

/** WebCrypto is missing outside of a secure context. */
function findCrypto(): BundleCrypto | null {
  const { subtle } = crypto as Partial<Crypto>;
  return subtle === undefined ? null : { subtle, encode: (text) => new TextEncoder().encode(text) };
}
