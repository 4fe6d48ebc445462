import type { Batch } from '../src/core/contract.ts';
import { createBatch } from '../src/core/features.ts';
import { GRAM_INPUTS, gramInputs } from '../src/core/gram.ts';
import type { Visitor } from '../src/core/visitor.ts';
import type { SignalKind } from '../src/core/signal.ts';
import { type AttributeNeighbours, createAttributeNeighbours } from './attributes.ts';
import { EndedSessions, createRowSession } from './baseline.ts';
import { Catalogue, type Vocabulary } from './catalogue.ts';
import { type ItemShape, createItemData } from './item-data.ts';
import { type Lap, noLap } from './laps.ts';
import { DAY_MS } from './day.ts';
import { DemandClock } from './popularity.ts';
import { MAX_LINES, RelationCounter } from './relations.ts';
import { ChoiceGenerator, type ChoiceInput } from './generated-choices.ts';
import { logMoment, toVisitorSignal } from './log-moment.ts';
import type { LogSession, SiteLog } from './site-log.ts';
import { Visitors } from './visitors.ts';

/** Item data is rebuilt every 14 days from earlier sessions only, or it would leak the label (DESIGN section 5). */
const BLOCK_MS = 14 * DAY_MS;
/** A block needs this share of the training time behind it before examples are drawn from it. */
const WARM_UP_SHARE = 0.15;
/** Of the examples: their choices are drawn as a server proposes them, where it would propose the target. */
const GENERATED_SHARE = 0.5;
/** The target and 31 negatives. */
export const CHOICES = 32;

/** In order of time. */
export interface Examples {
  readonly count: number;
  /** Raw inputs [E, 32, GRAM_INPUTS]; choice 0 is the target. NaN is missing. */
  readonly inputs: Float32Array;
  /** [E] bit h is set where the target came to what head h stands for; bit 0 always. */
  readonly heads: Uint8Array;
  /** [E] session of each example, and its start in epoch ms. */
  readonly sessionIds: readonly string[];
  readonly startedAt: Float64Array;
}

/** What an item may come to within a session beyond being the next; a column of the logits each, after `next_item`. */
export const OUTCOMES: readonly SignalKind[] = ['add_to_cart', 'purchase'];

/** Within how many days all that a head stands for came: in the session of the example, which is over within a day. */
export const HEAD_WINDOW_DAYS = 1;

export interface ExampleOptions {
  readonly log: SiteLog;
  /** Sessions before the cut, by time. */
  readonly sessions: readonly LogSession[];
  readonly vocabulary: Vocabulary;
  /** False builds item data once over all the sessions, the ones it is judged on included: the control, never a model. */
  readonly isForwardChained?: boolean | undefined;
  readonly shape?: ItemShape | undefined;
  readonly maxExamples: number;
  readonly lap?: Lap | undefined;
  readonly random: () => number;
  readonly progress: (text: string) => void;
  /** Hears of each example as the tensors of the contract: 32 choices, the target first; NaN is missing. */
  readonly onBatch?: (batch: Batch) => void;
}

/** Draws training examples forward in time: each sees only item data, demand and history from before its session. */
export function drawExamples(options: ExampleOptions): Examples {
  const { sessions, maxExamples } = options;
  const first = sessions[0].startAt;
  const span = sessions[sessions.length - 1].startAt - first;
  const warm = first + span * WARM_UP_SHARE;
  const blockMs = Math.min(BLOCK_MS, span / 10);
  const positions = countPositions(sessions.filter(({ startAt }) => startAt >= warm));
  const rate = Math.min(1, maxExamples / Math.max(1, positions));
  const writer = new ExampleWriter(options, rate, Math.ceil(positions * rate * 1.1) + 100);
  let next = Number.NEGATIVE_INFINITY;
  for (const session of sessions) {
    if (session.startAt >= warm && session.startAt >= next) {
      writer.startBlock(session.startAt);
      next = session.startAt + blockMs;
      options.progress(`examples: ${String(Math.round((100 * (session.startAt - first)) / span))} % of the time`);
    }
    writer.add(session, session.startAt >= warm);
  }
  return writer.examples();
}

const countPositions = (sessions: readonly LogSession[]): number =>
  sessions.reduce((sum, { events }) => sum + Math.max(0, Math.min(MAX_LINES, events.length) - 1), 0);

class ExampleWriter {
  readonly #options: ExampleOptions;
  readonly #rate: number;
  readonly #inputs: Float32Array;
  readonly #heads: Uint8Array;
  readonly #startedAt: Float64Array;
  readonly #sessionIds: string[] = [];
  readonly #alike: readonly AttributeNeighbours[];
  readonly #relations: RelationCounter;
  readonly #ended: EndedSessions;
  readonly #clock: DemandClock;
  readonly #visitors: Visitors;
  readonly #sampler: PopularitySampler;
  readonly #generator: ChoiceGenerator;
  #catalogue: Catalogue | undefined;
  #basis: Float64Array | undefined;
  #count = 0;

  constructor(options: ExampleOptions, rate: number, capacity: number) {
    this.#options = options;
    this.#rate = rate;
    this.#inputs = new Float32Array(capacity * CHOICES * GRAM_INPUTS.length);
    this.#heads = new Uint8Array(capacity);
    this.#startedAt = new Float64Array(capacity);
    this.#alike = createAttributeNeighbours(options.log, options.vocabulary.ids);
    this.#relations = new RelationCounter(this.#alike);
    this.#sampler = new PopularitySampler(options.random);
    const { sessions, random } = options;
    const { rows } = options.vocabulary;
    this.#ended = new EndedSessions(sessions, rows);
    this.#clock = new DemandClock(sessions, rows);
    this.#visitors = new Visitors(sessions);
    this.#generator = new ChoiceGenerator({ sessions, rows, choices: CHOICES, random });
  }

