import { pickSlot } from './decide.ts';
import { type DecisionInput, SlotLoop, slotDraw } from './slot-loop.ts';
import { utilitiesOf } from './utility.ts';

/** Positions that are valued: the list length of all our metrics. */
export const VALUED_POSITIONS = 10;

/** [10] 1 / log2(position + 2), the discount of DCG (Järvelin & Kekäläinen 2002): how much a visitor looks at a position. */
const POSITION_WEIGHTS = Float64Array.from({ length: VALUED_POSITIONS }, (_, position) => 1 / Math.log2(position + 2));

export interface ValuedSlate {
  /** Expected utility of the first ten positions; null where nothing was scored. */
  readonly value: number | null;
  /** The rows of these positions under the slate's own draws. */
  readonly top: readonly number[];
}

/**
 * sum over positions of weight x expected utility of the item there. Utility is that of the heads by policy weights,
 * without the margin's factor, so that what a boost costs can be seen; an item without a score has 0. The expectation of
 * a drawn slot is exact, given the slots before it as the slate's own seed draws them: over slates, an unbiased estimate
 * of the full expectation (conditional Monte Carlo), and two inputs of one slate id are compared under the same draws.
 */
export function valueSlate(input: DecisionInput): ValuedSlate {
  const { logits, heads, policy, slateId } = input;
  const utilities = logits && utilitiesOf({ logits, heads, weights: policy.weights });
  const loop = new SlotLoop(input);
  let value = 0;
  for (const weight of POSITION_WEIGHTS) {
    const chances = loop.next();
    if (chances === null) break;
    const { rows, propensities } = chances;
    if (utilities) value += weight * rows.reduce((sum, row, at) => sum + propensities[at] * (utilities[row] || 0), 0);
    loop.choose(rows[pickSlot(chances, slotDraw(slateId, loop.chosen.length))]);
  }
  return { value: utilities && value, top: loop.chosen };
}
