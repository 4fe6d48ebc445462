import type { FeatureRule } from '../src/core/feature-rule.ts';
import { type MicroModel, encodeMicro } from '../src/core/micro.ts';
import { type ManifestFacts, writeBundle } from './bundle-writer.ts';
import type { Vocabulary } from './catalogue.ts';
import { HEAD_WINDOW_DAYS } from './examples.ts';
import { createGoldenRows } from './golden-rows.ts';
import type { ItemData } from './item-data.ts';
import type { Lap } from './laps.ts';
import type { LogSession, SiteLog } from './site-log.ts';

export interface TrainedModel {
  readonly log: SiteLog;
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  readonly data: readonly ItemData[];
  readonly features: readonly FeatureRule[];
  /** The same weights dequantized. */
  readonly micro: MicroModel;
  readonly weights: readonly number[];
  readonly heads: readonly string[];
  /** The ranker as ONNX. */
  readonly onnx: Uint8Array;
}

export interface ExportOptions {
  readonly outDir: string;
  /** SOURCE_DATE_EPOCH, in seconds; default: the newest training event. */
  readonly sourceDateEpoch?: number;
  readonly facts: Pick<ManifestFacts, 'quality' | 'dataProfile'>;
  readonly lap: Lap;
}

/** Writes the bundle's files and its manifest. */
export function exportBundle(model: TrainedModel, { outDir, sourceDateEpoch, facts, lap }: ExportOptions) {
  const { sessions, vocabulary, data, features, micro, weights, heads, onnx } = model;
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
  const golden = createGoldenRows({ ...model, linearWeights: weights });
  lap('goldenRows');
  const { modelId } = writeBundle(outDir, content, {
    createdAt: iso(sourceDateEpoch === undefined ? newest : sourceDateEpoch * 1000),
    features,
    heads: heads.map((name) => ({ name, windowDays: HEAD_WINDOW_DAYS })),
    golden,
    trainingWindow: { from: iso(sessions[0].startAt), to: iso(newest) },
    ...facts,
  });
  return { modelId, onnxBytes: onnx.length };
}
