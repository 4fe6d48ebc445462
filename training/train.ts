import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../src/core/random.ts';
import { fillMissing, type FeatureRule } from '../src/core/feature-rule.ts';
import { scoreLinear, standardise } from '../src/core/linear.ts';
import { encodeMicro, scoreMicro, type MicroModel } from '../src/core/micro.ts';
import { writeBundle } from './bundle-writer.ts';
import { type Vocabulary, createVocabulary, popularityRank } from './catalogue.ts';
import { type CheckedLog, readCheckedLog } from './checked-log.ts';
import type { DataFinding, FindingCode } from './data-finding.ts';
import { CHOICES, type Examples, PopularitySampler, drawExamples } from './examples.ts';
import { fitNet, fitRules } from './fit.ts';
import { createGoldenRows } from './golden-rows.ts';
import { createGramGraph } from './gram-graph.ts';
import { InputError } from './input-error.ts';
import { type ItemData, createItemData } from './item-data.ts';
import { type QueryQuality, meanQuality, round4 } from './metrics.ts';
import { prepareOutFolder } from './out-folder.ts';
import { type Query, makeQueries } from './queries.ts';
import { dequantizeLayer, quantizeLayer } from './quantize.ts';
import { RelationCounter } from './relations.ts';
import { rankQueries } from './score-queries.ts';
import type { LogSession, SiteLog } from './site-log.ts';

/** Enough for 1,700 parameters; more gained nothing on validation and costs time (docs/training.md). */
const MAX_EXAMPLES = 60_000;
/** Fewer teach nothing. */
const MIN_EXAMPLES = 100;
const MAX_VALID_QUERIES = 2_000;
const HIDDEN = [32, 16];
const EPOCHS = 4;
/** The linear blend is convex and settles sooner. */
const LINEAR_EPOCHS = 2;

export type Fit = 'train' | 'train+valid';

export interface TrainOptions {
  readonly dataDir: string;
  readonly outDir: string;
  readonly fit: Fit;
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Bad rows of the input, named. */
  readonly warn: (text: string) => void;
  /** For `seconds` in the result; a monotonic millisecond clock. */
  readonly stopwatch: () => number;
  /** Bundle, or its manifest, of the previous training: the log is compared with the one of then. */
  readonly previous?: string;
  /** Codes of findings that refuse the log otherwise. */
  readonly accept?: readonly FindingCode[];
  /** SOURCE_DATE_EPOCH, in seconds; default: the newest training event. */
  readonly sourceDateEpoch?: number;
}

