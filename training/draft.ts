import { join } from 'node:path';
import { createRandom } from '../src/core/random.ts';
import type { FeatureRule } from '../src/core/feature-rule.ts';
import { GRAM_INPUTS } from '../src/core/gram.ts';
import { standardise } from '../src/core/linear.ts';
import { type Vocabulary, createVocabulary } from './catalogue.ts';
import { makeHeldOutQueries } from './evaluation-queries.ts';
import { CHOICES, type Examples, OUTCOMES, drawExamples } from './examples.ts';
import type { TrainedModel } from './export-bundle.ts';
import { fitNet, fitRules } from './fit.ts';
import {
  type Contenders,
  type GateReport,
  failuresOf,
  generatedFailures,
  judgeExamples,
  judgeQueries,
} from './gate.ts';
import { generatedQueries } from './generated-choices.ts';
import { InputError } from './input-error.ts';
import { cutSessions } from './histories.ts';
import { type ItemShape, createItemDataAt } from './item-data.ts';
import { type Lap, noLap } from './laps.ts';
import { dequantizeLayer, quantizeNet } from './quantize.ts';
import type { LogSession, SiteLog } from './site-log.ts';

/** Many for a net of this size; more of them gain little and take longer in proportion. */
const MAX_EXAMPLES = 100_000;
/** Fewer teach nothing. */
const MIN_EXAMPLES = 100;
const MAX_VALID_QUERIES = 2_000;
/** Hidden layers of each size; `overBudget` in `train.ts` says what each may weigh. */
const HIDDEN = { default: [32, 16], large: [128, 64] } as const;
/** The newest examples, whose inputs tell the quantizer which weights go together. */
const QUANTIZE_EXAMPLES = 1_000;
export const EPOCHS = 4;
/** The linear blend is convex and settles sooner. */
const LINEAR_EPOCHS = 2;
/** A head needs so many examples, and at most this share of all: above it says the same as `next_item`. */
const MIN_HEAD_EXAMPLES = 500;
const MAX_HEAD_SHARE = 0.9;

export type Fit = 'train' | 'train+valid';
export type Size = keyof typeof HIDDEN;

export interface DraftOptions {
  readonly dataDir: string;
  readonly fit: Fit;
  /** Default: `default`. */
  readonly size?: Size;
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Of the vectors and neighbour lists that the examples see; default: what a bundle carries. */
  readonly shape?: ItemShape;
  /** False is the control of `bench forward-chaining`. */
  readonly isForwardChained?: boolean;
  readonly lap?: Lap;
  /** Default: 100,000. */
  readonly maxExamples?: number;
}

export interface Draft {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  /** Standardised. */
  readonly examples: Examples;
  readonly features: readonly FeatureRule[];
  readonly heads: readonly string[];
  readonly random: () => number;
}

export function createDraft({ log, sessions }: Pick<Draft, 'log' | 'sessions'>, options: DraftOptions): Draft {
  const vocabulary = createVocabulary(sessions, log.items.keys());
  const random = createRandom(options.seed);
  const { progress, isForwardChained, shape, lap, maxExamples = MAX_EXAMPLES } = options;
  const drawn = drawExamples({
    ...{ log, sessions, vocabulary, random, progress, isForwardChained, shape, lap, maxExamples },
  });
  checkEnough({ sessions, vocabulary, examples: drawn }, options);
  const { heads, examples } = chooseHeads(drawn);
  const features = fitRules(examples);
  prepare(examples, features);
  return { log, sessions, vocabulary, examples, features, heads, random };
}

/** `next_item`, and the outcomes that the log holds often enough and that differ from it. */
function chooseHeads(examples: Examples): Pick<Draft, 'heads' | 'examples'> {
  const kept = OUTCOMES.map((_, h) => h).filter((h) => {
    const count = examples.heads.reduce((sum, bits) => sum + ((bits >> (h + 1)) & 1), 0);
    return count >= MIN_HEAD_EXAMPLES && count <= MAX_HEAD_SHARE * examples.count;
  });
  const heads = examples.heads.map((bits) =>
    kept.reduce((out, h, column) => out | (((bits >> (h + 1)) & 1) << (column + 1)), 1),
  );
  return { heads: ['next_item', ...kept.map((h) => OUTCOMES[h])], examples: { ...examples, heads } };
}

/** Fits the ranker and its linear blend. */
export function fitBoth(
  { features, heads, random }: Draft,
  examples: Examples,
  { size = 'default', progress, lap = noLap }: DraftOptions,
) {
  const net = fitNet(examples, { hidden: HIDDEN[size], heads: heads.length, epochs: EPOCHS, random, progress });
  lap('model');
  const [blend] = fitNet(examples, { hidden: [], heads: 1, epochs: LINEAR_EPOCHS, random, progress });
  lap('linear');
  const weights = Array.from(blend.weights, (value, i) => (features[i].scale === 0 ? 0 : Number(value.toPrecision(6))));
  if (![...net, blend].every(({ weights: all }) => all.every(Number.isFinite)))
    throw new Error('the fit did not converge: its weights are no numbers');
  const newest = Math.max(0, examples.count - QUANTIZE_EXAMPLES) * CHOICES * GRAM_INPUTS.length;
  const sample = examples.inputs.subarray(newest, examples.count * CHOICES * GRAM_INPUTS.length);
  const quantized = quantizeNet(net, sample);
  const micro = { layers: quantized.map(dequantizeLayer) };
  const contenders: Contenders = { features, int8: micro, fp32: { layers: net }, weights };
  return { quantized, micro, weights, contenders };
}

