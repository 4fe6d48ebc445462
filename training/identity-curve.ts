import { hashText } from '../src/core/hash.ts';
import { type Split, readBundleEngines } from './bundle-engines.ts';
import { deviceOf, mergeDevices, splitByDevice } from './device-logs.ts';
import { loadQueries } from './evaluation-queries.ts';
import { Histories } from './histories.ts';
import { type Interval, ndcg10, round4 } from './metrics.ts';
import { PairedTable } from './paired-table.ts';
import type { Query } from './queries.ts';
import { contextKind } from './score-queries.ts';
import { readSiteLog } from './site-log.ts';
import { ENGINES, type EngineName, StaleServer } from './stale-server.ts';
import { type Timeline, createTimeline } from './timeline.ts';

/** Devices that a visitor's sessions fall on. */
const DEVICES = [2, 3, 5] as const;
/** What the checks are about. */
const CHECKED = 3;

/** A clock that is wrong is wrong by a minute to half a day, either way, as many by ten minutes as by two hours. */
const [LEAST_SKEW_MS, MOST_SKEW_MS] = [60_000, 12 * 3_600_000];
/** What is known of a clock is its offset and the way of a batch, which takes up to half a second. */
const MOST_WAY_MS = 500;

const VARIANTS = ['unstitched', 'ranker', 'stitched', 'skewed'] as const;
type Variant = (typeof VARIANTS)[number];
type Column = `${EngineName}.${Variant | 'one'}`;

export interface CurveEngine extends Readonly<Record<Variant | 'one', Interval>> {
  /** stitched - unstitched. */
  readonly gain: Interval;
  /** stitched - one. */
  readonly left: Interval;
}

export interface CurvePoint extends Readonly<Record<EngineName, CurveEngine>> {
  readonly devices: number;
  /** Of visitors with earlier sessions; others have nothing to split. */
  readonly queries: number;
  /** Share of earlier signals that lie on another device than the running one. */
  readonly elsewhere: number;
  /** Share of queries whose target has the same rank stitched as on one device, by the model. */
  readonly sameRank: number;
}

export interface IdentityCurveOptions {
  readonly dataDir: string;
  readonly bundleDir: string;
  readonly split: Split;
  readonly seed: number;
  /** A sample of so many queries. */
  readonly limit?: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** What the curve has to show, on three devices. */
export interface IdentityChecks {
  readonly 'unstitched below one device': boolean;
  readonly 'stitched as one device': boolean;
}

export interface IdentityCurve {
  readonly split: Split;
  readonly seed: number;
  readonly modelId: string;
  readonly metric: 'NDCG@10';
  readonly queries: number;
  readonly curve: readonly CurvePoint[];
  readonly checks: IdentityChecks;
}

/** Ranks held-out queries with one visitor's history on several devices: apart, joined, and as if it had been one. */
export async function benchIdentity(options: IdentityCurveOptions): Promise<IdentityCurve> {
  const { dataDir, bundleDir, split, seed, progress, warn } = options;
  progress(`seed ${String(seed)}; reading ${dataDir}`);
  const engines = readBundleEngines(bundleDir);
  const log = await readSiteLog(dataDir, warn);
  const { queries } = await loadQueries({ ...options, log, engines });
  const server = new StaleServer(log, engines);
  const histories = new Histories(log.sessions);
  const kind = contextKind(log.sessions);
  const points = DEVICES.map((devices) => new CurveTable(devices, seed));
  [...queries]
    .sort((a, b) => a.startAt - b.startAt)
    .forEach((query, i) => {
      server.advance(query);
      const earlier = histories.before(query);
      if (earlier.length === 0) return;
      const whole = createTimeline(query, earlier, kind);
      const one = playOut({ server, query, generator: whole, ranker: whole });
      for (const point of points) point.add({ server, query, whole, one });
      if (i % 100 === 99) progress(`identity: ${String(i + 1)} of ${String(queries.length)} queries`);
    });
  const curve = points.map((point) => point.result());
  const { modelId } = engines.manifest;
  return { ...{ split, seed, modelId, metric: 'NDCG@10' }, queries: curve[0].queries, curve, checks: checksOf(curve) };
}

interface Play {
  readonly server: StaleServer;
  readonly query: Query;
  /** What each knows of the visitor. */
  readonly generator: Timeline;
  readonly ranker: Timeline;
}

const playOut = ({ server, query, generator, ranker }: Play) =>
  server.rank({ query, candidates: server.propose(query, generator), known: ranker, serverLag: 0 });

interface CurveScene extends Pick<Play, 'server' | 'query'> {
  readonly whole: Timeline;
  readonly one: ReturnType<typeof playOut>;
}

/** One number of devices. */
class CurveTable {
  readonly #table = new PairedTable<Column>();
  readonly #devices: number;
  readonly #seed: number;
  #signals = 0;
  #elsewhere = 0;
  #same = 0;

