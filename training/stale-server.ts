import type { Batch } from '../src/core/contract.ts';
import { createBatch } from '../src/core/features.ts';
import { ITEM_COLUMN, ITEM_NUMBERS } from '../src/core/packed-items.ts';
import { EndedSessions } from './baseline.ts';
import type { BundleEngines } from './bundle-engines.ts';
import { Catalogue } from './catalogue.ts';
import { logMoment } from './log-moment.ts';
import { CandidateGenerator, type Proposed } from './generator.ts';
import { ABSENT } from './metrics.ts';
import { DemandClock } from './popularity.ts';
import type { Query } from './queries.ts';
import { rankOf } from './score-queries.ts';
import type { SiteLog } from './site-log.ts';
import { type Timeline, rowsOfInterest, visitorOf } from './timeline.ts';

export const ENGINES = ['model', 'linear'] as const;
export type EngineName = (typeof ENGINES)[number];
export type EngineRanks = Readonly<Record<EngineName, number>>;

export interface RankInput {
  readonly query: Query;
  /** In the generator's order, which also breaks ties. */
  readonly candidates: readonly Proposed[];
  /** What the ranker knows of the visitor. */
  readonly known: Timeline;
  /** Signals on the device that the generator had not seen. */
  readonly serverLag: number;
  /** Items as they came with the candidates; default: everything, with the demand of now. */
  readonly supply?: Supply;
}

/** A catalogue and the clock that its demand comes from; without one its demand numbers are missing. */
export interface Supply {
  readonly catalogue: Catalogue;
  readonly clock?: DemandClock;
}

/** What learns sessions as they end and proposes candidates. */
export type Generator = Pick<CandidateGenerator, 'learn' | 'propose'>;

/** Generator, demand and engines at the moment of one query after another, forward in time. */
export class StaleServer {
  readonly supply: Supply & { readonly clock: DemandClock };
  readonly #engines: BundleEngines;
  readonly #generator: Generator;
  readonly #ended: EndedSessions;

  constructor(log: SiteLog, engines: BundleEngines, Kind: new (items: number) => Generator = CandidateGenerator) {
    const { vocabulary, data } = engines;
    this.#engines = engines;
    this.#generator = new Kind(vocabulary.ids.length);
    this.#ended = new EndedSessions(log.sessions, vocabulary.rows);
    this.supply = {
      catalogue: new Catalogue(log, vocabulary, data),
      clock: new DemandClock(log.sessions, vocabulary.rows),
    };
  }

  /** Moves to a query's time. */
  advance({ startAt }: Query): void {
    this.supply.clock.advance(startAt);
    for (const session of this.#ended.until(startAt)) this.#generator.learn(session);
  }

  /**
   * Candidates by a generator that knows `known`. What the visitor holds in the running session is never a candidate:
   * the generator leaves out what it knows of that, the page the rest.
   */
  propose(query: Query, known: Timeline): Proposed[] {
    const { rowOf } = this.supply.catalogue;
    const held = new Set(query.context.map((id) => this.#row(id)));
    const running = known.signals.filter(({ sessionId }) => sessionId === known.running);
    const seen = new Set(running.map(({ item }) => rowOf(item)));
    const proposed = this.#generator.propose(rowsOfInterest(known, rowOf), seen);
    return proposed.filter(({ row }) => !held.has(row));
  }

  /** Zero-based place of the target among candidates as they came, or ABSENT. */
  placeOf({ target }: Query, candidates: readonly Proposed[]): number {
    const wanted = this.#row(target);
    const place = candidates.findIndex(({ row }) => row === wanted);
    return place < 0 ? ABSENT : place;
  }

  /** Place of the target in each engine's order. Without any signal the generator's order stands, as in the kit. */
  rank(input: RankInput): EngineRanks {
    const { query, candidates, known } = input;
    const place = this.placeOf(query, candidates);
    if (place === ABSENT || known.signals.length === 0) return { model: place, linear: place };
    const batch = this.#batch(input);
    // one batch does for both: what the first engine fills in is what the second would
    return { model: rankOf(this.#engines.model(batch), place), linear: rankOf(this.#engines.linear(batch), place) };
  }

  #batch({ query, candidates, known, serverLag, supply = this.supply }: RankInput): Batch {
    const { catalogue, clock } = supply;
    const rows = candidates.map(({ row }) => row);
    candidates.forEach(({ row, score }, place) => {
      if (clock !== undefined) catalogue.refresh(clock, row);
      // as a kit packs a server's list
      catalogue.items.num[row * ITEM_NUMBERS.length + ITEM_COLUMN.serverRank] = place;
      catalogue.items.num[row * ITEM_NUMBERS.length + ITEM_COLUMN.score] = score;
    });
    const moment = { ...logMoment(query.startAt, known.running), serverLag };
    return createBatch({ candidates: catalogue.items, rows, known: catalogue, visitor: visitorOf(known), moment });
  }

  #row(id: string): number {
    return this.#engines.vocabulary.rows.get(id) ?? -1;
  }
}
