import type { BundleCrypto } from '../core/bundle-crypto.ts';
import type { Problem } from '../core/problem.ts';
import type { Tier } from '../core/slate.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { BundleLoader } from './bundle-loader.ts';
import { createBundleMemory } from './bundle-memory.ts';
import { loadTrustCheck } from './load-trust-check.ts';
import { RankerClient } from './ranker-client.ts';
import type { Settings } from './settings.ts';

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
}

export interface StartedRanker {
  readonly loader: BundleLoader;
  /** Null where the page ranks by itself. */
  readonly client: RankerClient | null;
}

/** Fetches a bundle, and starts the worker that ranks with it. */
export function startRanker({ settings, opened, closed, onProblem, url, maxTier }: RankerOptions): StartedRanker {
  const { bundleKeys: keys, fetch, createWorker, clock } = settings;
  let client: RankerClient | null = null;
  const source = url?.then((at) => ({ url: at, fetch, signal: closed, crypto: findCrypto() })) ?? null;
  const loader = new BundleLoader({
    source,
    memory: createBundleMemory({ opened, clock, onProblem }),
    check: keys && loadTrustCheck(keys),
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