/**
 * Nothing is held out of `train+valid`: a twin fitted on what came before the validation part is judged on that part's
 * examples, and on a generator's candidates. What int8 costs is the shipped net's own.
 */
export function judgeEarlier(draft: Draft & Fitted, options: DraftOptions): GateReport | null {
  const { examples, log, contenders } = draft;
  const split = examples.startedAt.findIndex((at) => at >= log.splits.validFrom);
  if (split < MIN_EXAMPLES) return null;
  options.progress('gate: a twin without the validation part');
  const twin = fitBoth(draft, sliceExamples(examples, 0, split), { ...options, lap: noLap }).contenders;
  const held = sliceExamples(examples, split, examples.count);
  const report = judgeExamples(held, twin);
  const { quantization } = judgeExamples(held, contenders);
  const failures = failuresOf({ difference: report.difference, quantization });
  const model = { log, ...knownBefore(draft, log.splits.validFrom), contenders: twin };
  return judgeGenerated({ ...report, quantization, failures }, model, heldOutQueries(model, options));
}

/** Items and their data as a training knew them that ended at `at`, epoch ms. */
function knownBefore({ log, sessions }: Pick<Draft, 'log' | 'sessions'>, at: number) {
  const before = cutSessions(sessions, at);
  const vocabulary = createVocabulary(before, log.items.keys());
  return { vocabulary, data: createItemDataAt({ log, sessions: before, vocabulary }, at) };
}

function sliceExamples(examples: Examples, from: number, to: number): Examples {
  const width = CHOICES * GRAM_INPUTS.length;
  return {
    count: to - from,
    inputs: examples.inputs.subarray(from * width, to * width),
    heads: examples.heads.subarray(from, to),
    sessionIds: examples.sessionIds.slice(from, to),
    startedAt: examples.startedAt.subarray(from, to),
  };
}

function checkEnough(
  { sessions, vocabulary, examples }: Pick<Draft, 'sessions' | 'vocabulary' | 'examples'>,
  { dataDir }: DraftOptions,
) {
  const items = vocabulary.counts.filter((count) => count > 0).length;
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

/** Epoch ms from which on nothing is fitted. */
export const cutOf = ({ validFrom, testFrom }: SiteLog['splits'], fit: Fit): number =>
  fit === 'train' ? validFrom : testFrom;

/** What lies before the cut. Throws `InputError` where nothing does. */
export function sessionsBefore({ sessions, splits }: SiteLog, { fit, dataDir }: DraftOptions): LogSession[] {
  const { testFrom } = splits;
  const cut = cutOf(splits, fit);
  const before = cutSessions(sessions, cut);
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

export type Fitted = ReturnType<typeof fitBoth>;

type Judgeable = Pick<TrainedModel, 'log' | 'vocabulary' | 'data'> & Pick<Fitted, 'contenders'>;

/** Quality on held-out sessions, through the feature code that serves. */
export function validate(model: Judgeable, options: DraftOptions): GateReport | null {
  options.progress('validation');
  const held = heldOutQueries(model, options);
  if (held.queries.length === 0) return null;
  return judgeGenerated(judgeQueries({ ...model, queries: held.queries }, model.contenders), model, held);
}

type HeldOutQueries = ReturnType<typeof heldOutQueries>;

function heldOutQueries({ log, vocabulary }: Pick<Judgeable, 'log' | 'vocabulary'>, { seed }: DraftOptions) {
  const { validFrom: from, testFrom: to } = log.splits;
  const random = createRandom(seed + 1);
  const queries = makeHeldOutQueries({ log, vocabulary, from, to, random, maxQueries: MAX_VALID_QUERIES });
  return { queries, random };
}

/** Adds how the model does where a generator proposes the candidates of the same queries. */
function judgeGenerated(gate: GateReport, model: Judgeable, { queries, random }: HeldOutQueries): GateReport {
  const { sessions } = model.log;
  const proposed = generatedQueries(queries, { sessions, rows: model.vocabulary.rows, choices: CHOICES, random });
  if (proposed.length === 0) return gate;
  const { cases, model: ours, linear, difference } = judgeQueries({ ...model, queries: proposed }, model.contenders);
  const failures = [...gate.failures, ...generatedFailures(difference)];
  return { ...gate, generated: { cases, model: ours, linear, difference }, failures };
}
