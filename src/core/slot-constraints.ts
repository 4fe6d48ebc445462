import type { Pin, Quota, SlotRules } from './slot-rules.ts';

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
  /** Eligible rows that are not chosen, ascending. */
  readonly #left: Set<number>;
  /** Pins that can still be kept, by position. */
  #pins: readonly Pin[];
  readonly #chosen: number[] = [];
  /** Chosen rows by quota and code, among the positions that the quota is about. */
  readonly #counts: readonly Map<number, number>[];

  constructor(dropped: readonly (string | null)[], rules: SlotRules, slots: number) {
    this.#rules = rules;
    this.#counts = rules.quotas.map(() => new Map<number, number>());
    this.#left = new Set(dropped.flatMap((ruleId, row) => (ruleId === null ? [row] : [])));
    this.#pins = rules.pins
      .filter(({ row, position }) => this.#left.has(row) && position < slots)
      .toSorted((a, b) => a.position - b.position);
  }

  feasible(position: number): Feasible {
    // of two pins of one position the second takes the next slot
    const pin = this.#pins.find((one) => one.position <= position);
    if (pin) return { rows: [pin.row], pin: true, ruleId: pin.ruleId, relaxed: [] };
    const reserved = new Set(this.#pins.map(({ row }) => row));
    const free = [...this.#left].filter((row) => !reserved.has(row) && this.fullQuota(row, position) === undefined);
    // too few items to reach the position of a pin: it closes up
    const next = this.#pins[0] as Pin | undefined;
    if (free.length === 0 && next) return { rows: [next.row], pin: true, ruleId: next.ruleId, relaxed: [] };
    const owed = this.#owed(position, free);
    const { rows, relaxed } = this.#spaced(position, owed?.rows ?? free);
    return { rows, pin: false, relaxed, ...(owed && { ruleId: owed.ruleId }) };
  }

  choose(row: number): void {
    this.#rules.quotas.forEach(({ column, within }, at) => {
      if (this.#chosen.length >= (within ?? Infinity)) return;
      const [counts, code] = [this.#counts[at], this.#code(column, row)];
      counts.set(code, (counts.get(code) ?? 0) + 1);
    });
    this.#chosen.push(row);
    this.#left.delete(row);
    this.#pins = this.#pins.filter((pin) => pin.row !== row);
  }

  /** The id of a quota that has no place left for the row at `position`. */
  fullQuota(row: number, position: number): string | undefined {
    const full = ({ column, value, max, within }: Quota, at: number): boolean => {
      const code = this.#code(column, row);
      if (max === null || code === 0 || (value !== null && value !== code)) return false;
      return position < (within ?? Infinity) && (this.#counts[at].get(code) ?? 0) >= max;
    };
    return this.#rules.quotas.find(full)?.ruleId;
  }

  /** The rows of a quota whose `min` needs every position that is left to it. */
  #owed(position: number, free: readonly number[]): { rows: readonly number[]; ruleId: string } | undefined {
    for (const [at, { min, value, within, column, ruleId }] of this.#rules.quotas.entries()) {
      if (min === null || value === null || value === 0) continue;
      const end = within ?? position + free.length + this.#pins.length;
      const pinned = this.#pins.filter((pin) => pin.position < end);
      const coming = pinned.filter(({ row }) => this.#code(column, row) === value).length;
      const missing = min - (this.#counts[at].get(value) ?? 0) - coming;
      if (position >= end || missing <= 0 || missing < end - position - pinned.length) continue;
      const rows = free.filter((row) => this.#code(column, row) === value);
      if (rows.length > 0) return { rows, ruleId };
    }
    return undefined;
  }

  #spaced(position: number, rows: readonly number[]): { rows: readonly number[]; relaxed: readonly string[] } {
    const relaxed: string[] = [];
    for (const { ruleId, column, gap } of this.#rules.spacing) {
      const near = new Set(this.#chosen.slice(Math.max(0, position - gap)).map((row) => this.#code(column, row)));
      const kept = rows.filter((row) => this.#code(column, row) === 0 || !near.has(this.#code(column, row)));
      if (kept.length > 0) rows = kept;
      else if (rows.length > 0) relaxed.push(ruleId);
    }
    return { rows, relaxed };
  }

  #code(column: number, row: number): number {
    return this.#rules.columns[column]?.[row] ?? 0;
  }
}
