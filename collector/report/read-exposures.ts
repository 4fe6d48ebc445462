import type { FeedbackEvent } from '../../src/core/event.ts';
import type { LogRow } from '../log.ts';
import { Tally } from '../tally.ts';
import type { Design } from './design.ts';
import { UnitMonths } from './months.ts';
import { CROSSED, UnitColumns } from './unit-columns.ts';

/** More arms than an experiment can have are no arms. */
const MAX_ARMS = 200;

const CONTROL_NAMES = ['control', 'held', '0'];

/** Who was exposed to an experiment. */
export interface Exposures {
  /** Keys in the order of the units' indices; those that the design does not know come after it. */
  readonly arms: readonly string[];
  readonly units: UnitColumns;
  /** Epoch ms, of all exposures of the phase. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Exposures of other phases. */
  readonly otherPhases: number;
  /** [arms]: units whose arm is not the one that the declared buckets give. */
  readonly mismatched: readonly number[];
  /** Whether assignments could be computed again. */
  readonly isRecounted: boolean;
  /** Slates that are to be compared with what control would have shown. */
  readonly slates: ReadonlyMap<string, { readonly arm: number; readonly controlTopK: readonly string[] }>;
  /** Impressions by item, of everybody. */
  readonly shown: ReadonlyMap<string, number>;
  /** Conversions by currency, of everybody. */
  readonly currencies: Readonly<Record<string, number>>;
  /** Slates of level `training` in the log. */
  readonly loggedSlates: number;
  /** Of a holdout. */
  readonly months: UnitMonths | null;
}

/** Slates of an arm that are compared with what control would have shown: enough to see one in a thousand. */
const MAX_SLATES = 20_000;

/** The first of two readings of a log: who was exposed, when and to which arm. */
export class ExposureReader {
  readonly #design: Design;
  readonly #arms: string[];
  readonly #units = new UnitColumns();
  readonly #shown = new Tally();
  readonly #currencies = new Tally();
  readonly #slates = new Map<string, { arm: number; controlTopK: readonly string[] }>();
  readonly #sampled: number[] = [];
  readonly #mismatched = new Map<number, Set<string>>();
  readonly #months: UnitMonths | null;
  #isRecounted = true;
  #otherPhases = 0;
  #loggedSlates = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;

  constructor(design: Design) {
    this.#design = design;
    this.#arms = [...design.arms];
    this.#months = design.isHoldout ? new UnitMonths() : null;
  }

  add({ event }: Pick<LogRow, 'event'>): void {
    if (event.kind === 'impression' && event.itemId !== undefined) this.#shown.add(event.itemId);
    if (event.kind === 'conversion' && event.value !== undefined) this.#currencies.add(event.value.currency);
    if (event.kind === 'slate') this.#loggedSlates++;
    if (event.kind !== 'exposure') return;
    const mine = event.arms?.find(({ experiment }) => experiment === this.#design.key);
    if (mine === undefined) return;
    if (mine.phase === this.#design.phase) this.#expose(event, mine.arm);
    else this.#otherPhases++;
  }

  /** What was found; nothing may be added after it. */
  result(): Exposures {
    if (this.#design.arms.length === 0) this.#putControlFirst();
    return {
      ...{ arms: this.#arms, units: this.#units, firstAt: this.#firstAt, lastAt: this.#lastAt },
      ...{
        otherPhases: this.#otherPhases,
        loggedSlates: this.#loggedSlates,
        isRecounted: this.#isRecounted,
        slates: this.#slates,
      },
      mismatched: this.#arms.map((_, arm) => this.#mismatched.get(arm)?.size ?? 0),
      ...{ shown: this.#shown.counts, currencies: this.#currencies.toObject(), months: this.#months },
    };
  }

  #expose({ unitId, at, unitSource, slateId, controlTopK }: FeedbackEvent, key: string): void {
    const arm = this.#armOf(key);
    if (arm < 0) return;
    const before = this.#units.count;
    const unit = this.#units.expose(unitId, { arm, at, isSite: unitSource === 'site' });
    this.#months?.expose(unit, at);
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#lastAt = Math.max(this.#lastAt, at);
    // computed once a unit, and once more where it is told of another arm
    if (unit === before || this.#units.arm[unit] !== arm) this.#recount(unitId, arm);
    if (slateId === undefined || controlTopK === undefined || (this.#sampled[arm] ?? 0) >= MAX_SLATES) return;
    this.#sampled[arm] = (this.#sampled[arm] ?? 0) + 1;
    this.#slates.set(slateId, { arm, controlTopK });
  }

  /** Where nothing is declared, the name tells which arm is control. */
  #putControlFirst(): void {
    const control = this.#arms.findIndex((arm) => CONTROL_NAMES.includes(arm));
    if (control <= 0) return;
    const moved = (arm: number): number => (arm === control ? 0 : arm < control ? arm + 1 : arm);
    this.#arms.unshift(...this.#arms.splice(control, 1));
    this.#units.arm = this.#units.arm.map((arm) => (arm === CROSSED ? arm : moved(arm)));
    for (const slate of this.#slates.values()) slate.arm = moved(slate.arm);
  }

  #recount(unitId: string, arm: number): void {
    const expected = this.#design.expectedArms(unitId);
    if (expected === undefined) this.#isRecounted = false;
    else if (!expected.has(arm)) {
      const found = this.#mismatched.get(arm) ?? new Set();
      this.#mismatched.set(arm, found.add(unitId));
    }
  }

  #armOf(key: string): number {
    const known = this.#arms.indexOf(key);
    if (known >= 0 || this.#arms.length >= MAX_ARMS) return known;
    return this.#arms.push(key) - 1;
  }
}
