/** Stands for the rule of a pin that no rule has set: the item is in view, and stays where it is. */
export const IN_VIEW = 'in_view';

/** An item that belongs on a position (from 0) of the slate. */
export interface Pin {
  readonly ruleId: string;
  /** Row of the candidate. */
  readonly row: number;
  readonly position: number;
}

/** How many items of a value (null: of each value) of a column the first `within` positions may and must hold. */
export interface Quota {
  readonly ruleId: string;
  /** Index into `columns`. */
  readonly column: number;
  /** A code of the column, never 0: a quota of a value that no candidate has is not in effect. */
  readonly value: number | null;
  readonly max: number | null;
  readonly min: number | null;
  /** Null: the whole slate. */
  readonly within: number | null;
}

/** Two items of one value of a column are at least `gap` + 1 positions apart. */
export interface Spacing {
  readonly ruleId: string;
  /** Index into `columns`. */
  readonly column: number;
  readonly gap: number;
}

/**
 * What is left of the rules to decide slot by slot among M candidates: plain JSON, so that it can be logged and
 * replayed. It holds only what is in effect.
 */
export interface SlotRules {
  readonly pins: readonly Pin[];
  readonly quotas: readonly Quota[];
  readonly spacing: readonly Spacing[];
  /**
   * A column for each field that a quota or spacing names: [M] codes from 1 in order of first appearance; 0 where the
   * item has no such value, which is never limited.
   */
  readonly columns: readonly (readonly number[])[];
  /** [M] factor on utility: margin^g, >= 0, and 1 where the margin is unknown; absent without a boost. */
  readonly boost?: readonly number[];
}
