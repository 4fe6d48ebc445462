import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FreshnessResult } from './freshness.ts';
import type { EngineLag, LagResult } from './freshness-lags.ts';
import { renderLinePlot } from './line-plot.ts';
import { figure, intervalText, markdownTable, payloadText, ratioText, writeSection } from './markdown.ts';
import { ENGINES } from './stale-server.ts';

/** Writes `freshness.svg` and, between its markers, the tables of `freshness.md` into a folder. */
export function writeFreshness(result: FreshnessResult, outDir: string): void {
  writeSection({ file: join(outDir, 'freshness.md'), name: 'bench-freshness', text: renderFreshness(result) });
  writeFileSync(join(outDir, 'freshness.svg'), plotFreshness(result));
}

function renderFreshness(result: FreshnessResult): string {
  const { split, seed, modelId, payloadBytes, queries, sessions, otherGenerator, snapshot, identity, supply } = result;
  return [
    `\`bench freshness --split ${split} --seed ${String(seed)}\`, model \`${modelId.slice(0, 12)}\`, ` +
      `${String(queries)} queries. ${payloadText(payloadBytes)}. Here ${result.note}.`,
    '![NDCG@10 by how many events the generator is behind](freshness.svg)',
    '**Events behind**, all queries. NDCG@10.',
    curveTable(result.events),
    'The two gains, and `model` minus `linear` on *device*, with 95 % intervals by session.',
    gainTable(result.events),
    `**Whole sessions behind** (the running one is the first), ${String(sessions[0].queries)} queries of returning visitors.`,
    curveTable(sessions),
    gainTable(sessions),
    '**Another generator**, which training never saw: sequential rules from the newest five items and what is popular now, ' +
      `${String(otherGenerator.behind)} events behind, ${String(otherGenerator.queries)} queries.`,
    curveTable([otherGenerator]),
    gainTable([otherGenerator]),
    `**Weekly snapshot**, same model, ${String(snapshot.queries)} queries: *live* ranks the snapshot's own candidates.`,
    snapshotTable(result),
    `**Identity**, sessions of one visitor on ${String(identity.devices)} devices, ${String(identity.queries)} queries of returning visitors.`,
    identityTable(result),
    `**Late candidates and missing fields**, nothing behind, ${String(supply.queries)} queries.`,
    supplyTable(result),
  ].join('\n\n');
}

const curveTable = (lags: readonly LagResult[]): string =>
  markdownTable(
    [
      'behind',
      'recall@100',
      'generator',
      ...ENGINES.flatMap((name) => ['stale', 'device', 'fresh'].map((v) => `${name} ${v}`)),
    ],
    lags.map((lag) => [
      String(lag.behind),
      figure(lag['recall@100'].mean),
      figure(lag.generator.mean),
      ...ENGINES.flatMap((name) =>
        [lag[name].stale, lag[name].device, lag[name].fresh].map(({ mean }) => figure(mean)),
      ),
    ]),
  );

const gainTable = (lags: readonly LagResult[]): string =>
  markdownTable(
    ['behind', 'model signal gain', 'model candidate gain', 'model recovered', 'linear recovered', 'model - linear'],
    lags.map(({ behind, model, linear, modelMinusLinear }) => [
      String(behind),
      ...[intervalText(model.signalGain), intervalText(model.candidateGain)],
      ...[ratioText(model.recovered), ratioText(linear.recovered), intervalText(modelMinusLinear)],
    ]),
  );

const snapshotTable = ({ snapshot }: FreshnessResult): string =>
  markdownTable(
    ['', 'snapshot', 'live', 'fresh', 'HR@10 live / snapshot', 'HR@10 fresh / snapshot'],
    ENGINES.map((name) => [
      `\`${name}\``,
      ...[snapshot[name].snapshot, snapshot[name].live, snapshot[name].fresh].map(({ mean }) => figure(mean)),
      ...[ratioText(snapshot[name].liveToSnapshot), ratioText(snapshot[name].freshToSnapshot)],
    ]),
  );

const identityTable = ({ identity }: FreshnessResult): string =>
  markdownTable(
    ['', 'unstitched', 'ranker stitched', 'both stitched', 'stitched - unstitched'],
    ENGINES.map((name) => [
      `\`${name}\``,
      ...[identity[name].unstitched, identity[name].ranker, identity[name].stitched].map(({ mean }) => figure(mean)),
      intervalText(identity[name].gain),
    ]),
  );

const supplyTable = ({ supply }: FreshnessResult): string =>
  markdownTable(
    ['', ...ENGINES.flatMap((name) => [`\`${name}\``, 'change'])],
    supply.variants.map((variant, i) => [
      variant.name,
      ...ENGINES.flatMap((name) => [
        figure(variant[name].quality.mean),
        i === 0 ? '-' : intervalText(variant[name].change),
      ]),
    ]),
  );

export function plotFreshness({ events }: FreshnessResult): string {
  const of = (pick: (lag: LagResult) => number): number[] => events.map(pick);
  const engine = (name: 'model' | 'linear', variant: 'stale' | 'device' | 'fresh', hue: number) => ({
    ...{ name: `${name}, ${variant}`, hue, dashed: name === 'linear' },
    values: of((lag) => (lag[name] satisfies EngineLag)[variant].mean),
  });
  return renderLinePlot({
    title: 'What the device recovers when the generator is behind',
    description: 'NDCG@10 of model and linear blend, with fresh, device and stale signals, by events behind',
    xTitle: 'events that the candidate generator is behind',
    yTitle: 'NDCG@10',
    ticks: events.map(({ behind }) => String(behind)),
    lines: [
      ...(['model', 'linear'] as const).flatMap((name) => [
        engine(name, 'fresh', 2),
        engine(name, 'device', 0),
        engine(name, 'stale', 1),
      ]),
      { name: 'generator, stale', hue: 3, dashed: false, values: of((lag) => lag.generator.mean) },
    ],
  });
}
