import type { LoggedSlate } from './logged-slate.ts';
import { round4 } from './mean.ts';
import { Tally } from './tally.ts';

/** What one rule dropped. Of several rules that would drop a candidate a slate logs the first. */
export interface RuleDrops {
  readonly ruleId: string;
  readonly drops: number;
  /** drops / candidates. */
  readonly share: number;
  /** In which it dropped something. */
  readonly slates: number;
}

/** Counts slates and what rules dropped. */
export class TrafficTally {
  readonly #placements = new Tally();
  readonly #rulesVersions = new Tally();
  readonly #tiers = new Tally();
  readonly #drops = new Tally();
  readonly #dropSlates = new Tally();
  #slates = 0;
  #altered = 0;
  #candidates = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;

  get slates(): number {
    return this.#slates;
  }

  addAltered(): void {
    this.#altered++;
  }

  addSlate({ event, log }: LoggedSlate): void {
    this.#slates++;
    this.#candidates += log.candidates.length;
    this.#firstAt = Math.min(this.#firstAt, event.at);
    this.#lastAt = Math.max(this.#lastAt, event.at);
    this.#placements.add(event.placement ?? '');
    this.#rulesVersions.add(log.rulesVersion);
    this.#tiers.add(event.tier ?? '');
    for (const [ruleId, rows] of Object.entries(log.dropped)) {
      this.#drops.add(ruleId, rows.length);
      this.#dropSlates.add(ruleId);
    }
  }

  report() {
    const slates = this.#slates;
    const drops = this.#drops.entries().map(([ruleId, count]): RuleDrops => ({
      ...{ ruleId, drops: count, share: round4(count / this.#candidates), slates: this.#dropSlates.get(ruleId) },
    }));
    return {
      ...{ slates, altered: this.#altered },
      ...{ firstAt: slates === 0 ? null : this.#firstAt, lastAt: slates === 0 ? null : this.#lastAt },
      ...{ placements: this.#placements.toObject(), rulesVersions: this.#rulesVersions.toObject() },
      ...{ tiers: this.#tiers.toObject(), candidates: this.#candidates, drops },
    };
  }
}
