import { transfer } from 'comlink';
import { Adaptation } from '../src/core/adaptation.ts';
import {
  type BundleFiles,
  type LocalModels,
  defaultModels,
  headScores,
  parseModels,
  scoreLocal,
  scorerOf,
} from '../src/core/bundle.ts';
import type { Batch } from '../src/core/contract.ts';
import { fillMissing } from '../src/core/feature-rule.ts';
import { gramInputs } from '../src/core/gram.ts';
import { goldenBatch, isGoldenMatch } from '../src/core/golden.ts';
import type { Manifest } from '../src/core/manifest.ts';
import type { Score } from '../src/core/occlusion.ts';
import { type Problem, createProblem, isProblem } from '../src/core/problem.ts';
import type {
  ExplainReply,
  ExplainRequest,
  LoadReply,
  LoadRequest,
  OpenRequest,
  RankReply,
  RankRequest,
  RankerProtocol,
  RememberTrial,
} from '../src/core/protocol.ts';
import { createRankingLog } from '../src/core/ranking-log.ts';
import { TIERS, type Tier } from '../src/core/slate.ts';
import { MemoryStorage } from '../src/store/memory-storage.ts';
import { type OpenedStorage, openStorage } from '../src/store/open-storage.ts';
import type { Storage } from '../src/store/storage.ts';
import { type PreparedBatch, prepareBatch } from '../src/store/prepare-batch.ts';
import { VisitorReader } from '../src/store/visitor-reader.ts';
import type { RankSession } from './model-session.ts';
import type { WebgpuEngine } from './webgpu-engine.ts';

const LOADING = createProblem('engine_loading', 'the bundle or its runtime is still being loaded');
const UPGRADING = createProblem('engine_loading', 'webgpu is still being tried');

/** A worker's own memory would know nothing of what the page has stored, so there is no standing in. */
interface Opened {
  readonly storage: Storage;
  readonly reader: VisitorReader;
}

