import { type ArmChange, changePolicy } from '../src/core/arm-change.ts';
import type { FeedbackEvent } from '../src/core/event.ts';
import { SESSION_GAP_MS } from '../src/core/signal.ts';
import type { OffPolicyResult } from './off-policy.ts';
import { type OffPolicyLogResult, evaluateLoggedSlates } from './off-policy-log.ts';
import { createChangedPolicy } from './target-policy.ts';

export interface ExperimentOffPolicyOptions {
  /** The collector's events, the same on each call. */
  readonly read: () => AsyncIterable<FeedbackEvent>;
  readonly experiment: string;
  readonly phase: number;
  /** Absent: all. */
  readonly placements?: readonly string[] | undefined;
  /** Control first. */
  readonly arms: readonly { readonly arm: string; readonly change: ArmChange }[];
  readonly seed: number;
  readonly progress: (text: string) => void;
}

/** What control's slates foretold of an arm, beside what came: offline figures that do not predict are seen here. */
export interface ForetoldArm {
  readonly arm: string;
  /** Clicked items a slate had control's slates been filled by the arm's policy. */
  readonly predicted: Pick<OffPolicyLogResult, 'verdict' | 'reason' | 'snips' | 'dr' | 'ess'>;
  /** Clicked items a slate of the arm's own slates; null where there are none. */
  readonly measured: OffPolicyResult['naive'] | null;
}

/** Rewards of the first so many slots of a slate, as `ope` counts them. */
const SLOTS = 10;

/**
 * For each arm that changes the policy: its value as estimated off-policy from slates of control's units, and as its own
 * units had it. Of units in one arm alone, at level `training`. Other changes cannot be estimated from logged scores.
 */
export async function evaluateArmsOffPolicy(options: ExperimentOffPolicyOptions): Promise<readonly ForetoldArm[]> {
  const units = await readUnits(options);
  const { placements } = options;
  const [control, ...treatments] = options.arms;
  const answers: ForetoldArm[] = [];
  for (const { arm, change } of treatments) {
    if (change.policy === undefined) continue;
    const evaluate = (of: string | undefined, policy: NonNullable<ArmChange['policy']> | undefined) =>
      evaluateLoggedSlates({
        ...{ reward: 'click', slots: SLOTS, seed: options.seed, progress: options.progress },
        policy: createChangedPolicy((logged) => (policy === undefined ? logged : changePolicy(logged, policy))),
        read: () =>
          eventsOf(options.read(), (event) => isOfArm(units.get(event.unitId), event, of) && isAt(placements, event)),
      });
    const { verdict, reason, snips, dr, ess } = await evaluate(control?.arm, change.policy);
    const own = await evaluate(arm, undefined);
    const predicted = { verdict, ...(reason !== undefined && { reason }), snips, dr, ess };
    answers.push({ arm, predicted, measured: own.naive ?? null });
  }
  return answers;
}

interface ExposedUnit {
  /** Empty where it was exposed to more than one. */
  readonly arm: string;
  /** Epoch ms. */
  readonly firstAt: number;
}

/** What came before the session of the exposure was made under no arm that counts. */
const isOfArm = (unit: ExposedUnit | undefined, { at }: FeedbackEvent, arm: string | undefined): boolean =>
  unit !== undefined && unit.arm === arm && at > unit.firstAt - SESSION_GAP_MS;

const isAt = (placements: readonly string[] | undefined, { placement = '' }: FeedbackEvent): boolean =>
  placements?.includes(placement) ?? true;

async function* eventsOf(events: AsyncIterable<FeedbackEvent>, isWanted: (event: FeedbackEvent) => boolean) {
  for await (const event of events) if (isWanted(event)) yield event;
}

async function readUnits(options: ExperimentOffPolicyOptions): Promise<ReadonlyMap<string, ExposedUnit>> {
  const { read, experiment, phase } = options;
  const units = new Map<string, ExposedUnit>();
  for await (const { unitId, at, arms = [] } of read())
    for (const told of arms) {
      if (told.experiment !== experiment || told.phase !== phase) continue;
      const { arm, firstAt } = units.get(unitId) ?? { arm: told.arm, firstAt: at };
      units.set(unitId, { arm: arm === told.arm ? arm : '', firstAt: Math.min(firstAt, at) });
    }
  return units;
}
