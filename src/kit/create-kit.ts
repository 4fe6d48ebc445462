import type { BundleCrypto } from '../core/bundle-crypto.ts';
import { BundleLoader } from './bundle-loader.ts';
import { createBundleMemory } from './bundle-memory.ts';
import { loadTrustCheck } from './load-trust-check.ts';
import { LocalKit } from './local-kit.ts';
import { RankerClient } from './ranker-client.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { ScopedStorage } from '../store/scoped-storage.ts';
import { saveTrial } from '../store/trials.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import { createEmitter } from './emitter.ts';
import { type Settings, createSettings } from './settings.ts';
import type { Kit, KitOptions } from './types.ts';

/** Half of the worker's part of a slate's deadline: `wasm` needs the rest where the GPU does not answer. */
const WEBGPU_SHARE = 0.35;

/**
 * Starts a kit: opens storage, fetches the bundle and starts the ranker's worker. Throws a TypeError for a wrong
 * option; everything else that fails becomes a problem and a lower tier. `close` ends what it started.
 */
export function createKit(options: KitOptions = {}): Kit {
  const settings = createSettings(options);
  const problems = createEmitter<Problem>();
  const ending = new AbortController();
  const closed = ending.signal;
  const reported = new Set<string>();
  const onProblem = (problem: Problem): void => {
    reported.add(keyOf(problem));
    // a page that listens does so after this call; and after the end nobody wants to hear
    queueMicrotask(() => {
      if (!closed.aborted) problems.emit(problem);
    });
  };
  const { storage, opened } = startStorage(settings, onProblem);
  const { bundleUrl: url, bundleKeys: keys, fetch, maxTier, createWorker, clock } = settings;
  let client: RankerClient | null = null;
  const loader = new BundleLoader({
    source: url === null || maxTier === 'server' ? null : { url, fetch, signal: closed, crypto: findCrypto() },
    memory: createBundleMemory({ opened, url: url ?? '', clock, onProblem }),
    check: keys && loadTrustCheck(keys),
    clock,
    // onnxruntime runs in the worker only
    maxTier: createWorker === null && maxTier !== 'linear' ? 'micro' : maxTier,
    onStage: () => client?.load(),
    onProblem,
  });
  if (url !== null && maxTier !== 'server') client = startClient({ settings, loader, opened, onProblem });
  const reportOnce = (problem: Problem): void => {
    if (!reported.has(keyOf(problem))) onProblem(problem);
  };
  return new LocalKit({
    settings,
    storage,
    opened,
    loader,
    client,
    closed,
    problems,
    reportOnce,
    end: () => ending.abort(),
  });
}

function startStorage(settings: Settings, onProblem: (problem: Problem) => void) {
  const { consents, erasures, storageName: name } = settings;
  if (consents.problem) onProblem(consents.problem);
  const storage = new ScopedStorage({ name, environment: settings, onProblem, erasures });
  storage.keep(consents.scope()).catch((error: unknown) => {
    onProblem(createProblem('storage_failed', `what consent does not allow could not be deleted: ${String(error)}`));
  });
  return { storage, opened: storage.opened };
}

/** WebCrypto is missing outside of a secure context. */
function findCrypto(): BundleCrypto | null {
  const { subtle } = crypto as Partial<Crypto>;
  return subtle === undefined ? null : { subtle, encode: (text) => new TextEncoder().encode(text) };
}

const keyOf = ({ code, message }: Problem): string => `${code} ${message}`;

interface ClientParts {
  readonly settings: Settings;
  readonly loader: BundleLoader;
  readonly opened: Promise<OpenedStorage>;
  readonly onProblem: (problem: Problem) => void;
}

function startClient({ settings, loader, opened, onProblem }: ClientParts): RankerClient | null {
  const { createWorker, consents, storageName, wasmUrl, webgpuWasmUrl, maxTier, deadlineMs, adaptation } = settings;
  if (createWorker === null) return null;
  return new RankerClient({
    createWorker,
    open: () => ({
      storageName: consents.isPersonal ? storageName : null,
      ...{ wasmUrl, webgpuWasmUrl, webgpuRunMs: deadlineMs * WEBGPU_SHARE, maxTier, adapts: adaptation },
    }),
    remember: async (key, news) => saveTrial((await opened).storage, key, news),
    bundle: () => (loader.started ? loader.request() : null),
    onProblem,
  });
}
