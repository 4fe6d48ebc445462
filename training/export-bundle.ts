import type { FeatureRule } from '../src/core/feature-rule.ts';
import { type MicroModel, encodeMicro } from '../src/core/micro.ts';
import { type ManifestFacts, writeBundle } from './bundle-writer.ts';
import type { Vocabulary } from './catalogue.ts';
import { createGoldenRows } from './golden-rows.ts';
import { createGramGraph } from './gram-graph.ts';
import type { ItemData } from './item-data.ts';
import type { QuantizedLayer } from './quantize.ts';
import type { LogSession, SiteLog } from './site-log.ts';

export interface TrainedModel {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly features: readonly FeatureRule[];
  readonly quantized: readonly QuantizedLayer[];
  /** The same weights dequantized. */
  readonly micro: MicroModel;
  readonly weights: readonly number[];
  readonly heads: readonly string[];
}

export interface ExportOptions {
  readonly outDir: string;
  /** SOURCE_DATE_EPOCH, in seconds; default: the newest training event. */
  readonly sourceDateEpoch?: number;
  readonly facts: Pick<ManifestFacts, 'quality' | 'dataProfile'>;
}

/** Writes the bundle's files and its manifest. */
export function exportBundle(model: TrainedModel, { outDir, sourceDateEpoch, facts }: ExportOptions) {
  const { sessions, vocabulary, data, features, quantized, micro, weights, heads } = model;
  const onnx = createGramGraph(features, quantized);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const items = data.map((item, row) => {
    const publishedAt = vocabulary.firstAt[row];
    // an item that only the catalogue names has no first sale yet
    return JSON.stringify({ ...item, popularity: vocabulary.counts[row], ...(publishedAt > 0 && { publishedAt }) });
  });
  const content = {
    'rank.onnx': onnx,
    'linear.json': text(`${JSON.stringify({ weights })}\n`),
    'micro.bin': encodeMicro(micro),
    'items.ndjson': text(`${items.join('\n')}\n`),
  };
  const newest = sessions.reduce((max, { events }) => events.reduce((at, event) => Math.max(at, event.at), max), 0);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { modelId } = writeBundle(outDir, content, {
    createdAt: iso(sourceDateEpoch === undefined ? newest : sourceDateEpoch * 1000),
    features,
    heads: heads.map((name) => ({ name })),
    golden: createGoldenRows({ ...model, linearWeights: weights }),
    trainingWindow: { from: iso(sessions[0].startAt), to: iso(newest) },
    ...facts,
  });
  return { modelId, onnxBytes: onnx.length };
}
