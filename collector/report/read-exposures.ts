import type { FeedbackEvent } from '../../src/core/event.ts';
import type { LogRow } from '../log.ts';
import { Tally } from '../tally.ts';
import type { Design } from './design.ts';
import { UnitMonths } from './months.ts';
import { SlateSample } from './slate-sample.ts';
import { CROSSED, UnitColumns } from './unit-columns.ts';

/** Where nothing is declared: more arms than an experiment can have are no arms. */
const MAX_ARMS = 20;

const CONTROL_NAMES = ['control', 'held', '0'];

/** Who was exposed to an experiment. */
export interface Exposures {
  /** Keys in the order of the units' indices. */
  readonly arms: readonly string[];
  readonly units: UnitColumns;
  /** Epoch ms, of all exposures of the phase. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Units that were exposed to an arm which is not declared; they count in none. */
  readonly strangers: number;
  /** Units that were exposed to other phases. */
  readonly treatedBefore: ReadonlySet<string>;
  /** [arms]: units whose arm is not the one that the declared buckets give. */
  readonly mismatched: readonly number[];
  /** Whether assignments could be computed again. */
  readonly isRecounted: boolean;
  readonly slates: SlateSample;
  /** Impressions by item, of everybody. */
  readonly shown: ReadonlyMap<string, number>;
  /** Exposed units that bought, by the currency of their first purchase in the log. */
  readonly currencies: Readonly<Record<string, number>>;
  /** Slates of level `training` in the log. */
  readonly loggedSlates: number;
  /** Of a holdout. */
  readonly months: UnitMonths | null;
}

/** The first of two readings of a log: who was exposed, when and to which arm. */
export class ExposureReader {
  readonly #design: Design;
  readonly #arms: string[];
  readonly #units = new UnitColumns();
  readonly #shown = new Tally();
  readonly #currencies = new Map<string, string>();
  readonly #slates = new SlateSample();
  readonly #mismatched = new Map<number, Set<string>>();
  readonly #strangers = new Set<string>();
  readonly #treatedBefore = new Set<string>();
  #isRecounted = true;
  #loggedSlates = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;

  constructor(design: Design) {
    this.#design = design;
    this.#arms = [...design.arms];
  }

  add({ event }: Pick<LogRow, 'event'>): void {
    const { kind, itemId, value, unitId, arms = [] } = event;
    if (kind === 'impression' && itemId !== undefined) this.#shown.add(itemId);
    if (kind === 'conversion' && value !== undefined && !this.#currencies.has(unitId))
      this.#currencies.set(unitId, value.currency);
    if (kind === 'slate') this.#loggedSlates++;
    if (kind !== 'exposure') return;
    for (const { experiment, arm, phase } of arms) {
      if (experiment !== this.#design.key) continue;
      if (phase === this.#design.phase) this.#expose(event, arm);
      else this.#treatedBefore.add(unitId);
    }
  }

  /** What was found; nothing may be added after it. */
  result(): Exposures {
    if (this.#design.arms.length === 0) this.#putControlFirst();
    const currencies = new Tally();
    for (const [unit, currency] of this.#currencies) if (this.#units.find(unit) >= 0) currencies.add(currency);
    return {
      ...{ arms: this.#arms, units: this.#units, firstAt: this.#firstAt, lastAt: this.#lastAt },
      ...{ strangers: this.#strangers.size, treatedBefore: this.#treatedBefore, slates: this.#slates },
      mismatched: this.#arms.map((_, arm) => this.#mismatched.get(arm)?.size ?? 0),
      ...{ isRecounted: this.#isRecounted, loggedSlates: this.#loggedSlates, shown: this.#shown.counts },
      ...{ currencies: currencies.toObject(), months: this.#design.isHoldout ? new UnitMonths() : null },
    };
  }

  #expose({ unitId, at, unitSource, slateId, controlTopK, arms = [] }: FeedbackEvent, key: string): void {
    const arm = this.#armOf(key);
    if (arm < 0) return void this.#strangers.add(unitId);
    const before = this.#units.count;
    const unit = this.#units.expose(unitId, { arm, at, isSite: unitSource === 'site' });
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#lastAt = Math.max(this.#lastAt, at);
    // computed once a unit, and once more where it is told of another arm
    if (unit === before || this.#units.arm[unit] !== arm) this.#recount(unitId, arm);
    // `controlTopK` is what control of every experiment shows
    const { controls, key: own } = this.#design;
    const isAlone = arms.every(
      ({ experiment, arm: other }) => experiment === own || controls.get(experiment)?.includes(other),
    );
    if (slateId !== undefined && controlTopK !== undefined && isAlone) this.#slates.add(slateId, controlTopK);
  }

  /** Where nothing is declared, the name tells which arm is control. */
  #putControlFirst(): void {
    const control = this.#arms.findIndex((arm) => CONTROL_NAMES.includes(arm));
    if (control <= 0) return;
    const moved = (arm: number): number => (arm === control ? 0 : arm < control ? arm + 1 : arm);
    this.#arms.unshift(...this.#arms.splice(control, 1));
    this.#units.arm = this.#units.arm.map((arm) => (arm === CROSSED ? arm : moved(arm)));
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
    if (known >= 0 || this.#design.arms.length > 0 || this.#arms.length >= MAX_ARMS) return known;
    return this.#arms.push(key) - 1;
  }
}
