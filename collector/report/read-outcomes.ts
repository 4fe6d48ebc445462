import type { FeedbackEvent } from '../../src/core/event.ts';
import { DAY_MS } from '../day.ts';
import type { LogRow } from '../log.ts';
import type { Analysis } from './analysis.ts';
import { ClientGaps } from './client-gaps.ts';
import { PairSet } from './pair-set.ts';
import type { Exposures } from './read-exposures.ts';
import type { Column, UnitColumns } from './unit-columns.ts';

export interface OutcomeOptions extends Pick<Exposures, 'units' | 'slates' | 'shown' | 'months' | 'treatedBefore'> {
  readonly analysis: Analysis;
  /** Other currencies are left out. */
  readonly currency: string | undefined;
}

/** The second of two readings of a log: what exposed units did. */
export class OutcomeReader {
  readonly #options: OutcomeOptions;
  readonly #units: UnitColumns;
  readonly #gaps = new ClientGaps();
  readonly #seen = new PairSet();
  readonly #items = new Map<string, number>();
  readonly #totalShown: number;

  constructor(options: OutcomeOptions) {
    this.#options = options;
    this.#units = options.units;
    this.#totalShown = [...options.shown.values()].reduce((sum, count) => sum + count, 0);
  }

  add({ event, clientId }: Pick<LogRow, 'event' | 'clientId'>): void {
    const unit = this.#units.find(event.unitId);
    // a server of the site numbers its own events
    if (event.kind !== 'refund' && event.kind !== 'complaint') this.#gaps.add(clientId, event.clientSeq, unit);
    if (unit < 0) return;
    const afterMs = event.at - (this.#units.firstAt[unit] ?? Infinity);
    const { windowDays } = this.#options.analysis;
    if (event.kind === 'conversion') this.#addConversion(unit, event, afterMs);
    if (afterMs < 0) return;
    this.#addReturn(unit, event, afterMs);
    if (afterMs <= windowDays * DAY_MS) this.#addAct(unit, event);
  }

  /** Once everything was added. */
  end(): void {
    this.#gaps.addTo(this.#units);
  }

  #addConversion(unit: number, event: FeedbackEvent, afterMs: number): void {
    const { unitId, at, value, margin, attribution, slateId } = event;
    const { windowDays, preDays, trainingWindowDays, businessWindowDays } = this.#options.analysis;
    const add = (column: Column, by = 1): void => this.#units.add(column, unit, by);
    const isWithin = (days: number | undefined): boolean => days !== undefined && afterMs <= days * DAY_MS;
    if (afterMs < 0) {
      // what was done under an earlier phase is no past that the treatment cannot have changed
      if (afterMs < -preDays * DAY_MS || this.#options.treatedBefore.has(unitId)) return;
      add('conversionsBefore');
      return add('revenueBefore', this.#amountOf(value));
    }
    this.#options.months?.add(unit, at, this.#amountOf(value));
    if (isWithin(trainingWindowDays)) add('inTraining');
    if (isWithin(businessWindowDays)) add('inBusiness');
    if (!isWithin(windowDays)) return;
    add('conversions');
    if (value !== undefined && value.currency === this.#options.currency) add('orders');
    add('revenue', this.#amountOf(value));
    add('margin', this.#amountOf(margin));
    if (attribution !== undefined || slateId !== undefined) add('attributed');
  }

  #addReturn(unit: number, { kind }: FeedbackEvent, afterMs: number): void {
    if (kind === 'refund' || kind === 'complaint' || afterMs < DAY_MS) return;
    if (afterMs <= 7 * DAY_MS) this.#units.add('back7', unit);
    if (afterMs <= 28 * DAY_MS) this.#units.add('back28', unit);
  }

  #addAct(unit: number, event: FeedbackEvent): void {
    const add = (column: Column, by = 1): void => this.#units.add(column, unit, by);
    switch (event.kind) {
      case 'impression':
        return this.#addImpression(unit, event);
      case 'click':
        add('clicks');
        if (event.team !== undefined) add(event.team === 'own' ? 'ownCredit' : 'otherCredit');
        return;
      case 'add_to_cart':
        return add('carts');
      case 'dismiss':
        return add('dismissals');
      case 'undo':
        return add('dismissals', -1);
      case 'dwell':
        add('dwells');
        if (event.dwell === 'long') add('longDwells');
        if (event.dwell === 'quick_back') add('quickBacks');
        return;
      case 'opt_out':
        return add('optOuts');
      case 'complaint':
        return add('complaints');
      case 'refund':
        add('refunds');
        return add('refunded', this.#amountOf(event.value));
      case 'exposure':
        if (event.diversity === undefined) return;
        add('diversityOf');
        return add('diversity', event.diversity);
      case 'vitals':
        return this.#addVitals(unit, event);
      // conversions have windows of their own, and the others are of no person's doing
      case 'conversion':
      case 'health':
      case 'slate':
      case 'ranking':
        return;
    }
  }

  #addVitals(unit: number, { vitals = {} }: FeedbackEvent): void {
    const measured = [
      ['lcp', 'lcpOf', vitals.lcpMs],
      ['inp', 'inpOf', vitals.inpMs],
      ['cls', 'clsOf', vitals.cls],
    ] as const;
    for (const [sum, count, value] of measured) {
      if (value === undefined) continue;
      this.#units.add(sum, unit, value);
      this.#units.add(count, unit);
    }
  }

  #addImpression(unit: number, { itemId = '', slateId = '', position = -1 }: FeedbackEvent): void {
    const { slates, shown } = this.#options;
    this.#units.add('impressions', unit);
    // self-information of the item (Zhou et al. 2010, doi:10.1073/pnas.1000488107)
    this.#units.add('novelty', unit, Math.log2(this.#totalShown / (shown.get(itemId) ?? 1)));
    if (!this.#seen.add(unit, this.#indexOf(itemId))) this.#units.add('repeats', unit);
    const slate = slates.get(slateId);
    // a list of what control would have shown may be shorter than the slate
    if (slate === undefined || position >= slate.length) return;
    this.#units.add('compared', unit);
    if (slate[position] !== itemId) this.#units.add('unlike', unit);
  }

  #amountOf(money: FeedbackEvent['value']): number {
    return money !== undefined && money.currency === this.#options.currency ? money.amount : 0;
  }

  #indexOf(itemId: string): number {
    const known = this.#items.get(itemId) ?? this.#items.size;
    this.#items.set(itemId, known);
    return known;
  }
}
