import { join } from 'node:path';
import type { EvaluateResult, RecommenderName, RecommenderResult } from './evaluate.ts';
import type { Interval } from './metrics.ts';
import { SEGMENTS } from './segments.ts';
import { figure, intervalText, markdownTable, payloadText, writeSection } from './markdown.ts';

/** Writes the tables into `evaluation.md` of a folder, between the markers of their split. */
export function writeEvaluation(result: EvaluateResult, outDir: string): void {
  const file = join(outDir, 'evaluation.md');
  writeSection({ file, name: `evaluate-${result.split}`, text: renderEvaluation(result) });
}

function renderEvaluation(result: EvaluateResult): string {
  const { split, queries, sessions, full, modelId, seed, rankBytes, payloadBytes } = result;
  return [
    `\`evaluate --split ${split} --seed ${String(seed)}\`, model \`${modelId.slice(0, 12)}\`: ${String(queries)} queries ` +
      `of ${String(sessions)} sessions;\nthe full protocol on a seeded sample of ${String(full.queries)} of them over ` +
      `${String(full.items)} items.\n\`rank.onnx\`: ${String(rankBytes)} bytes; ${payloadText(payloadBytes)}.`,
    ...againstTexts(result),
    'Ranking. NDCG@10 with its 95 % interval by session; the difference is paired, this minus `linear`.',
    qualityTable(result),
    'Lists of ten, over the whole catalogue (full) and of the 100 candidates.',
    listTable(result),
    'NDCG@10 by segment, 100 candidates.',
    segmentTable(result),
    calibrationText(result),
  ].join('\n\n');
}

const entries = ({ models }: EvaluateResult): [RecommenderName, RecommenderResult][] =>
  Object.entries(models) as [RecommenderName, RecommenderResult][];

const qualityTable = (result: EvaluateResult): string =>
  markdownTable(
    ['', 'HR@10', 'HR@20', 'MRR', 'NDCG@10', 'minus `linear`', 'full HR@20', 'full MRR@20', 'full NDCG@10'],
    entries(result).map(([name, one]) => [
      `\`${name}\``,
      ...[figure(one['HR@10']), figure(one['HR@20']), figure(one.MRR)],
      intervalText(one['NDCG@10Interval']),
      one.minusLinear === undefined ? '-' : intervalText(one.minusLinear),
      ...[figure(one.full['HR@20']), figure(one.full['MRR@20']), intervalText(one.full['NDCG@10Interval'])],
    ]),
  );

function againstTexts({ models, modelId, rankBytes, payloadBytes, againstBundle: other }: EvaluateResult): string[] {
  if (other === undefined) return [];
  const row = (id: string, ndcg: Interval, bytes: readonly number[]): string[] => [
    `\`${id.slice(0, 12)}\``,
    intervalText(ndcg),
    ...bytes.map(String),
  ];
  return [
    'Against another bundle, its `model` on the same queries. NDCG@10 of this minus that, paired, with its 95 % interval ' +
      `by session: ${intervalText(other.difference)}.`,
    markdownTable(
      ['model', 'NDCG@10', '`rank.onnx` bytes', 'payload bytes'],
      [
        row(modelId, models.model['NDCG@10Interval'], [rankBytes, payloadBytes]),
        row(other.modelId, other['NDCG@10Interval'], [other.rankBytes, other.payloadBytes]),
      ],
    ),
  ];
}

const LISTS = ['coverage@10', 'diversity@10', 'novelty@10', 'repeatBought@10', 'repeatSeen@10'] as const;

const listTable = (result: EvaluateResult): string =>
  markdownTable(
    ['', ...LISTS.map((name) => `full ${name}`), ...LISTS],
    entries(result).map(([name, one]) => [
      `\`${name}\``,
      ...LISTS.map((metric) => figure(one.full[metric])),
      ...LISTS.map((metric) => figure(one[metric])),
    ]),
  );

const SHOWN_IN_SEGMENTS = ['model', 'linear', 'simpleMix', 'popularity', 'random'] as const;

function segmentTable({ models }: EvaluateResult): string {
  const names = SEGMENTS.filter((name) => name in models.model.segments);
  return markdownTable(
    ['', 'queries', ...SHOWN_IN_SEGMENTS.map((name) => `\`${name}\``)],
    names.map((segment) => [
      segment,
      String(models.model.segments[segment].queries),
      ...SHOWN_IN_SEGMENTS.map((name) => intervalText(models[name].segments[segment])),
    ]),
  );
}

function calibrationText({ calibration }: EvaluateResult): string {
  if (typeof calibration === 'string') return `Calibration: ${calibration}.`;
  const { impressions, clicks, sessions } = calibration;
  const steps = ['before', 'platt', 'isotonic', 'constant'] as const;
  const table = markdownTable(
    ['', ...steps.flatMap((step) => [`${step} ECE`, `${step} Brier`])],
    (['model', 'linear'] as const).map((engine) => [
      `\`${engine}\``,
      ...steps.flatMap((step) => [figure(calibration[engine][step].ECE), figure(calibration[engine][step].brier)]),
    ]),
  );
  const counts = `${String(impressions)} impressions with ${String(clicks)} clicks in ${String(sessions)} sessions`;
  return `Calibration on ${counts}; fitted on one half of the sessions, judged on the other.\n\n${table}`;
}