  startBlock(at: number): void {
    const { log, vocabulary, isForwardChained = true, shape, lap = noLap } = this.#options;
    lap('features');
    // one that still goes on is counted at the next block, whole
    for (const session of this.#ended.until(at)) this.#relations.add(session);
    const relations = isForwardChained ? this.#relations : this.#relationsOfAll();
    const { items, basis } = createItemData(relations.build(at), vocabulary.ids, { start: this.#basis, shape, lap });
    this.#basis = basis;
    this.#catalogue = new Catalogue(log, vocabulary, items);
    this.#clock.advance(at);
    this.#sampler.reset(vocabulary.ids.map((_, row) => this.#clock.demand(row).popularity));
  }

  #relationsOfAll(): RelationCounter {
    const { sessions, vocabulary } = this.#options;
    const relations = new RelationCounter(this.#alike);
    for (const session of sessions) relations.add(createRowSession(session, vocabulary.rows));
    return relations;
  }

  add(session: LogSession, draws: boolean): void {
    const visitor = this.#visitors.of(session);
    this.#clock.advance(session.startAt);
    this.#generator.advance(session.startAt);
    const { rows } = this.#options.vocabulary;
    const met = new Set<number>();
    const context: number[] = [];
    session.events.forEach((event, position) => {
      const row = rows.get(event.itemId);
      const fresh = row !== undefined && !met.has(row);
      if (draws && fresh && met.size > 0 && position < MAX_LINES && this.#options.random() < this.#rate) {
        this.#write({ session, visitor, target: row, context, met, now: event.at });
      }
      visitor.add(toVisitorSignal(event, session.sessionId));
      if (row === undefined) return;
      met.add(row);
      context.push(row);
    });
    this.#visitors.keep(session, visitor);
  }

  examples(): Examples {
    const width = CHOICES * GRAM_INPUTS.length;
    return {
      count: this.#count,
      inputs: this.#inputs.subarray(0, this.#count * width),
      heads: this.#heads.subarray(0, this.#count),
      sessionIds: this.#sessionIds,
      startedAt: this.#startedAt.subarray(0, this.#count),
    };
  }

  /** What a generator proposes where that holds the target, else by popularity; half are always by popularity. */
  #choose(choice: Draw): number[] | undefined {
    const isGenerated = this.#options.random() < GENERATED_SHARE;
    const generated = isGenerated ? this.#generator.draw(choice) : undefined;
    if (generated !== undefined) return generated;
    // what the sampler cannot draw as another's negative would be known for a target by that
    if (!this.#sampler.canDraw(choice.target)) return undefined;
    const others = this.#sampler.draw(CHOICES - 1, (row) => row === choice.target || choice.met.has(row));
    return others && [choice.target, ...others];
  }

  #write(draw: Draw): void {
    const { session, visitor, target, now } = draw;
    const catalogue = this.#catalogue;
    const width = CHOICES * GRAM_INPUTS.length;
    if (catalogue === undefined || (this.#count + 1) * width > this.#inputs.length) return;
    const rows = this.#choose(draw);
    if (rows === undefined) return;
    for (const row of rows) catalogue.refresh(this.#clock, row);
    const moment = logMoment(now, session.sessionId);
    const batch = createBatch({ candidates: catalogue.items, rows, known: catalogue, visitor, moment });
    this.#options.onBatch?.(batch);
    this.#inputs.set(gramInputs(batch), this.#count * width);
    this.#heads[this.#count] = headsOf(session, this.#options.vocabulary.ids[target]);
    this.#startedAt[this.#count] = session.startAt;
    this.#sessionIds.push(session.sessionId);
    this.#count++;
  }
}

const headsOf = ({ events }: LogSession, itemId: string): number =>
  OUTCOMES.reduce(
    (bits, outcome, h) =>
      events.some((event) => event.itemId === itemId && event.kind === outcome) ? bits | (2 << h) : bits,
    1,
  );

interface Draw extends ChoiceInput {
  readonly met: ReadonlySet<number>;
  readonly session: LogSession;
  readonly visitor: Visitor;
  readonly now: number;
}

/** Draws rows by weight, with replacement across calls and without within one. */
export class PopularitySampler {
  readonly #random: () => number;
  #cumulative = new Float64Array(0);

  constructor(random: () => number) {
    this.#random = random;
  }

  reset(weights: readonly number[]): void {
    let sum = 0;
    this.#cumulative = Float64Array.from(weights, (weight) => (sum += weight));
  }

  canDraw(row: number): boolean {
    return this.#cumulative[row] > (row === 0 ? 0 : this.#cumulative[row - 1]);
  }

  /** `count` different rows, none excluded; undefined where so many cannot be found. */
  draw(count: number, isExcluded: (row: number) => boolean): number[] | undefined {
    const total = this.#cumulative.at(-1) ?? 0;
    const drawn = new Set<number>();
    for (let tries = 0; drawn.size < count && tries < 50 * count; tries++) {
      const row = this.#find(this.#random() * total);
      if (!isExcluded(row)) drawn.add(row);
    }
    return drawn.size === count ? [...drawn] : undefined;
  }

  #find(value: number): number {
    let [low, high] = [0, this.#cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulative[middle] > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
