import { readFileSync } from 'node:fs';
import { toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { headScores } from '../src/core/bundle.ts';
import type { Batch } from '../src/core/contract.ts';
import { fillMissing } from '../src/core/feature-rule.ts';
import { goldenBatch, largestDifference } from '../src/core/golden.ts';
import type { GoldenRow, Manifest } from '../src/core/manifest.ts';
import { orderByScore } from '../src/core/order.ts';
import { createRandom } from '../src/core/random.ts';
import { readBundleItems } from './bundle-items.ts';
import { readBundleFile, readBundleManifest } from './bundle-manifest.ts';
import { writeBundle } from './bundle-writer.ts';
import { InputError } from './input-error.ts';
import { round4 } from './metrics.ts';
import { declaredHeads, findModelDefect, parseOnnx } from './onnx-model.ts';
import { quantizeModel } from './onnx-quantize.ts';
import { type OnnxRunner, openOnnx } from './onnx-runner.ts';
import { prepareOutFolder } from './out-folder.ts';
import { type RawRow, createRandomRows } from './random-rows.ts';

/** Visits on which int8 is compared with fp32. */
const COMPARED = 500;
/** What pages are asked to download (DESIGN section 5). */
const MAX_ONNX_BYTES = 300_000;

export interface ImportOptions {
  /** The team's own model. */
  readonly modelFile: string;
  /** A bundle that `train` wrote: its items, linear blend, feature rules and the raw part of its golden rows. */
  readonly baseDir: string;
  readonly outDir: string;
  /** Names of the columns of `logits`; default: the first of the base's. */
  readonly heads?: readonly string[];
  /** Leave the weights as they are. */
  readonly fp32: boolean;
  /** Let devices try WebGPU. */
  readonly webgpu: boolean;
  readonly seed: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface ImportedModel {
  readonly modelId: string;
  readonly heads: readonly string[];
  readonly inputs: readonly string[];
  readonly fp32Bytes: number;
  readonly onnxBytes: number;
  /** How many weights became int8. */
  readonly quantizedWeights: number;
  readonly goldenRows: number;
  readonly seed: number;
  /** int8 against fp32 over generated visits; null with `fp32`. */
  readonly loss: QuantizationLoss | null;
}

export interface QuantizationLoss {
  readonly visits: number;
  readonly largestDifference: number;
  /** Share of visits whose best candidate is the same. */
  readonly sameTop1: number;
}

/** Makes a bundle of a team's own ONNX model. Throws `InputError` that names what does not fit the contract. */
export async function importModel(options: ImportOptions): Promise<ImportedModel> {
  const { modelFile, baseDir, outDir, fp32, webgpu, seed, progress, warn } = options;
  const base = readBundleManifest(baseDir);
  const items = [...readBundleItems(baseDir).values()];
  const { model, bytes } = readModel(modelFile);
  const heads = chooseHeads(model, base, options);
  const defect = findModelDefect(model, heads.length);
  if (defect !== undefined) throw new InputError(`${modelFile} does not fit the contract: ${defect}`);
  const original = await open(bytes, heads.length, modelFile);
  const quantized = quantizeModel(model);
  const onnx = fp32 ? bytes : toBinary(ModelProtoSchema, quantized.model);
  const served = fp32 ? original : await open(onnx, heads.length, modelFile);
  progress(`comparing on ${String(COMPARED)} generated visits`);
  const rows = createRandomRows(items, COMPARED, createRandom(seed));
  const loss = await compare({ original, served, rows, base, modelFile });
  const golden = await createGolden(served, base, modelFile);
  prepareOutFolder(outDir);
  const { modelId } = writeBundle(
    outDir,
    {
      'rank.onnx': onnx,
      'linear.json': readBundleFile(baseDir, 'linear.json'),
      'items.ndjson': readBundleFile(baseDir, 'items.ndjson'),
    },
    {
      ...{ ...keptOf(base), golden, quality: { imported: { fp32, loss } } },
      ...{ heads: heads.map((name) => ({ name })), ...(webgpu && { engines: ['webgpu'] }) },
    },
  );
  if (onnx.length > MAX_ONNX_BYTES)
    warn(`rank.onnx has ${String(onnx.length)} bytes; pages should not load over 300,000`);
  if (!fp32 && loss.sameTop1 < 0.99) {
    warn('int8 changes the best candidate of more than 1 % of the visits: compare with replay, or import with --fp32');
  }
  return {
    ...{ modelId, heads, seed, goldenRows: golden.length, loss: fp32 ? null : loss },
    inputs: model.graph?.input.map(({ name }) => name) ?? [],
    ...{ fp32Bytes: bytes.length, onnxBytes: onnx.length, quantizedWeights: fp32 ? 0 : quantized.weights.length },
  };
}

/** What the new manifest says as the base's does; of the log behind both, so that the next training can compare. */
const keptOf = ({ createdAt, features, trainingWindow, dataProfile }: Manifest) => ({
  ...{ createdAt, features, trainingWindow, ...(dataProfile && { dataProfile }) },
});

function readModel(file: string): { model: ModelProto; bytes: Uint8Array } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new InputError(`${file}: cannot be read`);
  }
  const model = parseOnnx(bytes);
  if (model === undefined) throw new InputError(`${file}: not an ONNX model`);
  return { model, bytes };
}

