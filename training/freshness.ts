import { createRandom } from '../src/core/random.ts';
import { type Split, readBundleEngines } from './bundle-engines.ts';
import { loadQueries, sampleOf } from './evaluation-queries.ts';
import { type LagResult, LagTables } from './freshness-lags.ts';
import { type SnapshotResult, SnapshotTable } from './freshness-snapshot.ts';
import { type IdentityResult, IdentityTable } from './freshness-identity.ts';
import { type SupplyResult, SupplyTable } from './freshness-supply.ts';
import { round4 } from './metrics.ts';
import type { Query } from './queries.ts';
import { Histories, contextKind } from './score-queries.ts';
import { readSiteLog } from './site-log.ts';
import { StaleServer } from './stale-server.ts';
import { type Timeline, createTimeline } from './timeline.ts';

/** Queries for everything but the lags themselves: a seeded sample. */
const FURTHER_QUERIES = 1_000;

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
  readonly queries: number;
  readonly queriesAvailable: number;
  readonly queriesFrom: string;
  /** What a lag is counted in on this log. */
  readonly note: string;
  readonly events: readonly LagResult[];
  readonly sessions: readonly LagResult[];
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
  const lags = new LagTables();
  const [snapshot, supply] = [new SnapshotTable(log, engines), new SupplyTable(log, engines)];
  const identity = new IdentityTable(seed);
  const server = new StaleServer(log, engines);
  const histories = new Histories(log.sessions);
  const kind = contextKind(log.sessions);
  [...queries]
    .sort((a, b) => a.startAt - b.startAt)
    .forEach((query, i) => {
      server.advance(query);
      const earlier = histories.before(query);
      const scene = { query, live: createTimeline(query, earlier, kind), earlier: earlier.length, server };
      lags.add(scene);
      if (further.has(query)) for (const table of [snapshot, identity, supply]) table.add(scene);
      if (i % 100 === 99) progress(`freshness: ${String(i + 1)} of ${String(queries.length)} queries`);
    });
  const events = lags.events();
  return {
    ...{ split, seed, modelId: engines.manifest.modelId },
    ...{ queries: queries.length, queriesAvailable: loaded.available, queriesFrom: loaded.from },
    note: noteOf(kind),
    events,
    sessions: lags.sessions(),
    snapshot: snapshot.result(),
    identity: identity.result(),
    supply: supply.result(),
    checks: checksOf(events),
    rejectedRows: log.rejectedRows + loaded.rejectedRows,
    seconds: round4((stopwatch() - startedAt) / 1000),
  };
}

const noteOf = (kind: string): string =>
  kind === 'purchase'
    ? 'the log has one time for a whole invoice: the lag is in line order, not in time'
    : 'the lag is in events of the visitor, not in seconds';

function checksOf(events: readonly LagResult[]): FreshnessChecks {
  const two = events.find(({ behind }) => behind === 2);
  return {
    'recovers at least half': (two?.model.recovered.ratio ?? 0) >= 0.5,
    'model above linear': (two?.modelMinusLinear.low ?? 0) > 0,
  };
}
