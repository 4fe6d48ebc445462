import type { FeedbackEvent } from '../src/core/event.ts';
import { VALUED_POSITIONS } from '../src/core/expected-utility.ts';
import { SlotLoop } from '../src/core/slot-loop.ts';
import type { LoggedSlate } from './logged-slate.ts';
import { Mean, medianOf, round4 } from './mean.ts';
import { Tally } from './tally.ts';
import { explainItem } from './why-sentence.ts';

/** How an item came to be shown; `required`: a quota's `min` had to be filled. */
export type ShownBy = 'ranked' | 'pinned' | 'drawn' | 'required';

/** What happened to one item. "Shown" is the first ten positions of a slate. */
export interface ItemFacts {
  readonly itemId: string;
  /** Slates that it was a candidate of. */
  readonly candidate: number;
  readonly shown: number;
  readonly shownBy: Readonly<Record<ShownBy, number>>;
  /** Of the slates that showed it, from 0. */
  readonly meanPosition: number | null;
  readonly impressions: number;
  readonly clicks: number;
  /** Slates by the rule that dropped it. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Slates by the quota that had no place left for it. */
  readonly heldBack: Readonly<Record<string, number>>;
  /** Slates in which it was free to be shown and others were preferred. */
  readonly outranked: number;
  /** Median over these slates (those with scores) of its utility / that of the last item shown. */
  readonly utilityRatio: number | null;
  /** Epoch ms of the first and the last slate that it was a candidate of. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

export interface ItemReport extends ItemFacts {
  /** The same in one plain sentence. */
  readonly why: string;
}

export class ItemTally {
  readonly #itemId: string;
  readonly #shownBy = { ranked: 0, pinned: 0, drawn: 0, required: 0 };
  readonly #positions = new Mean();
  readonly #dropped = new Tally();
  readonly #heldBack = new Tally();
  readonly #ratios: number[] = [];
  #candidate = 0;
  #outranked = 0;
  #impressions = 0;
  #clicks = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;

  constructor(itemId: string) {
    this.#itemId = itemId;
  }

  addEvent({ kind, itemId }: FeedbackEvent): void {
    if (itemId !== this.#itemId) return;
    if (kind === 'impression') this.#impressions++;
    if (kind === 'click') this.#clicks++;
  }

  addSlate(slate: LoggedSlate): void {
    const row = slate.log.candidates.indexOf(this.#itemId);
    if (row < 0) return;
    this.#candidate++;
    this.#firstAt = Math.min(this.#firstAt, slate.event.at);
    this.#lastAt = Math.max(this.#lastAt, slate.event.at);
    const position = slate.shown.indexOf(row);
    const ruleId = slate.input.dropped[row] ?? null;
    if (position >= 0) this.#addShown(slate, position);
    else if (ruleId !== null) this.#dropped.add(ruleId);
    else this.#addPassedOver(slate, row);
  }

  report(slates: number): ItemReport {
    const ratio = medianOf(this.#ratios);
    const facts: ItemFacts = {
      ...{ itemId: this.#itemId, candidate: this.#candidate, shown: this.#positions.count },
      ...{ shownBy: this.#shownBy, meanPosition: this.#positions.mean },
      ...{ impressions: this.#impressions, clicks: this.#clicks },
      ...{ dropped: this.#dropped.toObject(), heldBack: this.#heldBack.toObject() },
      ...{ outranked: this.#outranked, utilityRatio: ratio === null ? null : round4(ratio) },
      firstAt: this.#candidate === 0 ? null : this.#firstAt,
      lastAt: this.#candidate === 0 ? null : this.#lastAt,
    };
    return { ...facts, why: explainItem(facts, slates) };
  }

  #addShown(slate: LoggedSlate, position: number): void {
    this.#positions.add(position);
    const by = slate.log.slots[position]?.[3] ?? 'ranked';
    // the log does not name the quota; the slot made again does
    const isRequired = by === 'ranked' && loopUntil(slate, position).next()?.ruleId !== undefined;
    this.#shownBy[isRequired ? 'required' : by]++;
  }

  #addPassedOver(slate: LoggedSlate, row: number): void {
    const { shown, input } = slate;
    const last = shown.length - 1;
    const slots = Math.min(VALUED_POSITIONS, input.policy.slots ?? Infinity, input.dropped.length);
    // a slate that ended early did so because quotas had no place for what was left
    const loop = loopUntil(slate, shown.length < slots ? shown.length : last);
    const ruleId = loop.heldBackBy(row);
    if (ruleId !== undefined) {
      this.#heldBack.add(ruleId);
      return;
    }
    this.#outranked++;
    const ratio = (loop.utilities[row] ?? Number.NaN) / (loop.utilities[shown[last] ?? -1] ?? Number.NaN);
    if (Number.isFinite(ratio)) this.#ratios.push(ratio);
  }
}

/** The slate before the slot of `position` is filled. */
function loopUntil({ input, shown }: LoggedSlate, position: number): SlotLoop {
  const loop = new SlotLoop(input);
  for (const row of shown.slice(0, position)) loop.choose(row);
  return loop;
}
