import type { BundleItem } from './bundle-items.ts';
import type { BundleEngines } from './bundle-engines.ts';
import { Catalogue } from './catalogue.ts';
import type { FreshScene } from './freshness.ts';
import { cutSessions } from './histories.ts';
import { createItemDataAt } from './item-data.ts';
import { type Interval, ndcg10 } from './metrics.ts';
import { PairedTable } from './paired-table.ts';
import { DAY_MS } from './day.ts';
import { DemandClock } from './popularity.ts';
import type { LogItem, SiteLog } from './site-log.ts';
import { ENGINES, type EngineName } from './stale-server.ts';

const DEMAND_AGES = [1, 7, 28] as const;
const VECTOR_AGE_DAYS = 28;

export interface SupplyEngine {
  /** NDCG@10. */
  readonly quality: Interval;
  /** Minus that with everything there and live. */
  readonly change: Interval;
}

export interface SupplyVariant extends Readonly<Record<EngineName, SupplyEngine>> {
  readonly name: string;
}

export interface SupplyResult {
  readonly queries: number;
  /** The first is everything there and live. */
  readonly variants: readonly SupplyVariant[];
}

/** Items as they arrive, and where their demand comes from. */
interface Variant {
  readonly name: string;
  readonly catalogue: Catalogue;
  /** Of this moment, missing, or by a clock that is so far behind. */
  readonly demand: 'live' | 'none' | { readonly clock: DemandClock; readonly ageMs: number };
}

/** The same fresh candidates as they arrive late (older demand, older item data) or with fields missing. */
export class SupplyTable {
  readonly #variants: readonly Variant[];
  readonly #table = new PairedTable<string>();

  constructor(log: SiteLog, engines: BundleEngines) {
    this.#variants = [...lateSupplies(log, engines), ...thinSupplies(log, engines)];
  }

  add({ query, live, server }: FreshScene): void {
    const candidates = server.propose(query, live);
    const input = { query, candidates, known: live, serverLag: 0 };
    const ranks = this.#variants.map(({ catalogue, demand }) => {
      if (demand === 'none') return server.rank({ ...input, supply: { catalogue } });
      if (demand === 'live') return server.rank({ ...input, supply: { catalogue, clock: server.supply.clock } });
      demand.clock.advance(query.startAt - demand.ageMs);
      return server.rank({ ...input, supply: { catalogue, clock: demand.clock } });
    });
    const values = this.#variants.flatMap(({ name }, i) =>
      ENGINES.map((engine) => [`${name}/${engine}`, ndcg10(ranks[i][engine])] as const),
    );
    this.#table.add(query.sessionId, Object.fromEntries(values));
  }

  result(): SupplyResult {
    const all = this.#variants[0].name;
    const of = (name: string, engine: EngineName): SupplyEngine => ({
      quality: this.#table.mean(`${name}/${engine}`),
      change: this.#table.difference(`${name}/${engine}`, `${all}/${engine}`),
    });
    const variants = this.#variants.map(({ name }) => ({ name, model: of(name, 'model'), linear: of(name, 'linear') }));
    return { queries: this.#table.size, variants };
  }
}

function lateSupplies(log: SiteLog, { vocabulary, data, manifest }: BundleEngines): Variant[] {
  const catalogue = new Catalogue(log, vocabulary, data);
  const end = Date.parse(manifest.trainingWindow.to);
  const at = end - VECTOR_AGE_DAYS * DAY_MS;
  const older = createItemDataAt({ log, sessions: cutSessions(log.sessions, at), vocabulary }, at);
  return [
    { name: 'everything, live', catalogue, demand: 'live' },
    ...DEMAND_AGES.map((days) => ({
      name: `demand ${String(days)} ${days === 1 ? 'day' : 'days'} old`,
      catalogue,
      demand: { clock: new DemandClock(log.sessions, vocabulary.rows), ageMs: days * DAY_MS },
    })),
    {
      name: `vec and nbrs ${String(VECTOR_AGE_DAYS)} days older`,
      catalogue: new Catalogue(log, vocabulary, older),
      demand: 'live',
    },
  ];
}

function thinSupplies(log: SiteLog, { vocabulary, data }: BundleEngines): Variant[] {
  const thin = (fields: readonly (keyof BundleItem)[]): Catalogue =>
    new Catalogue(
      log,
      vocabulary,
      data.map((item) => omit(item, fields)),
    );
  const plain = (fields: readonly (keyof LogItem)[]): Catalogue => {
    const items = new Map(Array.from(log.items, ([id, item]) => [id, omit(item, fields)]));
    return new Catalogue({ ...log, items }, vocabulary, data);
  };
  return [
    { name: 'no vec', catalogue: thin(['vec']), demand: 'live' },
    { name: 'no nbrs', catalogue: thin(['nbrs']), demand: 'live' },
    { name: 'no vec, no nbrs', catalogue: thin(['vec', 'nbrs']), demand: 'live' },
    { name: 'no price', catalogue: plain(['price']), demand: 'live' },
    { name: 'no category, no brand', catalogue: plain(['category', 'brand']), demand: 'live' },
    { name: 'no popularity, no sales', catalogue: thin(['popularity']), demand: 'none' },
  ];
}

const omit = <T extends object>(value: T, keys: readonly (keyof T)[]): T =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as keyof T))) as T;
