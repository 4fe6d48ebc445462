import { createRandom } from '../src/core/random.ts';
import { type BundleEngines, type Split, readBundleEngines } from './bundle-engines.ts';
import { loadQueries, sampleOf } from './evaluation-queries.ts';
import { type LagResult, LagTables } from './freshness-lags.ts';
import { type SnapshotResult, SnapshotTable } from './freshness-snapshot.ts';
import { type IdentityResult, IdentityTable } from './freshness-identity.ts';
import { type SupplyResult, SupplyTable } from './freshness-supply.ts';
import { round4 } from './metrics.ts';
import { payloadBytes } from './payload-bytes.ts';
import type { Query } from './queries.ts';
import { Histories } from './histories.ts';
import { contextKind } from './score-queries.ts';
import { RulesGenerator } from './rules-generator.ts';
import { type SiteLog, readSiteLog } from './site-log.ts';
import { StaleServer } from './stale-server.ts';
import { type Timeline, createTimeline } from './timeline.ts';

/** Queries for everything but the lags themselves: a seeded sample. */
const FURTHER_QUERIES = 1_000;

/** Events behind at which the checks and the other generator are read. */
const CHECKED_LAG = 2;

export interface FreshnessOptions {
  readonly dataDir: string;
  readonly bundleDir: string;
  readonly split: Split;
  readonly seed: number;
  /** A sample of so many queries. */
  readonly limit?: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
  /** A monotonic millisecond clock. */
  readonly stopwatch: () => number;
}

export interface FreshnessResult {
  readonly split: Split;
  readonly seed: number;
  readonly modelId: string;
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
  readonly queries: number;
  readonly queriesAvailable: number;
  readonly queriesFrom: string;
  /** What a lag is counted in on this log. */
  readonly note: string;
  readonly events: readonly LagResult[];
  readonly sessions: readonly LagResult[];
  /** Two events behind with candidates of a generator that training never saw. */
  readonly otherGenerator: LagResult;
  readonly snapshot: SnapshotResult;
  readonly identity: IdentityResult;
  readonly supply: SupplyResult;
  readonly checks: FreshnessChecks;
  readonly rejectedRows: number;
  readonly seconds: number;
}

/** What the freshness curve has to show, at a lag of two events. */
export interface FreshnessChecks {
  readonly 'recovers at least half': boolean;
  readonly 'model above linear': boolean;
}

/** One query with what its visitor did. */
export interface FreshScene {
  readonly query: Query;
  readonly live: Timeline;
  /** Earlier sessions of the visitor. */
  readonly earlier: number;
  readonly server: StaleServer;
}

/** Plays held-out sessions with a candidate generator that is behind, and a ranker that is or is not. */
export async function benchFreshness(options: FreshnessOptions): Promise<FreshnessResult> {
  const { dataDir, bundleDir, split, seed, progress, warn, stopwatch } = options;
  const startedAt = stopwatch();
  progress(`seed ${String(seed)}; reading ${dataDir}`);
  const engines = readBundleEngines(bundleDir);
  const log = await readSiteLog(dataDir, warn);
  const loaded = await loadQueries({ ...options, log, engines });
  const { queries } = loaded;
  const further = new Set(sampleOf(queries, FURTHER_QUERIES, createRandom(seed + 1)));
  const tables = createTables(log, engines, seed);
  const { server, other } = tables;
  const histories = new Histories(log.sessions);
  const kind = contextKind(log.sessions);
  [...queries]
    .sort((a, b) => a.startAt - b.startAt)
    .forEach((query, i) => {
      for (const one of [server, other]) one.advance(query);
      const earlier = histories.before(query);
      const scene = { query, live: createTimeline(query, earlier, kind), earlier: earlier.length, server };
      tables.lags.add(scene);
      tables.otherLag.add({ ...scene, server: other });
      if (further.has(query)) for (const table of tables.further) table.add(scene);
      if (i % 100 === 99) progress(`freshness: ${String(i + 1)} of ${String(queries.length)} queries`);
    });
  const events = tables.lags.events();
  return {
    ...{ split, seed, modelId: engines.manifest.modelId },
    payloadBytes: payloadBytes(engines.data, engines.vocabulary),
    ...{ queries: queries.length, queriesAvailable: loaded.available, queriesFrom: loaded.from },
    note: noteOf(kind),
    events,
    sessions: tables.lags.sessions(),
    otherGenerator: tables.otherLag.events()[0],
    ...tables.results(),
    checks: checksOf(events),
    rejectedRows: log.rejectedRows + loaded.rejectedRows,
    seconds: round4((stopwatch() - startedAt) / 1000),
  };
}

function createTables(log: SiteLog, engines: BundleEngines, seed: number) {
  const [snapshot, supply] = [new SnapshotTable(log, engines), new SupplyTable(log, engines)];
  const identity = new IdentityTable(seed);
  return {
    server: new StaleServer(log, engines),
    other: new StaleServer(log, engines, RulesGenerator),
    lags: new LagTables(),
    otherLag: new LagTables({ events: [CHECKED_LAG], sessions: [] }),
    further: [snapshot, identity, supply],
    results: () => ({ snapshot: snapshot.result(), identity: identity.result(), supply: supply.result() }),
  };
}

const noteOf = (kind: string): string =>
  kind === 'purchase'
    ? 'the log has one time for a whole invoice: the lag is in line order, not in time'
    : 'the lag is in events of the visitor, not in seconds';

function checksOf(events: readonly LagResult[]): FreshnessChecks {
  const two = events.find(({ behind }) => behind === CHECKED_LAG);
  return {
    'recovers at least half': (two?.model.recovered.ratio ?? 0) >= 0.5,
    'model above linear': (two?.modelMinusLinear.low ?? 0) > 0,
  };
}
