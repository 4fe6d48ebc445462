import { type DecisionInput, type SlotChances, SlotLoop, slotDraw } from './slot-loop.ts';
import { type Steps, finish } from './steps.ts';

/** One filled slot. */
export interface DecidedSlot {
  readonly row: number;
  /** Conditional on the slots before it; 1 where nothing was drawn. */
  readonly propensity: number;
  /** Size of the feasible set. */
  readonly feasible: number;
  readonly by: SlotChances['by'];
  /** The row of the highest value in the feasible set: what a draw was an alternative to. */
  readonly best: number;
  readonly ruleId?: string;
  readonly relaxed: readonly string[];
}

export interface Decision {
  readonly slots: readonly DecidedSlot[];
  /** [M]; NaN without a score. */
  readonly utilities: Float64Array;
  /** Of rows that are eligible and not in the slate: the quota that holds them back, or null where others were better. */
  readonly left: ReadonlyMap<number, string | null>;
}

/** Decides a slate. Pure: the same input gives the same slate on any device, and in the collector's `recompute`. */
export const decide = (input: DecisionInput): Decision => finish(deciding(input));

/** As `decide`, a slot a step: 500 slots of 500 candidates are more than a phone does in a task. */
export function* deciding(input: DecisionInput): Steps<Decision> {
  const loop = new SlotLoop(input);
  const slots: DecidedSlot[] = [];
  for (let chances = loop.next(); chances !== null; chances = loop.next()) {
    const at = pickSlot(chances, slotDraw(input.slateId, slots.length));
    const { rows, propensities, by, best, ruleId, relaxed } = chances;
    const row = rows[at];
    loop.choose(row);
    slots.push({
      ...{ row, propensity: propensities[at], feasible: rows.length, by, best, relaxed },
      ...(ruleId !== undefined && { ruleId }),
    });
    yield;
  }
  const shown = new Set(loop.chosen);
  const left = input.dropped.flatMap((ruleId, row): [number, string | null][] =>
    ruleId === null && !shown.has(row) ? [[row, loop.heldBackBy(row) ?? null]] : [],
  );
  return { slots, utilities: loop.utilities, left: new Map(left) };
}

/** The place in `rows` that the draw falls on; the last that has a chance takes what rounding leaves. */
export function pickSlot({ rows, best, by, propensities }: SlotChances, draw: number): number {
  if (by !== 'drawn') return rows.indexOf(best);
  let sum = 0;
  let last = 0;
  for (const [at, propensity] of propensities.entries()) {
    if (propensity === 0) continue;
    sum += propensity;
    last = at;
    if (draw < sum) break;
  }
  return last;
}
