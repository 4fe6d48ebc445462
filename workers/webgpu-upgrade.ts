import { type EngineTrial, type TrialNews, findVerdict } from '../src/core/engine-trial.ts';
import type { Batch } from '../src/core/contract.ts';
import { fillMissing } from '../src/core/feature-rule.ts';
import { goldenBatch, isGoldenMatch } from '../src/core/golden.ts';
import { hashText } from '../src/core/hash.ts';
import type { GoldenRow, Manifest } from '../src/core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../src/core/problem.ts';
import type { OpenRequest, RememberTrial } from '../src/core/protocol.ts';
import type { Storage } from '../src/store/storage.ts';
import { readTrial } from '../src/store/trials.ts';
import type { RankSession } from './model-session.ts';
import { WebgpuEngine, findUnsafe } from './webgpu-engine.ts';

/** The runtime is 27 MB and may come over a slow line. */
const START_MS = 60_000;
/** The first run of a shape compiles its shaders: 9 s on SwiftShader, which has no GPU at all. */
const CHECK_RUN_MS = 30_000;
/** Kernels differ by the number of candidates, and golden rows have few: the check also scores lists of these lengths. */
const CHECK_SIZES = [100, 500];

export interface UpgradeRequest {
  readonly manifest: Manifest;
  readonly model: ArrayBuffer;
  /** Runs, and has reproduced the golden rows. */
  readonly wasm: RankSession;
  readonly storage: Storage;
  readonly remember: RememberTrial;
  readonly settings: OpenRequest;
}

/**
 * An engine that has agreed with the golden rows and with `wasm` on this device, where it has one and has not failed this
 * model before; else why not. Never rejects.
 */
export async function upgradeToWebgpu(request: UpgradeRequest): Promise<WebgpuEngine | Problem> {
  try {
    const key = await findKey(request);
    if (isProblem(key)) return key;
    const trial = await readTrial(request.storage, key);
    const verdict = findVerdict(trial, Date.now());
    if (verdict) return { ...verdict, message: `${verdict.message} (remembered; not tried on this page)` };
    return await tryOut(request, trial);
  } catch (error) {
    return createProblem('engine_failed', `webgpu could not be tried: ${String(error)}`);
  }
}

async function tryOut(request: UpgradeRequest, { key, losses }: EngineTrial): Promise<WebgpuEngine | Problem> {
  // before anything is started: a tab that the GPU takes down writes nothing any more
  await request.remember(key, { kind: 'start', at: Date.now() });
  const engine = new WebgpuEngine({ createWorker, runMs: CHECK_RUN_MS });
  // an engine that is right stays, and a wrong one is ended, whether this can be written down or not
  const tell = (news: TrialNews): Promise<void> => request.remember(key, news).catch(() => undefined);
  const failed = await checkEngine(engine, request).catch((error: unknown) =>
    createProblem('engine_failed', `webgpu could not be checked: ${String(error)}`),
  );
  if (failed) {
    engine.close();
    await tell({ kind: 'refusal', problem: failed });
    return failed;
  }
  await tell({ kind: 'run' });
  engine.serve(request.settings.webgpuRunMs, (problem) => {
    if (problem) void tell({ kind: 'loss', problem });
    // good runs are counted against losses only: without any they are not worth a write
    else if (losses > 0) void tell({ kind: 'run' });
  });
  return engine;
}

// bundlers know this very form; the file lies beside the built worker
const createWorker = (): Worker => new Worker(new URL('./webgpu.worker.js', import.meta.url), { type: 'module' });

/** Starts it; then golden rows, then longer lists against `wasm`: the warm-up as well. Rejects where `wasm` fails. */
async function checkEngine(engine: WebgpuEngine, request: UpgradeRequest): Promise<Problem | null> {
  const { manifest, model, wasm, settings } = request;
  const heads = manifest.heads.length;
  const failed = await engine.start({ model, wasmUrl: settings.webgpuWasmUrl, heads }, START_MS);
  if (failed) return failed;
  const [first] = manifest.golden;
  const batches = manifest.golden.map((row) => ({ row, batch: batchOf(row, manifest) }));
  const rows = batches.filter(({ batch }) => findUnsafe(batch) === null);
  if (first === undefined || rows.length === 0) {
    return createProblem('engine_golden_mismatch', 'the bundle has no golden row that webgpu can be checked with');
  }
  for (const { row, batch } of rows) {
    const wrong = await compare(engine, batch, row.logits);
    if (wrong) return wrong;
  }
  const { row } = rows[0] ?? { row: first };
  for (const size of CHECK_SIZES) {
    const batch = batchOf({ ...row, candidates: repeat(row.candidates, size) }, manifest);
    const wrong = await compare(engine, batch, await wasm.run(batch));
    if (wrong) return wrong;
  }
  return null;
}

async function compare(engine: WebgpuEngine, batch: Batch, expected: ArrayLike<number>): Promise<Problem | null> {
  const answer = await engine.run(batch);
  if (isProblem(answer)) return answer;
  if (isGoldenMatch(answer, expected)) return null;
  return createProblem('engine_golden_mismatch', 'webgpu does not reproduce the scores of rank.onnx on this device');
}

const batchOf = (row: GoldenRow, { features }: Manifest): Batch => fillMissing(goldenBatch(row), features);

const repeat = <T>(values: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, i) => values[i % values.length] as T);

/** A new model, onnxruntime, browser version or adapter is a new trial. Stays on the device. */
async function findKey({ manifest, wasm }: UpgradeRequest): Promise<string | Problem> {
  const { gpu, userAgent } = navigator as Partial<Pick<WorkerNavigator, 'gpu'>> & WorkerNavigator;
  const adapter = await gpu?.requestAdapter();
  if (!adapter) return createProblem('engine_unavailable', 'this browser has no WebGPU adapter for the worker');
  const { vendor, architecture, device, description } = adapter.info;
  const parts = [manifest.modelId, wasm.version, vendor, architecture, device, description, userAgent];
  // hashed: storage need not say which GPU this is
  return hashText(parts.join('|')).toString(16);
}
