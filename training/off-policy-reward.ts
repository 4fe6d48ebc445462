import { type Calibrator, type Outcome, fitPlatt } from './calibration.ts';
import type { OffPolicySlate } from './off-policy.ts';

const FOLDS = 5;

/** What the reward model expects of one slate, by slot: of what was shown, and of what the target would show. */
export interface ModelledSlate {
  readonly shown: readonly number[];
  readonly target: readonly number[];
}

/**
 * Chance of a reward by slot and score: one sigmoid a slot, fitted on the units of the other four folds (cross-fitting,
 * Chernozhukov et al. 2018), so that no slate is corrected by a model that has seen its rewards. A slot without data in
 * those folds expects nothing.
 */
export function modelRewards(slates: readonly OffPolicySlate[], slots: number): readonly ModelledSlate[] {
  const foldOf = assignFolds(slates);
  const models = Array.from({ length: FOLDS }, (_, fold) => fitSlots(slates, slots, (slate) => foldOf(slate) !== fold));
  return slates.map((slate) => {
    const curves = models[foldOf(slate)];
    const target = new Array<number>(slots).fill(0);
    for (const { slot, score, share } of slate.target) if (slot < slots) target[slot] += share * curves[slot](score);
    return { shown: slate.slots.slice(0, slots).map(({ score }, slot) => curves[slot](score)), target };
  });
}

/** Units in turn, by first appearance. */
function assignFolds(slates: readonly OffPolicySlate[]): (slate: OffPolicySlate) => number {
  const folds = new Map<string, number>();
  for (const { unitId } of slates) if (!folds.has(unitId)) folds.set(unitId, folds.size % FOLDS);
  return ({ unitId }) => folds.get(unitId) ?? 0;
}

function fitSlots(
  slates: readonly OffPolicySlate[],
  slots: number,
  isUsed: (slate: OffPolicySlate) => boolean,
): readonly Calibrator[] {
  const outcomes = Array.from({ length: slots }, (): Outcome[] => []);
  for (const slate of slates.filter(isUsed)) {
    slate.slots
      .slice(0, slots)
      .forEach(({ score, reward }, slot) => outcomes[slot].push({ score, clicked: reward === 1 }));
  }
  return outcomes.map((of) => (of.length === 0 ? () => 0 : fitPlatt(of)));
}
