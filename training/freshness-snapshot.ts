import type { BundleEngines } from './bundle-engines.ts';
import { Catalogue } from './catalogue.ts';
import type { FreshScene } from './freshness.ts';
import { type Interval, type Ratio, hit, ndcg10 } from './metrics.ts';
import { PairedTable } from './paired-table.ts';
import { DAY_MS } from './day.ts';
import { DemandClock } from './popularity.ts';
import type { SiteLog } from './site-log.ts';
import { ENGINES, type EngineName, type Supply } from './stale-server.ts';
import { before } from './timeline.ts';

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * DAY_MS;

const VARIANTS = ['snapshot', 'live', 'fresh'] as const;
type Variant = (typeof VARIANTS)[number];
type Column = `${EngineName}.${Variant}.${'hit' | 'ndcg'}`;

export interface SnapshotEngine {
  /** NDCG@10: signals, demand and the generator's knowledge of the visitor as of Monday 0:00 UTC. */
  readonly snapshot: Interval;
  /** The same candidates, live signals. */
  readonly live: Interval;
  /** Nothing as of Monday. */
  readonly fresh: Interval;
  /** HR@10 of `live` over that of `snapshot`, and of `fresh` over it. */
  readonly liveToSnapshot: Ratio;
  readonly freshToSnapshot: Ratio;
}

export interface SnapshotResult extends Readonly<Record<EngineName, SnapshotEngine>> {
  readonly queries: number;
}

/** A ranking made once a week against one made with what the visitor does now: same model, same candidates. */
export class SnapshotTable {
  readonly #table = new PairedTable<Column>();
  readonly #supply: Supply & { readonly clock: DemandClock };

  constructor(log: SiteLog, { vocabulary, data }: BundleEngines) {
    const clock = new DemandClock(log.sessions, vocabulary.rows);
    this.#supply = { catalogue: new Catalogue(log, vocabulary, data), clock };
  }

  add({ query, live, server }: FreshScene): void {
    const monday = query.startAt - ((((query.startAt - MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS);
    this.#supply.clock.advance(monday);
    const known = before(live, monday);
    const candidates = server.propose(query, known);
    const supply = this.#supply;
    const serverLag = live.signals.length - known.signals.length;
    const ranks = {
      snapshot: server.rank({ query, candidates, known, serverLag: 0, supply }),
      live: server.rank({ query, candidates, known: live, serverLag, supply }),
      fresh: server.rank({ query, candidates: server.propose(query, live), known: live, serverLag: 0 }),
    };
    const values = ENGINES.flatMap((engine) =>
      VARIANTS.flatMap((variant) => {
        const rank = ranks[variant][engine];
        return [
          [`${engine}.${variant}.hit`, hit(rank, 10)] as const,
          [`${engine}.${variant}.ndcg`, ndcg10(rank)] as const,
        ];
      }),
    );
    this.#table.add(query.sessionId, Object.fromEntries(values) as Record<Column, number>);
  }

  result(): SnapshotResult {
    const table = this.#table;
    const of = (engine: EngineName): SnapshotEngine => ({
      snapshot: table.mean(`${engine}.snapshot.ndcg`),
      live: table.mean(`${engine}.live.ndcg`),
      fresh: table.mean(`${engine}.fresh.ndcg`),
      liveToSnapshot: table.ratio(`${engine}.live.hit`, `${engine}.snapshot.hit`),
      freshToSnapshot: table.ratio(`${engine}.fresh.hit`, `${engine}.snapshot.hit`),
    });
    return { queries: table.size, model: of('model'), linear: of('linear') };
  }
}