export interface TrainResult {
  readonly modelId: string;
  readonly seed: number;
  readonly fit: Fit;
  readonly onnxBytes: number;
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
  readonly valid: QueryQuality | null;
  readonly linear: QueryQuality | null;
  readonly sessions: number;
  readonly items: number;
  readonly examples: number;
  readonly rejectedRows: number;
  readonly otherEvents: Readonly<Record<string, number>>;
  readonly dataFindings: readonly DataFinding[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

/** Reads a site's log, trains vectors, relations, ranker and linear blend on what lies before the cut, writes a bundle. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { progress, stopwatch, seed, fit } = options;
  const startedAt = stopwatch();
  progress(`seed ${String(seed)}; reading ${options.dataDir}`);
  const { log, findings, profileBefore } = await readCheckedLog(options);
  const sessions = sessionsBefore(log, options);
  prepareOutFolder(options.outDir);
  const vocabulary = createVocabulary(sessions);
  const random = createRandom(seed);
  const examples = drawExamples({ log, sessions, vocabulary, maxExamples: MAX_EXAMPLES, random, progress });
  checkEnough({ sessions, vocabulary, examples }, options);
  const { model, fitMs } = fitModel({ log, sessions, vocabulary, examples, random }, options);
  const written = exportBundle(model, profileBefore, options);
  const quality = fit === 'train' ? validate(model, written.micro, options) : undefined;
  const seconds = (stopwatch() - startedAt) / 1000;
  return {
    modelId: written.modelId,
    seed,
    fit,
    onnxBytes: written.onnxBytes,
    payloadBytes: payloadBytes(model.data, vocabulary),
    valid: quality?.model ?? null,
    linear: quality?.linear ?? null,
    sessions: sessions.length,
    items: vocabulary.ids.length,
    examples: examples.count,
    rejectedRows: log.rejectedRows,
    otherEvents: log.otherEvents,
    dataFindings: findings,
    seconds: round4(seconds),
    examplesPerSecond: Math.round((examples.count * EPOCHS) / (fitMs / 1000)),
  };
}

interface Draft {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly examples: Examples;
  readonly random: () => number;
}

function fitModel({ log, sessions, vocabulary, examples, random }: Draft, { progress, stopwatch }: TrainOptions) {
  const features = fitRules(examples);
  prepare(examples, features);
  const startedAt = stopwatch();
  const net = fitNet(examples, { hidden: HIDDEN, epochs: EPOCHS, random, progress });
  const fitMs = stopwatch() - startedAt;
  const [blend] = fitNet(examples, { hidden: [], epochs: LINEAR_EPOCHS, random, progress });
  const weights = Array.from(blend.weights, (value, i) => (features[i].scale === 0 ? 0 : Number(value.toPrecision(6))));
  progress('item vectors and neighbour lists');
  const data = finalItemData(sessions, vocabulary);
  const model: Model = { log, sessions, vocabulary, data, features, net, weights };
  return { model, fitMs };
}

interface Model {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly features: readonly FeatureRule[];
  readonly net: ReturnType<typeof fitNet>;
  readonly weights: readonly number[];
}

function checkEnough({ sessions, vocabulary, examples }: Omit<Draft, 'log' | 'random'>, { dataDir }: TrainOptions) {
  const items = vocabulary.ids.length;
  const count = (number: number, name: string): string => `${String(number)} ${name}${number === 1 ? '' : 's'}`;
  // the target, the others to choose from, and one that came before
  const few =
    items <= CHOICES
      ? `only ${count(items, 'item')}, and an example takes ${String(CHOICES)} and one that came before`
      : `${count(sessions.length, 'session')} gave ${count(examples.count, 'example')} of the ${String(MIN_EXAMPLES)} ` +
        `that it takes; an example is a session's second or later item, so there are too few sessions with several`;
  if (examples.count < MIN_EXAMPLES)
    throw new InputError(`${join(dataDir, 'events.csv.gz')}: too little to train on before the cut: ${few}`);
}

const cutOf = ({ validFrom, testFrom }: SiteLog['splits'], fit: Fit): number =>
  fit === 'train' ? validFrom : testFrom;

/** Sessions that began before the cut, without the events that a long one has after it. */
function sessionsBefore({ sessions, splits }: SiteLog, { fit, dataDir }: TrainOptions): LogSession[] {
  const { testFrom } = splits;
  const cut = cutOf(splits, fit);
  const before = sessions
    .filter(({ startAt }) => startAt < cut)
    .map((session) => ({ ...session, events: session.events.filter(({ at }) => at < cut) }));
  if (before.length > 0) return before;
  // without splits.json there is no test part
  throw new InputError(
    Number.isFinite(testFrom)
      ? `${join(dataDir, 'splits.json')}: no session of events.csv.gz begins before ${fit === 'train' ? 'valid' : 'test'}_from_ms`
      : `${join(dataDir, 'events.csv.gz')}: all sessions begin at one time, so none lies before the cut; bring more or a splits.json`,
  );
}

/** Standardises in place; what is missing becomes the mean, as `fillMissing` does when serving. */
function prepare({ inputs }: Examples, features: readonly FeatureRule[]): void {
  for (let i = 0; i < inputs.length; i++) {
    if (!Number.isFinite(inputs[i])) inputs[i] = features[i % features.length].mean;
  }
  standardise(inputs, features);
}

function finalItemData(sessions: readonly LogSession[], { rows, ids }: Vocabulary): ItemData[] {
  const relations = new RelationCounter(rows);
  sessions.forEach((session) => {
    relations.add(session);
  });
  return createItemData(relations.build(sessions[sessions.length - 1].startAt), ids).items;
}

function exportBundle(
  model: Model,
  profileBefore: CheckedLog['profileBefore'],
  { outDir, sourceDateEpoch, fit }: TrainOptions,
) {
  const { sessions, vocabulary, data, features, net, weights } = model;
  const quantized = net.map(quantizeLayer);
  const micro: MicroModel = { layers: quantized.map(dequantizeLayer) };
  const onnx = createGramGraph(features, quantized);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const items = data.map((item, row) =>
    JSON.stringify({ ...item, popularity: vocabulary.counts[row], publishedAt: vocabulary.firstAt[row] }),
  );
  const content = {
    'rank.onnx': onnx,
    'linear.json': text(`${JSON.stringify({ weights })}\n`),
    'micro.bin': encodeMicro(micro),
    'items.ndjson': text(`${items.join('\n')}\n`),
  };
  const newest = sessions.reduce((max, { events }) => events.reduce((at, event) => Math.max(at, event.at), max), 0);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const dataProfile = profileBefore(cutOf(model.log.splits, fit));
  const { modelId } = writeBundle(outDir, content, {
    createdAt: iso(sourceDateEpoch === undefined ? newest : sourceDateEpoch * 1000),
    features,
    heads: [{ name: 'next_item' }],
    golden: createGoldenRows({ ...model, micro, linearWeights: weights }),
    trainingWindow: { from: iso(sessions[0].startAt), to: iso(newest) },
    ...(dataProfile !== undefined && { dataProfile }),
  });
  return { modelId, micro, onnxBytes: onnx.length };
}

/** Quality on held-out sessions, through the feature code that serves. */
function validate(model: Model, micro: MicroModel, { progress, seed }: TrainOptions) {
  const { log, vocabulary, data, features, weights } = model;
  progress('validation');
  const queries = validQueries(model, createRandom(seed + 1));
  if (queries.length === 0) return undefined;
  const [net, linear] = rankQueries({ log, vocabulary, data, queries }, [
    () => (batch) => scoreMicro(fillMissing(batch, features), features, micro),
    () => (batch) => scoreLinear(fillMissing(batch, features), { features, weights }),
  ]);
  return { model: meanQuality(net), linear: meanQuality(linear) };
}

function validQueries({ log, vocabulary }: Model, random: () => number): Query[] {
  const { validFrom, testFrom } = log.splits;
  const held = log.sessions.filter(({ startAt }) => startAt >= validFrom && startAt < testFrom);
  const sampler = new PopularitySampler(random);
  sampler.reset([...vocabulary.counts]);
  const draw = (count: number, isExcluded: (id: string) => boolean): string[] | undefined =>
    sampler.draw(count, (row) => isExcluded(vocabulary.ids[row]))?.map((row) => vocabulary.ids[row]);
  return makeQueries(held, new Set(vocabulary.ids), { random, draw, maxQueries: MAX_VALID_QUERIES });
}

function payloadBytes(data: readonly ItemData[], vocabulary: Vocabulary): number {
  const rank = popularityRank(vocabulary);
  const top = data.filter((_, row) => rank[row] < 100).map(({ vec, nbrs }) => ({ vec, nbrs }));
  return gzipSync(JSON.stringify(top)).length;
}