  constructor(devices: number, seed: number) {
    this.#devices = devices;
    this.#seed = seed;
  }

  add({ server, query, whole, one }: CurveScene): void {
    const { running } = whole;
    const [devices, seed] = [this.#devices, this.#seed];
    const visitor = query.userId;
    const ahead = (device: number): number => skewOf(`${String(seed)}/${visitor}/${String(device)}`);
    const logs = splitByDevice(whole, { devices, seed, skewOf: ahead });
    // the running device's own time is the one that a page ranks by
    const here = deviceOf(running, devices, seed);
    const own = ahead(here);
    const known = (device: number): number => ahead(device) - wayOf(`${visitor}/${String(device)}`);
    const joined = (skew: (device: number) => number): Timeline => ({ running, signals: mergeDevices(logs, skew) });
    const apart = { running, signals: mergeDevices([logs[here]], ahead) };
    const stitched = joined((device) => (device === here ? own : known(device)));
    const play = { server, query };
    const ranks = {
      one,
      unstitched: playOut({ ...play, generator: apart, ranker: apart }),
      ranker: playOut({ ...play, generator: apart, ranker: stitched }),
      stitched: playOut({ ...play, generator: stitched, ranker: stitched }),
      // the control: nobody put the clocks right
      skewed: this.#skewed(
        play,
        joined(() => own),
      ),
    };
    this.#signals += whole.signals.length;
    this.#elsewhere += whole.signals.length - apart.signals.length;
    if (ranks.stitched.model === one.model) this.#same++;
    const values = ENGINES.flatMap((engine) =>
      (['one', ...VARIANTS] as const).map((name) => [`${engine}.${name}`, ndcg10(ranks[name][engine])] as const),
    );
    this.#table.add(query.sessionId, Object.fromEntries(values) as Record<Column, number>);
  }

  /** Signals of a time that is yet to come are left out by a page, and so here. */
  #skewed(play: Pick<Play, 'server' | 'query'>, { running, signals }: Timeline) {
    const past = signals.filter(({ at, sessionId }) => sessionId === running || at <= play.query.startAt);
    const timeline = { running, signals: past };
    return playOut({ ...play, generator: timeline, ranker: timeline });
  }

  result(): CurvePoint {
    const table = this.#table;
    const of = (engine: EngineName): CurveEngine => ({
      ...(Object.fromEntries(
        (['one', ...VARIANTS] as const).map((name) => [name, table.mean(`${engine}.${name}`)]),
      ) as Record<Variant | 'one', Interval>),
      gain: table.difference(`${engine}.stitched`, `${engine}.unstitched`),
      left: table.difference(`${engine}.stitched`, `${engine}.one`),
    });
    return {
      ...{ devices: this.#devices, queries: table.size },
      elsewhere: round4(this.#elsewhere / Math.max(1, this.#signals)),
      sameRank: round4(this.#same / Math.max(1, table.size)),
      ...{ model: of('model'), linear: of('linear') },
    };
  }
}

/** In [0, 1), the same for the same text. */
const shareOf = (text: string): number => (hashText(text) >>> 8) / 2 ** 24;

function skewOf(device: string): number {
  const size = LEAST_SKEW_MS * (MOST_SKEW_MS / LEAST_SKEW_MS) ** shareOf(`size ${device}`);
  return Math.round(shareOf(`sign ${device}`) < 0.5 ? -size : size);
}

const wayOf = (device: string): number => Math.round(MOST_WAY_MS * shareOf(`way ${device}`));

function checksOf(curve: readonly CurvePoint[]): IdentityChecks {
  const three = curve.find(({ devices }) => devices === CHECKED);
  const { low, high } = three?.model.left ?? { low: null, high: null };
  return {
    'unstitched below one device': (three?.model.gain.low ?? 0) > 0,
    // no more than a hundredth of the scale, either way
    'stitched as one device': low !== null && high !== null && low > -0.01 && high < 0.01,
  };
}
