import type { Pin, Quota, SlotRules } from './slot-rules.ts';

interface CountedQuota extends Quota {
  /** Chosen rows by code, among the positions that the quota is about. */
  readonly counts: Map<number, number>;
}

/** What may stand in the next slot. */
export interface Feasible {
  /** Ascending; empty where the slate ends. */
  readonly rows: readonly number[];
  /** The one row is pinned here. */
  readonly pin: boolean;
  /** The pin, or the quota that has to be filled now. */
  readonly ruleId?: string;
  /** Spacing rules that no row could keep. */
  readonly relaxed: readonly string[];
}

/**
 * Pins, quotas and spacing, slot by slot. A `max` is never exceeded: the slate rather ends, except that pins stand above
 * quotas. A `min` is filled by the last positions that still can. Spacing gives way where nothing else is left.
 */
export class SlotConstraints {
  readonly #rules: SlotRules;
  /** The most positions that the slate may have. */
  readonly #slots: number;
  /** Eligible rows that are not chosen, ascending. */
  readonly #left: number[];
  /** Pins that can still be kept, by position. */
  #pins: readonly Pin[];
  readonly #chosen: number[] = [];
  readonly #quotas: readonly CountedQuota[];

  constructor(dropped: readonly (string | null)[], rules: SlotRules, slots: number) {
    this.#rules = rules;
    this.#slots = slots;
    this.#quotas = rules.quotas.map((quota) => ({ ...quota, counts: new Map<number, number>() }));
    this.#left = dropped.flatMap((ruleId, row) => (ruleId === null ? [row] : []));
    this.#pins = rules.pins
      .filter(({ row, position }) => dropped[row] === null && position < slots)
      .toSorted((a, b) => a.position - b.position);
  }

  feasible(position: number): Feasible {
    // of two pins of one position the second takes the next slot
    const pin = this.#pins.find((one) => one.position <= position);
    if (pin) return { rows: [pin.row], pin: true, ruleId: pin.ruleId, relaxed: [] };
    const free = this.#free(position);
    // too few items to reach the position of a pin: it closes up
    const next = this.#pins[0] as Pin | undefined;
    if (free.length === 0 && next) return { rows: [next.row], pin: true, ruleId: next.ruleId, relaxed: [] };
    const owed = this.#owed(position, free);
    const { rows, relaxed } = this.#spaced(position, owed?.rows ?? free);
    return { rows, pin: false, relaxed, ...(owed && { ruleId: owed.ruleId }) };
  }

  choose(row: number): void {
    for (const { column, within, counts } of this.#quotas) {
      if (this.#chosen.length >= (within ?? Infinity)) continue;
      const code = this.#code(column, row);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    this.#chosen.push(row);
    const at = this.#left.indexOf(row);
    if (at >= 0) this.#left.splice(at, 1);
    this.#pins = this.#pins.filter((pin) => pin.row !== row);
  }

  /** The id of a quota that has no place left for the row at `position`. */
  fullQuota(row: number, position: number): string | undefined {
    for (const { column, value, max, within, counts, ruleId } of this.#quotas) {
      if (max === null || position >= (within ?? Infinity)) continue;
      const code = this.#code(column, row);
      if (code === 0 || (value !== null && value !== code)) continue;
      if ((counts.get(code) ?? 0) >= max) return ruleId;
    }
    return undefined;
  }

  /** Rows that no pin waits for and no quota holds back. */
  #free(position: number): readonly number[] {
    const pinned = new Set(this.#pins.map(({ row }) => row));
    return this.#left.filter((row) => !pinned.has(row) && this.fullQuota(row, position) === undefined);
  }

  /** The rows of the first quota that is owed, where minimums together need every position that is left to them. */
  #owed(position: number, free: readonly number[]): { rows: readonly number[]; ruleId: string } | undefined {
    const debts = this.#debts(position, free);
    for (const { end } of debts) {
      const due = debts.filter((debt) => debt.end <= end);
      const room = end - position - this.#pins.filter((pin) => pin.position < end).length;
      if (due.reduce((sum, { missing }) => sum + missing, 0) < room) continue;
      const [first] = due;
      return first && { rows: first.rows, ruleId: first.ruleId };
    }
    return undefined;
  }

  /** Minimums that are not met yet and that a free row could still fill, those that end first first. */
  #debts(position: number, free: readonly number[]) {
    const last = Math.min(this.#slots, position + free.length + this.#pins.length);
    const debts = this.#quotas.flatMap(({ min, value, within, column, ruleId, counts }) => {
      const end = Math.min(last, within ?? Infinity);
      if (min === null || value === null || value === 0 || position >= end) return [];
      const isIts = (row: number): boolean => this.#code(column, row) === value;
      const coming = this.#pins.filter((pin) => pin.position < end && isIts(pin.row)).length;
      const rows = free.filter(isIts);
      const missing = Math.min(rows.length, min - (counts.get(value) ?? 0) - coming);
      return missing > 0 ? [{ end, missing, rows, ruleId }] : [];
    });
    return debts.sort((one, other) => one.end - other.end);
  }

  #spaced(position: number, rows: readonly number[]): { rows: readonly number[]; relaxed: readonly string[] } {
    const relaxed: string[] = [];
    for (const { ruleId, column, gap } of this.#rules.spacing) {
      const near = new Set(this.#chosen.slice(Math.max(0, position - gap)).map((row) => this.#code(column, row)));
      near.delete(0);
      const kept = near.size === 0 ? rows : rows.filter((row) => !near.has(this.#code(column, row)));
      if (kept.length > 0) rows = kept;
      else if (rows.length > 0) relaxed.push(ruleId);
    }
    return { rows, relaxed };
  }

  #code(column: number, row: number): number {
    return this.#rules.columns[column]?.[row] ?? 0;
  }
}
