import type { FreshScene } from './freshness.ts';
import { ABSENT, type Interval, type Ratio, ndcg10 } from './metrics.ts';
import { PairedTable } from './paired-table.ts';
import { ENGINES, type EngineName, type EngineRanks } from './stale-server.ts';
import { behindEvents, behindSessions } from './timeline.ts';

/** Events that the generator is behind. */
const EVENT_LAGS = [0, 1, 2, 4, 8] as const;
/** Sessions that it is behind, the running one being the first. */
const SESSION_LAGS = [1, 2, 4] as const;

const VARIANTS = ['stale', 'device', 'fresh'] as const;
type Variant = (typeof VARIANTS)[number];
type Column = 'recall' | 'generator' | 'freshGenerator' | `${EngineName}.${Variant}`;

/** NDCG@10 of one engine at one lag; a target that is not among the candidates counts 0. */
export interface EngineLag {
  /** Signals and candidates both cut at the lag. */
  readonly stale: Interval;
  /** Candidates cut at the lag, all signals. */
  readonly device: Interval;
  /** Nothing cut. */
  readonly fresh: Interval;
  /** device - stale. */
  readonly signalGain: Interval;
  /** fresh - device. */
  readonly candidateGain: Interval;
  /** (device - stale) / (fresh - stale). */
  readonly recovered: Ratio;
}

export interface LagResult {
  readonly behind: number;
  readonly queries: number;
  readonly 'recall@100': Interval;
  /** NDCG@10 of the stale generator's own order, and of the one that is not behind. */
  readonly generator: Interval;
  readonly freshGenerator: Interval;
  readonly model: EngineLag;
  readonly linear: EngineLag;
  /** On `device`, paired by query, clustered by session. */
  readonly modelMinusLinear: Interval;
}

type Table = PairedTable<Column>;

export interface Lags {
  readonly events: readonly number[];
  readonly sessions: readonly number[];
}

/** The freshness curves: by events for everyone, by whole sessions for visitors who were there before. */
export class LagTables {
  readonly #events: ReadonlyMap<number, Table>;
  readonly #sessions: ReadonlyMap<number, Table>;

  constructor({ events, sessions }: Lags = { events: EVENT_LAGS, sessions: SESSION_LAGS }) {
    this.#events = new Map(events.map((lag) => [lag, new PairedTable()]));
    this.#sessions = new Map(sessions.map((lag) => [lag, new PairedTable()]));
  }

  add(scene: FreshScene): void {
    const { query, live, earlier, server } = scene;
    const candidates = server.propose(query, live);
    const ranks = server.rank({ query, candidates, known: live, serverLag: 0 });
    const fresh = { ranks, place: server.placeOf(query, candidates) };
    for (const [lag, table] of this.#events) addLag(table, { ...scene, fresh, known: behindEvents(live, lag) });
    if (earlier === 0) return;
    for (const [lag, table] of this.#sessions) addLag(table, { ...scene, fresh, known: behindSessions(live, lag) });
  }

  events(): LagResult[] {
    return Array.from(this.#events, ([lag, table]) => resultOf(lag, table));
  }

  sessions(): LagResult[] {
    return Array.from(this.#sessions, ([lag, table]) => resultOf(lag, table));
  }
}

interface LagScene extends FreshScene {
  readonly known: FreshScene['live'];
  readonly fresh: { readonly ranks: EngineRanks; readonly place: number };
}

function addLag(table: Table, { query, live, known, server, fresh }: LagScene): void {
  const serverLag = live.signals.length - known.signals.length;
  const candidates = server.propose(query, known);
  const place = server.placeOf(query, candidates);
  const stale = server.rank({ query, candidates, known, serverLag: 0 });
  // nothing is behind: the same visitor, the same candidates
  const device = serverLag === 0 ? stale : server.rank({ query, candidates, known: live, serverLag });
  const ranks = { stale, device, fresh: fresh.ranks };
  const values = ENGINES.flatMap((engine) =>
    VARIANTS.map((variant) => [`${engine}.${variant}`, ndcg10(ranks[variant][engine])] as const),
  );
  table.add(query.sessionId, {
    ...(Object.fromEntries(values) as Record<Column, number>),
    recall: place === ABSENT ? 0 : 1,
    generator: ndcg10(place),
    freshGenerator: ndcg10(fresh.place),
  });
}

const resultOf = (behind: number, table: Table): LagResult => ({
  behind,
  queries: table.size,
  'recall@100': table.mean('recall'),
  generator: table.mean('generator'),
  freshGenerator: table.mean('freshGenerator'),
  model: engineOf(table, 'model'),
  linear: engineOf(table, 'linear'),
  modelMinusLinear: table.difference('model.device', 'linear.device'),
});

const engineOf = (table: Table, engine: EngineName): EngineLag => ({
  stale: table.mean(`${engine}.stale`),
  device: table.mean(`${engine}.device`),
  fresh: table.mean(`${engine}.fresh`),
  signalGain: table.difference(`${engine}.device`, `${engine}.stale`),
  candidateGain: table.difference(`${engine}.fresh`, `${engine}.device`),
  recovered: table.share({ name: `${engine}.device`, from: `${engine}.stale`, to: `${engine}.fresh` }),
});
