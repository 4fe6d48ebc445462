import { createRandom } from '../src/core/random.ts';
import { type AgainstBundle, judgeAgainst, readAgainst } from './against-bundle.ts';
import { BASELINES, type BaselineName, createBaselines } from './baselines.ts';
import { EndedSessions, createRowSession } from './baseline.ts';
import { type BundleEngines, type Split, heldOutPart, readBundleEngines } from './bundle-engines.ts';
import { type CalibrationResult, calibrate } from './calibrate.ts';
import { popularityRank } from './catalogue.ts';
import { type LoadedQueries, loadQueries, sampleOf } from './evaluation-queries.ts';
import { readImpressions } from './impressions.ts';
import { type ListQuality, type Met, createListFacts } from './list-quality.ts';
import { type Interval, hit, ndcg10, round4 } from './metrics.ts';
import { payloadBytes } from './payload-bytes.ts';
import { ProtocolTally, reciprocal } from './protocol-tally.ts';
import type { Query } from './queries.ts';
import { type Scene, playQueries, rowsOf } from './score-queries.ts';
import { createSegments } from './segments.ts';
import { type LogSession, type SiteLog, readSiteLog } from './site-log.ts';
import { withUnknownItems } from './unknown-items.ts';

/** Queries of the full protocol, where every item that training has met is ranked: a seeded sample. */
const FULL_QUERIES = 1_000;

const NO_IMPRESSIONS = 'not calibratable: no impressions';

const RECOMMENDERS = ['model', 'linear', ...BASELINES] as const;
export type RecommenderName = (typeof RECOMMENDERS)[number];

export interface EvaluateOptions {
  readonly dataDir: string;
  readonly bundleDir: string;
  /** Folder of another bundle whose net ranks the same queries. */
  readonly againstBundle?: string;
  readonly split: Split;
  readonly seed: number;
  /** A sample of so many queries. */
  readonly limit?: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
  /** A monotonic millisecond clock. */
  readonly stopwatch: () => number;
}

/** NDCG@10 with its interval, and the paired difference to the engines: this minus that. */
export interface Compared {
  readonly 'NDCG@10': number;
  readonly 'NDCG@10Interval': Interval;
  readonly minusModel?: Interval;
  readonly minusLinear?: Interval;
}

export interface RecommenderResult extends Compared, ListQuality {
  readonly 'HR@10': number;
  readonly 'HR@20': number;
  readonly MRR: number;
  /** NDCG@10 within a segment. */
  readonly segments: Readonly<Record<string, Interval & { readonly queries: number }>>;
  readonly full: Compared & ListQuality & { readonly 'HR@20': number; readonly 'MRR@20': number };
}

export interface EvaluateResult {
  readonly split: Split;
  readonly seed: number;
  readonly modelId: string;
  /** Size of `rank.onnx`, and gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly rankBytes: number;
  readonly payloadBytes: number;
  readonly queries: number;
  readonly queriesAvailable: number;
  readonly queriesFrom: string;
  readonly sessions: number;
  readonly full: { readonly queries: number; readonly items: number; readonly note: string };
  readonly models: Readonly<Record<RecommenderName, RecommenderResult>>;
  readonly againstBundle?: AgainstBundle;
  readonly calibration: CalibrationResult | string;
  /** Bad rows of log, queries and impressions that were left out. */
  readonly rejectedRows: number;
  readonly seconds: number;
}

/** Ranks held-out queries by the bundle's engines and by simple baselines, and judges both in every way of docs/evaluation.md. */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const { dataDir, bundleDir, againstBundle, split, seed, progress, warn, stopwatch } = options;
  const startedAt = stopwatch();
  progress(`seed ${String(seed)}; reading ${dataDir}`);
  const engines = readBundleEngines(bundleDir);
  const log = await readSiteLog(dataDir, warn);
  const loaded = await loadQueries({ ...options, log, engines });
  // what may be refused is read before the long part
  const other = againstBundle === undefined ? undefined : readAgainst(againstBundle, { log, split, loaded });
  const impressions = await readImpressions(dataDir, { ...heldOutPart(log, engines.manifest, split), log, warn });
  const { rerank, full, played, items } = judge({ log, engines, loaded }, options);
  return {
    split,
    seed,
    modelId: engines.manifest.modelId,
    rankBytes: engines.manifest.files['rank.onnx'].sizeBytes,
    payloadBytes: payloadBytes(engines.data, engines.vocabulary),
    queries: loaded.queries.length,
    queriesAvailable: loaded.available,
    queriesFrom: loaded.from,
    sessions: new Set(loaded.queries.map(({ sessionId }) => sessionId)).size,
    full: {
      queries: full.queries,
      items,
      note: `a seeded sample of ${String(full.queries)} of the queries, each over all items with an event in training`,
    },
    models: Object.fromEntries(RECOMMENDERS.map((name) => [name, resultOf(name, rerank, full)])) as Record<
      RecommenderName,
      RecommenderResult
    >,
    ...(other && { againstBundle: judgeAgainst({ other, log, queries: played, ranks: rerank.ranks('model') }) }),
    calibration: impressions ? calibrate(impressions.slates, { log, engines, split, seed, progress }) : NO_IMPRESSIONS,
    rejectedRows: log.rejectedRows + loaded.rejectedRows + (impressions?.rejectedRows ?? 0),
    seconds: round4((stopwatch() - startedAt) / 1000),
  };
}

