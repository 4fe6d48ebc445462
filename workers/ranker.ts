import { transfer } from 'comlink';
import { type BundleFiles, type LocalModels, defaultModels, parseModels, scoreLocal } from '../src/core/bundle.ts';
import type { Batch } from '../src/core/contract.ts';
import { fillMissing } from '../src/core/feature-rule.ts';
import { goldenBatch, isGoldenMatch } from '../src/core/golden.ts';
import type { Manifest } from '../src/core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../src/core/problem.ts';
import type {
  LoadReply,
  LoadRequest,
  OpenRequest,
  RankReply,
  RankRequest,
  RankerProtocol,
} from '../src/core/protocol.ts';
import { TIERS, type Tier } from '../src/core/slate.ts';
import { openStorage } from '../src/store/open-storage.ts';
import { type PreparedBatch, prepareBatch } from '../src/store/prepare-batch.ts';
import { VisitorReader } from '../src/store/visitor-reader.ts';
import type { RankSession } from './session.ts';

const LOADING = createProblem('engine_loading', 'the bundle or its runtime is still being loaded');

/** The worker's side of the protocol: reads the visitor from storage and scores with the strongest engine that runs. */
export class Ranker implements RankerProtocol {
  #reader: Promise<VisitorReader | Problem> = Promise.resolve(
    createProblem('storage_unavailable', 'the worker has not been told which storage to open'),
  );
  #settings: OpenRequest = { storageName: '', wasmUrl: '', maxTier: 'wasm' };
  #models: LocalModels = defaultModels(LOADING);
  /** The running session, or why there is none. */
  #session: RankSession | Problem = LOADING;

  async open(request: OpenRequest): Promise<Problem | null> {
    this.#settings = request;
    // set before the first await: a rank call may be next in the queue
    this.#reader = openReader(request.storageName);
    const reader = await this.#reader;
    return isProblem(reader) ? reader : null;
  }

  /** Called once without `rank.onnx` (its place holds `engine_loading`) and again with it: small engines first. */
  async load({ manifest, files }: LoadRequest): Promise<LoadReply> {
    if (isProblem(manifest) || files === null) {
      const problem = isProblem(manifest) ? manifest : LOADING;
      this.#models = defaultModels(problem);
      this.#session = problem;
    } else {
      this.#models = parseSafely(manifest, files);
      const model = files['rank.onnx'];
      this.#session = isProblem(model) ? model : LOADING;
      if (this.#allows('wasm') && !isProblem(model)) this.#session = await this.#start(manifest, model);
    }
    return this.#loaded();
  }

  async rank(request: RankRequest): Promise<RankReply> {
    const nothing = { tier: 'server' as const, scores: new Float32Array(), signalAgeMs: null, serverLag: null };
    const reader = await this.#reader;
    if (isProblem(reader)) return { ...nothing, tierProblem: reader };
    let prepared: PreparedBatch;
    try {
      prepared = await prepareBatch(reader, request);
    } catch (error) {
      return {
        ...nothing,
        tierProblem: createProblem('storage_failed', `signals could not be read: ${String(error)}`),
      };
    }
    const { batch, ...ages } = prepared;
    if (batch === null) return { ...nothing, ...ages };
    const reply = { ...(await this.#score(batch)), ...ages };
    return transfer(reply, [reply.scores.buffer]);
  }

  async #score(batch: Batch): Promise<Pick<RankReply, 'tier' | 'tierProblem' | 'scores'>> {
    const session = this.#session;
    if (!isProblem(session)) {
      try {
        return { tier: 'wasm', scores: await session.score(fillMissing(batch, this.#models.features)) };
      } catch (error) {
        this.#session = createProblem('engine_failed', `onnxruntime failed while ranking: ${String(error)}`);
      }
    }
    const { tier, scores, problem } = scoreLocal(batch, this.#models, this.#allows('micro') ? 'micro' : 'linear');
    const stronger = tier === 'micro' && this.#allows('wasm') && isProblem(this.#session) ? this.#session : undefined;
    const tierProblem = problem ?? stronger;
    return { tier, scores, ...(tierProblem && { tierProblem }) };
  }

  /** Starts onnxruntime and runs the golden rows, which are its warm-up as well. */
  async #start(manifest: Manifest, model: ArrayBuffer): Promise<RankSession | Problem> {
    try {
      // imported when wanted: micro answers while the runtime is still on its way
      const { createSession } = await import('./session.ts');
      const { wasmUrl } = this.#settings;
      const session = await createSession({ model, wasmUrl, heads: manifest.heads.length });
      for (const row of manifest.golden) {
        const logits = await session.score(fillMissing(goldenBatch(row), manifest.features));
        if (!isGoldenMatch(logits, row.logits)) {
          return createProblem('engine_golden_mismatch', 'rank.onnx does not reproduce the golden rows here');
        }
      }
      return session;
    } catch (error) {
      return createProblem('engine_failed', `onnxruntime could not start rank.onnx: ${String(error)}`);
    }
  }

  #loaded(): LoadReply {
    const { micro, linearProblem } = this.#models;
    if (!this.#allows('micro')) return { tier: 'linear', ...(linearProblem && { problem: linearProblem }) };
    const small: Tier = isProblem(micro) ? 'linear' : 'micro';
    if (this.#allows('wasm')) {
      return isProblem(this.#session) ? { tier: small, problem: this.#session } : { tier: 'wasm' };
    }
    return { tier: small, ...(isProblem(micro) && { problem: micro }) };
  }

  #allows(tier: Tier): boolean {
    return TIERS.indexOf(this.#settings.maxTier) >= TIERS.indexOf(tier);
  }
}

function parseSafely(manifest: Manifest, files: BundleFiles): LocalModels {
  try {
    return parseModels(manifest, files);
  } catch (error) {
    return defaultModels(createProblem('bundle_manifest_invalid', `golden rows cannot be run: ${String(error)}`));
  }
}

async function openReader(storageName: string): Promise<VisitorReader | Problem> {
  const { storage, problem } = await openStorage(storageName);
  // a worker's own memory would know nothing of what the page has stored
  return problem ?? new VisitorReader(storage);
}
