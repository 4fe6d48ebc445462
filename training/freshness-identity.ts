import type { FreshScene } from './freshness.ts';
import { type Interval, ndcg10 } from './metrics.ts';
import { PairedTable } from './paired-table.ts';
import { ENGINES, type EngineName } from './stale-server.ts';
import { onOneDevice } from './timeline.ts';

const DEVICES = 3;

const VARIANTS = ['unstitched', 'ranker', 'stitched'] as const;
type Variant = (typeof VARIANTS)[number];
type Column = `${EngineName}.${Variant}`;

export interface IdentityEngine {
  /** NDCG@10 where generator and ranker know the running session's device only. */
  readonly unstitched: Interval;
  /** Generator as above, ranker with the whole history. */
  readonly ranker: Interval;
  /** Both with the whole history. */
  readonly stitched: Interval;
  /** stitched - unstitched. */
  readonly gain: Interval;
}

export interface IdentityResult extends Readonly<Record<EngineName, IdentityEngine>> {
  readonly devices: number;
  /** Queries of visitors with earlier sessions; others have nothing to split. */
  readonly queries: number;
}

/** What it costs that one visitor's sessions fall on three devices. */
export class IdentityTable {
  readonly #table = new PairedTable<Column>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add({ query, live, earlier, server }: FreshScene): void {
    if (earlier === 0) return;
    const apart = onOneDevice(live, DEVICES, this.#seed);
    const candidates = server.propose(query, apart);
    const ranks = {
      unstitched: server.rank({ query, candidates, known: apart, serverLag: 0 }),
      ranker: server.rank({ query, candidates, known: live, serverLag: 0 }),
      stitched: server.rank({ query, candidates: server.propose(query, live), known: live, serverLag: 0 }),
    };
    const values = ENGINES.flatMap((engine) =>
      VARIANTS.map((variant) => [`${engine}.${variant}`, ndcg10(ranks[variant][engine])] as const),
    );
    this.#table.add(query.sessionId, Object.fromEntries(values) as Record<Column, number>);
  }

  result(): IdentityResult {
    const table = this.#table;
    const of = (engine: EngineName): IdentityEngine => ({
      unstitched: table.mean(`${engine}.unstitched`),
      ranker: table.mean(`${engine}.ranker`),
      stitched: table.mean(`${engine}.stitched`),
      gain: table.difference(`${engine}.stitched`, `${engine}.unstitched`),
    });
    return { devices: DEVICES, queries: table.size, model: of('model'), linear: of('linear') };
  }
}