interface Judged {
  readonly log: SiteLog;
  readonly engines: BundleEngines;
  readonly loaded: LoadedQueries;
}

function judge({ log, engines: known, loaded: { queries } }: Judged, { seed, progress }: EvaluateOptions) {
  const engines = withUnknownItems(
    known,
    queries.flatMap(({ candidates }) => candidates),
  );
  const { vocabulary, data } = engines;
  const facts = createListFacts(vocabulary, data);
  const [rerank, full] = [new ProtocolTally(RECOMMENDERS, facts), new ProtocolTally(RECOMMENDERS, facts)];
  const inFull = new Set(sampleOf(queries, FULL_QUERIES, createRandom(seed + 1)));
  const popularity = popularityRank(vocabulary);
  // without what only items.csv.gz names: training has met none of it
  const catalogue = known.vocabulary.ids
    .filter((_, row) => known.vocabulary.counts[row] > 0)
    .map((id) => vocabulary.rows.get(id) ?? -1)
    .sort((a, b) => popularity[a] - popularity[b]);
  const judges = createJudges({ log, engines }, createRandom(seed + 2));
  const played: Query[] = [];
  playQueries({ log, vocabulary, data, queries }, (scene) => {
    const { query } = scene;
    const context = query.context.flatMap((id) => vocabulary.rows.get(id) ?? []);
    const ask = judges(scene, context);
    ask(rerank, rowsOf(query, vocabulary, popularity).rows);
    if (inFull.has(query)) {
      const rows = catalogue.filter((row) => !context.includes(row));
      ask(full, rows);
    }
    played.push(query);
    if (played.length % 100 === 0) progress(`evaluate: ${String(played.length)} of ${String(queries.length)} queries`);
  });
  return { rerank, full, played, items: catalogue.length };
}

type Ask = (tally: ProtocolTally, rows: readonly number[]) => void;

/** Keeps the baselines up to date and lets everyone score the rows of a scene. */
function createJudges({ log, engines }: Omit<Judged, 'loaded'>, random: () => number) {
  const { vocabulary } = engines;
  const baselines = createBaselines(vocabulary.ids.length, random);
  const ended = new EndedSessions(log.sessions, vocabulary.rows);
  const segmentsOf = createSegments(vocabulary);
  return ({ query, earlier, createBatch }: Scene, context: readonly number[]): Ask => {
    for (const session of ended.until(query.startAt)) BASELINES.forEach((name) => baselines[name].learn(session));
    const own = earlier.map((session) => createRowSession(session, vocabulary.rows));
    const view = { at: query.startAt, context, earlier: own };
    const target = vocabulary.rows.get(query.target);
    const asked = {
      cluster: query.sessionId,
      met: metBefore(earlier, vocabulary.rows),
      segments: segmentsOf({
        userId: query.userId,
        earlier: earlier.length,
        contextLength: query.context.length,
        target,
      }),
    };
    return (tally, rows) => {
      // one batch does for both: what the first engine fills in is what the second would
      const batch = createBatch(rows);
      tally.add({ ...asked, rows, target: rows.findIndex((row) => row === target) }, (name) => {
        if (name === 'model' || name === 'linear') return engines[name](batch);
        const scores = baselines[name as BaselineName].score(view);
        return Float64Array.from(rows, (row) => scores[row]);
      });
    };
  };
}

function metBefore(earlier: readonly LogSession[], rows: ReadonlyMap<string, number>): Met {
  const [bought, seen] = [new Set<number>(), new Set<number>()];
  for (const { events } of earlier) {
    for (const { itemId, kind } of events) {
      const row = rows.get(itemId);
      if (row === undefined) continue;
      seen.add(row);
      if (kind === 'purchase') bought.add(row);
    }
  }
  return { bought, seen };
}

function resultOf(name: RecommenderName, rerank: ProtocolTally, full: ProtocolTally): RecommenderResult {
  return {
    'HR@10': rerank.mean(name, (rank) => hit(rank, 10)),
    'HR@20': rerank.mean(name, (rank) => hit(rank, 20)),
    MRR: rerank.mean(name, (rank) => reciprocal(rank)),
    ...compare(name, rerank),
    ...rerank.lists(name),
    segments: rerank.segments(name),
    full: {
      'HR@20': full.mean(name, (rank) => hit(rank, 20)),
      'MRR@20': full.mean(name, (rank) => reciprocal(rank, 20)),
      ...compare(name, full),
      ...full.lists(name),
    },
  };
}

const compare = (name: RecommenderName, tally: ProtocolTally): Compared => ({
  'NDCG@10': tally.mean(name, ndcg10),
  'NDCG@10Interval': tally.ndcg(name),
  ...(name !== 'model' && { minusModel: tally.ndcg(name, 'model') }),
  ...(name !== 'linear' && { minusLinear: tally.ndcg(name, 'linear') }),
});