function chooseHeads(model: ModelProto, base: Manifest, { heads, modelFile }: ImportOptions): readonly string[] {
  if (heads !== undefined) return heads;
  const columns = declaredHeads(model) ?? 1;
  if (columns <= base.heads.length) return base.heads.slice(0, columns).map(({ name }) => name);
  throw new InputError(
    `${modelFile} answers ${String(columns)} logits a candidate: name them, such as --heads click,purchase`,
  );
}

async function open(bytes: Uint8Array, heads: number, file: string): Promise<OnnxRunner> {
  try {
    return await openOnnx(bytes, heads);
  } catch (error) {
    throw new InputError(`${file}: onnxruntime-web cannot load it: ${reasonOf(error)}`);
  }
}

/** One line of what onnxruntime says. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].trim();

async function run(runner: OnnxRunner, batch: Batch, file: string): Promise<Float32Array> {
  let logits: Float32Array;
  try {
    logits = await runner.run(batch);
  } catch (error) {
    throw new InputError(`${file}: onnxruntime-web cannot run it: ${reasonOf(error)}`);
  }
  if (logits.every(Number.isFinite)) return logits;
  throw new InputError(`${file}: it answers a logit that is not finite; a window without any event is such a case`);
}

const batchOf = (row: RawRow, { features }: Manifest): Batch => fillMissing(goldenBatch(row), features);

interface Comparison {
  readonly original: OnnxRunner;
  readonly served: OnnxRunner;
  readonly rows: readonly RawRow[];
  readonly base: Manifest;
  readonly modelFile: string;
}

async function compare({ original, served, rows, base, modelFile }: Comparison): Promise<QuantizationLoss> {
  let [largest, same] = [0, 0];
  for (const row of rows) {
    const batch = batchOf(row, base);
    const one = await run(original, batch, modelFile);
    const other = await run(served, batch, modelFile);
    largest = Math.max(largest, largestDifference(one, other));
    const heads = one.length / row.candidates.length;
    const best = (logits: Float32Array): number => orderByScore(headScores(logits, heads)).order[0];
    if (best(one) === best(other)) same++;
  }
  // a page that ranks by an anchor, or after a visit's end, has an empty window or one candidate
  const [first] = rows;
  await run(served, batchOf({ ...first, signals: [], candidates: first.candidates.slice(0, 1) }, base), modelFile);
  return {
    visits: rows.length,
    largestDifference: Number(largest.toPrecision(3)),
    sameTop1: round4(same / rows.length),
  };
}

/** The base's raw rows with what this model makes of them. */
async function createGolden(served: OnnxRunner, base: Manifest, file: string): Promise<GoldenRow[]> {
  const rows: GoldenRow[] = [];
  for (const row of base.golden) {
    const logits = await run(served, batchOf(row, base), file);
    rows.push({ ...row, logits: Array.from(logits, (value) => Number(value.toPrecision(9))) });
  }
  return rows;
}
