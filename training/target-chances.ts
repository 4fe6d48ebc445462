import { type DecisionInput, type SlotChances, SlotLoop } from '../src/core/slot-loop.ts';
import { pickIndex } from './simulate-random.ts';

/** What two policies would have done in one slot after the same slots before it. */
export interface SlotComparison {
  /** Chance of the shown row under the policy that made the log; 0 where it could not have shown it. */
  readonly logged: number;
  readonly target: number;
  /** The target policy's chance to choose a row that the log could have chosen. */
  readonly supported: number;
}

export interface ShownOrder {
  readonly logged: DecisionInput;
  /** The same candidates, decided otherwise. */
  readonly target: DecisionInput;
  /** Rows as they were shown. */
  readonly order: readonly number[];
}

/**
 * Both policies along the slots of a shown slate, each given what was shown above. Where the target policy would go on
 * after the last shown slot, one more slot says so: there the log could show nothing.
 */
export function compareSlots({ logged, target, order }: ShownOrder): readonly SlotComparison[] {
  const [made, asked] = [new SlotLoop(logged), new SlotLoop(target)];
  const slots: SlotComparison[] = [];
  // below a row that the target policy never shows there, nothing is about it
  let within = true;
  for (const row of order) {
    const could = chancesByRow(made.next());
    const would: Chances | undefined = within ? chancesByRow(asked.next()) : undefined;
    const supported = would === undefined ? 1 : sharedChance(would, could);
    const target: number = would?.get(row) ?? 0;
    slots.push({ logged: could.get(row) ?? 0, target, supported });
    within = target > 0;
    made.choose(row);
    if (within) asked.choose(row);
  }
  if (within && asked.next() !== null) slots.push({ logged: 1, target: 0, supported: 0 });
  return slots;
}

type Chances = ReadonlyMap<number, number>;

const chancesByRow = (chances: SlotChances | null): Chances =>
  new Map(chances?.rows.map((row, i) => [row, chances.propensities[i]]));

function sharedChance(would: Chances, could: Chances): number {
  let shared = 0;
  for (const [row, chance] of would) if ((could.get(row) ?? 0) > 0) shared += chance;
  return shared;
}

/** How often a row stands in a slot. */
export interface ShownShare {
  readonly slot: number;
  readonly row: number;
  readonly share: number;
}

/**
 * How often a policy shows each row in each of the first `slots` slots when it fills whole slates: by `draws` slates of
 * its own, by one where it draws nothing there. Any number of draws is unbiased.
 */
export function drawShares(
  input: DecisionInput,
  { slots, draws, random }: { readonly slots: number; readonly draws: number; readonly random: () => number },
): readonly ShownShare[] {
  const isDrawn = input.logits !== null && input.policy.exploration.positions.some((position) => position < slots);
  const rounds = isDrawn ? draws : 1;
  const counts = Array.from({ length: slots }, () => new Map<number, number>());
  for (let round = 0; round < rounds; round++) {
    const loop = new SlotLoop(input);
    for (const count of counts) {
      const chances = loop.next();
      if (chances === null) break;
      const row = chances.rows[pickIndex(random, chances.propensities)];
      count.set(row, (count.get(row) ?? 0) + 1);
      loop.choose(row);
    }
  }
  return counts.flatMap((of, slot) => [...of].map(([row, count]) => ({ slot, row, share: count / rounds })));
}

/** [M] what the reward model reads of each row: the first head's logit above the list's mean; 0 without one. */
export function rewardScores({ logits, heads, dropped }: DecisionInput): readonly number[] {
  const first = dropped.map((_, row) => logits?.[row * heads.length] ?? Number.NaN);
  const known = first.filter(Number.isFinite);
  const mean = known.reduce((sum, logit) => sum + logit, 0) / known.length;
  return first.map((logit) => (Number.isFinite(logit) ? logit - mean : 0));
}