/** The worker's side of the protocol: reads the visitor from storage and scores with the strongest engine that runs. */
export class Ranker implements RankerProtocol {
  #opened: Promise<Opened | Problem> = Promise.resolve(
    createProblem('storage_unavailable', 'the worker has not been told which storage to open'),
  );
  #settings: OpenRequest = {
    ...{ storageName: '', wasmUrl: '', webgpuWasmUrl: '', webgpuRunMs: 0 },
    ...{ maxTier: 'wasm', adapts: false },
  };
  #remember: RememberTrial = () => Promise.resolve();
  #models: LocalModels = defaultModels(LOADING);
  /** The running session, or why there is none. */
  #session: RankSession | Problem = LOADING;
  /** Webgpu, or why it does not run; null where it is not asked for. */
  #upgrade: WebgpuEngine | Problem | null = null;
  #upgraded: Promise<void> = Promise.resolve();

  async open(request: OpenRequest, remember?: RememberTrial): Promise<Problem | null> {
    this.#settings = request;
    if (remember) this.#remember = remember;
    const before = this.#opened;
    // set before the first await: a rank call may be next in the queue
    this.#opened = open(request);
    const last = await before;
    if (!isProblem(last)) last.storage.close();
    const opened = await this.#opened;
    return isProblem(opened) ? opened : null;
  }

  /** Called once without `rank.onnx` (its place holds `engine_loading`) and again with it: small engines first. */
  async load({ manifest, files }: LoadRequest): Promise<LoadReply> {
    const before = this.#upgrade;
    this.#upgrade = null;
    if (before !== null && !isProblem(before)) before.close();
    if (isProblem(manifest) || files === null) {
      const problem = isProblem(manifest) ? manifest : LOADING;
      this.#models = defaultModels(problem);
      this.#session = problem;
    } else {
      this.#models = parseSafely(manifest, files);
      const model = files['rank.onnx'];
      this.#session = isProblem(model) ? model : LOADING;
      if (this.#allows('wasm') && !isProblem(model)) {
        this.#session = await this.#start(manifest, model);
        if (this.#allows('webgpu') && manifest.engines?.includes('webgpu')) this.#startUpgrade(manifest, model);
      }
    }
    return this.#loaded();
  }

  async upgraded(): Promise<LoadReply> {
    await this.#upgraded;
    return this.#loaded();
  }

  async rank(request: RankRequest): Promise<RankReply> {
    const nothing = {
      ...{ tier: 'server' as const, modelId: '', scores: new Float32Array(), heads: [] },
      ...{ signalAgeMs: null, serverLag: null, facts: null, bias: null, beforeSeq: 1 },
    };
    const opened = await this.#opened;
    if (isProblem(opened)) return { ...nothing, tierProblem: opened };
    let prepared: PreparedBatch;
    try {
      prepared = await prepareBatch(opened.reader, request);
    } catch (error) {
      return {
        ...nothing,
        tierProblem: createProblem('storage_failed', `signals could not be read: ${String(error)}`),
      };
    }
    const { batch, ...known } = prepared;
    if (batch === null) return { ...nothing, ...known };
    const scored = await this.#score(batch, request.isSmall ?? false);
    const reply = { ...scored, ...known, ...(request.logs && { ranking: createRankingLog(gramInputs(batch)) }) };
    return transfer(reply, [reply.scores.buffer]);
  }

  async explain(request: ExplainRequest): Promise<ExplainReply | Problem> {
    const opened = await this.#opened;
    if (isProblem(opened)) return opened;
    // most slates are never asked about
    const { explainStored } = await import('../src/store/explain-stored.ts');
    return explainStored(opened.storage, request, this.#scoreAs(request));
  }

  /** What scores as it did for this slate; undefined where its engine or model is gone. */
  #scoreAs({ tier, modelId }: ExplainRequest): Score | undefined {
    const [session, models] = [this.#session, this.#models];
    if (tier !== 'wasm' && tier !== 'webgpu') return scorerOf(models, tier, modelId);
    if (isProblem(session) || models.modelId !== modelId) return undefined;
    return async (batch) => {
      const logits = await session.run(fillMissing(batch, models.features));
      return headScores(logits, logits.length / batch.size);
    };
  }

  async #score(
    batch: Batch,
    isSmall: boolean,
  ): Promise<Pick<RankReply, 'tier' | 'modelId' | 'tierProblem' | 'scores' | 'heads'>> {
    const session = this.#session;
    if (!isProblem(session) && !isSmall) {
      // another bundle may come in while this one scores
      const { modelId, features, heads } = this.#models;
      fillMissing(batch, features);
      const best = await this.#scoreOnGpu(batch);
      if (best instanceof Float32Array) return { tier: 'webgpu', modelId, heads, scores: best };
      try {
        const scores = await session.run(batch);
        return { tier: 'wasm', modelId, heads, scores, ...(best && { tierProblem: best }) };
      } catch (error) {
        this.#session = createProblem('engine_failed', `onnxruntime failed while ranking: ${String(error)}`);
      }
    }
    const { problem, ...scored } = scoreLocal(batch, this.#models, this.#allows('micro') ? 'micro' : 'linear');
    // `micro` that is broken, and not just not promised, is named by `problem`
    const stronger = !isSmall && this.#allows('wasm') && isProblem(this.#session) ? this.#session : undefined;
    const tierProblem = problem ?? stronger;
    return { ...scored, ...(tierProblem && { tierProblem }) };
  }

  /** The scores, or why `wasm` is to score this very batch; null where webgpu is not asked for. */
  async #scoreOnGpu(batch: Batch): Promise<Float32Array | Problem | null> {
    const engine = this.#upgrade;
    if (engine === null || isProblem(engine)) return engine;
    return engine.run(batch);
  }

  #startUpgrade(manifest: Manifest, model: ArrayBuffer): void {
    const [wasm, settings, remember] = [this.#session, this.#settings, this.#remember];
    if (isProblem(wasm)) return;
    this.#upgrade = UPGRADING;
    const start = async (): Promise<void> => {
      const opened = await this.#opened;
      if (isProblem(opened)) {
        this.#upgrade = opened;
        return;
      }
      // imported when wanted, as the runtime behind it is
      const { upgradeToWebgpu } = await import('./webgpu-upgrade.ts');
      const { storage } = opened;
      const upgrade = await upgradeToWebgpu({ manifest, model, wasm, storage, remember, settings });
      // another bundle may have been loaded meanwhile
      if (this.#session === wasm) this.#upgrade = upgrade;
      else if (!isProblem(upgrade)) upgrade.close();
    };
    this.#upgraded = start().catch((error: unknown) => {
      const problem = createProblem('engine_failed', `webgpu could not be tried: ${String(error)}`);
      if (this.#session === wasm) this.#upgrade = problem;
    });
  }

  /** Starts onnxruntime and runs the golden rows, which are its warm-up as well. */
  async #start(manifest: Manifest, model: ArrayBuffer): Promise<RankSession | Problem> {
    try {
      // imported when wanted: micro answers while the runtime is still on its way
      const { createSession } = await import('./session.ts');
      const { wasmUrl } = this.#settings;
      const session = await createSession({ model, wasmUrl, heads: manifest.heads.length });
      for (const row of manifest.golden) {
        const logits = await session.run(fillMissing(goldenBatch(row), manifest.features));
        if (!isGoldenMatch(logits, row.logits)) {
          return createProblem('engine_golden_mismatch', 'rank.onnx does not reproduce the golden rows here');
        }
      }
      return session;
    } catch (error) {
      if (error instanceof Error && error.name === 'ContractMismatch') {
        return createProblem('model_contract_mismatch', error.message);
      }
      return createProblem('engine_failed', `onnxruntime could not start rank.onnx: ${String(error)}`);
    }
  }

  #loaded(): LoadReply {
    const { micro, linearProblem } = this.#models;
    if (!this.#allows('micro')) return { tier: 'linear', ...(linearProblem && { problem: linearProblem }) };
    const small: Tier = micro === null || isProblem(micro) ? 'linear' : 'micro';
    if (this.#allows('wasm')) {
      if (isProblem(this.#session)) return { tier: small, problem: this.#session };
      return this.#upgrade === null ? { tier: 'wasm' } : describeUpgrade(this.#upgrade);
    }
    const problem = isProblem(micro) ? micro : small === 'linear' ? linearProblem : undefined;
    return { tier: small, ...(problem && { problem }) };
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

async function open({ storageName, adapts }: OpenRequest): Promise<Opened | Problem> {
  const { storage, problem }: OpenedStorage =
    storageName === null ? { storage: new MemoryStorage() } : await openStorage(storageName);
  return (
    problem ?? {
      storage,
      reader: new VisitorReader(storage, adapts ? { createAdaptation: () => new Adaptation() } : {}),
    }
  );
}

function describeUpgrade(upgrade: WebgpuEngine | Problem): LoadReply {
  if (upgrade === UPGRADING) return { tier: 'wasm', upgrading: true };
  return isProblem(upgrade) ? { tier: 'wasm', problem: upgrade } : { tier: 'webgpu' };
}
