import type { Manifest } from '../src/core/manifest.ts';
import type { Tier } from '../src/core/slate.ts';
import { type Vocabulary, createCandidate, createVocabulary } from './catalogue.ts';
import {
  ABSENT,
  type Interval,
  type QueryQuality,
  clusteredInterval,
  meanQuality,
  qualityOf,
  round4,
} from './metrics.ts';
import type { ReplayAnswer, ReplayCandidate, ReplayPolicy, ReplaySession } from './page/replay-messages.ts';
import { type Demand, DemandClock } from './popularity.ts';
import { type Query, readQueries } from './queries.ts';
import { openReplayBrowser } from './replay-browser.ts';
import { type ReplayLists, describeLists } from './replay-lists.ts';
import { payloadBytes } from './payload-bytes.ts';
import { addUnknownItems } from './unknown-items.ts';
import { trainedQueries, vocabularyOf } from './bundle-engines.ts';
import { type BundleItem, readBundleItems } from './bundle-items.ts';
import { readBundleFile, readBundleManifest } from './bundle-manifest.ts';
import { Histories } from './histories.ts';
import { contextKind } from './score-queries.ts';
import { type SiteLog, readSiteLog } from './site-log.ts';

export interface ReplayOptions {
  readonly dataDir: string;
  readonly bundleDir: string;
  readonly queriesFile: string;
  readonly engine: Tier;
  /** How scores become a slate; default `scores`. Any other also replays `scores`, and pairs the two query by query. */
  readonly policy?: ReplayPolicy;
  /** Another engine to replay and to pair with, query by query. */
  readonly against?: Tier;
  /** The first N queries of the file. */
  readonly limit?: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface ReplayResult extends EngineResult {
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
  /** Bad rows of queries, events and items that were skipped. */
  readonly rejectedRows: number;
  readonly policy: ReplayPolicy;
  /** With any policy but `scores`: the same engine's order of the scores. */
  readonly scores?: EngineResult & {
    /** Of the policy over the order of the scores in NDCG@10, paired by query, clustered by session. */
    readonly difference: Interval;
  };
  readonly against?: EngineResult & {
    /** Of `engine` over `against` in NDCG@10, paired by query, clustered by session. */
    readonly difference: Interval;
    /** Share of queries whose first ten are the same items in the same order. */
    readonly sameTop10: number;
  };
}

export interface EngineResult extends QueryQuality, ReplayLists {
  readonly queries: number;
  readonly engine: Tier;
  readonly tiers: Readonly<Record<string, number>>;
  /** Why a lower tier answered, by code. */
  readonly tierProblems: Readonly<Record<string, number>>;
  /** Milliseconds of the whole `slate()` call. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** NDCG@10 with its 95 % interval, clustered by session. */
  readonly 'NDCG@10Interval': Interval;
}

interface Replayed {
  readonly result: EngineResult;
  /** Zero-based rank of each query's target, in the order of the file; ABSENT where the slate lacks it. */
  readonly ranks: readonly number[];
  /** Item ids of the first ten of each query. */
  readonly top10: readonly (readonly string[])[];
}

/** Replays real queries through the kit's public API in a real browser. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { dataDir, bundleDir, queriesFile, engine, against, policy = 'scores', warn } = options;
  const manifest = readCheckedManifest(bundleDir, against === undefined ? [engine] : [engine, against]);
  const log = await readSiteLog(dataDir, warn);
  const read = await readQueries(queriesFile, { log, warn });
  const queries = read.queries.slice(0, options.limit);
  const trained = trainedQueries(queries, manifest).length;
  // a demo may replay its own log, so nothing is refused
  if (trained > 0)
    warn(
      `${queriesFile}: ${String(trained)} of ${String(queries.length)} queries are of sessions that began before the ` +
        `bundle's training ended (${manifest.trainingWindow.to}): their figures say little of what it has not seen`,
    );
  const { items, payload } = readItems(bundleDir, queries);
  const common = { payloadBytes: payload, rejectedRows: read.rejectedRows + log.rejectedRows, policy };
  const input = { queries, log, items, policy };
  const one = await replayEngine(input, engine, options);
  if (policy !== 'scores') {
    const plain = await replayEngine({ ...input, policy: 'scores' }, engine, options);
    const scores = { ...plain.result, difference: differenceOf(one, plain, queries) };
    return { ...one.result, ...common, scores };
  }
  if (against === undefined) return { ...one.result, ...common };
  const other = await replayEngine(input, against, options);
  const difference = differenceOf(one, other, queries);
  const same = one.top10.filter((ids, i) => ids.join(' ') === other.top10[i].join(' ')).length;
  const sameTop10 = round4(same / queries.length);
  return { ...one.result, ...common, against: { ...other.result, difference, sameTop10 } };
}

/** In NDCG@10. */
function differenceOf(one: Replayed, other: Replayed, queries: readonly Query[]): Interval {
  const gain = (rank: number): number => qualityOf(rank)['NDCG@10'];
  return clusteredInterval(
    one.ranks.map((rank, i) => gain(rank) - gain(other.ranks[i])),
    queries.map(({ sessionId }) => sessionId),
  );
}

/** The bundle's items and what else the queries ask for. */
function readItems(bundleDir: string, queries: readonly Query[]) {
  const known = addUnknownItems(readBundleItems(bundleDir).values(), []);
  const items = addUnknownItems(
    known,
    queries.flatMap(({ candidates }) => candidates),
  );
  return {
    items: new Map(items.map((item) => [item.id, item])),
    payload: payloadBytes(known, vocabularyOf(known)),
  };
}

/** The files without which an engine cannot answer; a page would fall back and the figures be another engine's. */
const NEEDED: Readonly<Record<Tier, readonly string[]>> = {
  server: [],
  linear: ['linear.json'],
  micro: ['micro.bin'],
  wasm: ['rank.onnx'],
  webgpu: ['rank.onnx'],
};

/** Throws `InputError` where a file that an engine needs cannot be read. */
function readCheckedManifest(bundleDir: string, engines: readonly Tier[]): Manifest {
  const manifest = readBundleManifest(bundleDir);
  new Set(engines.flatMap((engine) => NEEDED[engine])).forEach((name) => readBundleFile(bundleDir, name));
  return manifest;
}

interface ReplayInput {
  readonly queries: readonly Query[];
  readonly log: SiteLog;
  readonly items: ReadonlyMap<string, BundleItem>;
  readonly policy: ReplayPolicy;
}

async function replayEngine(input: ReplayInput, engine: Tier, options: ReplayOptions): Promise<Replayed> {
  const { queries, log, items, policy } = input;
  const { bundleDir, progress } = options;
  const source = new SessionSource(log, items);
  const catalogue = [...items.values()].map((item) => createCandidate(log, item, item.publishedAt));
  const setup = { items: catalogue, maxTier: engine, kind: contextKind(log.sessions), policy };
  const browser = await openReplayBrowser(bundleDir, setup);
  const answers: ReplayAnswer[] = new Array<ReplayAnswer>(queries.length);
  let done = 0;
  try {
    for (const places of groupBySession(queries)) {
      const session = source.create(places.map((place) => queries[place]));
      (await browser.run(session)).forEach((answer, i) => (answers[places[i]] = answer));
      done += places.length;
      progress(`replay ${engine}: ${String(done)} of ${String(queries.length)} queries`);
    }
  } finally {
    await browser.close();
  }
  return summarise(input, answers, engine);
}

function summarise({ queries, items }: ReplayInput, answers: readonly ReplayAnswer[], engine: Tier): Replayed {
  const lists = queries.map(({ sessionId, context, candidates }, i) => ({
    ...{ sessionId, step: context.length, candidates, top10: answers[i].top10 },
  }));
  const ranks = answers.map(({ rank }) => (rank < 0 ? ABSENT : rank));
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const quantile = (share: number): number =>
    round4(times[Math.min(times.length - 1, Math.floor(share * times.length))]);
  const result: EngineResult = {
    queries: queries.length,
    engine,
    tiers: countBy(answers.map(({ tier }) => tier)),
    tierProblems: countBy(answers.flatMap(({ problem }) => problem ?? [])),
    ...meanQuality(ranks),
    ...describeLists(lists, items),
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    'NDCG@10Interval': clusteredInterval(
      ranks.map((rank) => qualityOf(rank)['NDCG@10']),
      queries.map(({ sessionId }) => sessionId),
    ),
  };
  return { result, ranks, top10: answers.map((answer) => answer.top10) };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Places of the queries of each session, by start of session and growing context. */
function groupBySession(queries: readonly Query[]): number[][] {
  const groups = new Map<string, number[]>();
  queries.forEach(({ sessionId }, place) => groups.set(sessionId, [...(groups.get(sessionId) ?? []), place]));
  const startOf = (places: readonly number[]): number => queries[places[0]].startAt;
  for (const places of groups.values()) places.sort((a, b) => queries[a].context.length - queries[b].context.length);
  return [...groups.values()].sort((a, b) => startOf(a) - startOf(b));
}

const NO_DEMAND: Demand = { popularity: 0, recentPopularity: 0, sales: [0, 0, 0] };

/** Plays the site's server and its log: demand before the session, history of its user, the server's order. */
class SessionSource {
  readonly #histories: Histories;
  readonly #vocabulary: Vocabulary;
  readonly #clock: DemandClock;
  readonly #items: ReadonlyMap<string, BundleItem>;

  constructor(log: SiteLog, items: ReadonlyMap<string, BundleItem>) {
    this.#items = items;
    this.#vocabulary = createVocabulary(log.sessions);
    this.#clock = new DemandClock(log.sessions, this.#vocabulary.rows);
    this.#histories = new Histories(log.sessions);
  }

  create(queries: readonly Query[]): ReplaySession {
    const { startAt } = queries[0];
    this.#clock.advance(startAt);
    return {
      startAt,
      history: this.#histories
        .before(queries[0])
        .flatMap(({ sessionId, events }) => events.map((event) => ({ ...event, sessionId }))),
      queries: queries.map(({ context, target, candidates }) => ({
        context,
        target,
        candidates: this.#serverOrder(candidates).map((id) => this.#candidate(id)),
      })),
    };
  }

  /** By the bundle's training popularity, ties by item id. */
  #serverOrder(ids: readonly string[]): string[] {
    const popularity = (id: string): number => this.#items.get(id)?.popularity ?? 0;
    return [...ids].sort((a, b) => popularity(b) - popularity(a) || (a < b ? -1 : 1));
  }

  #candidate(id: string): ReplayCandidate {
    const row = this.#vocabulary.rows.get(id);
    return { id, ...(row === undefined ? NO_DEMAND : this.#clock.demand(row)) };
  }
}
