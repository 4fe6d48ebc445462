import type { FeedbackEvent } from '../../src/core/event.ts';
import { parseExperiments } from '../../src/core/experiment.ts';
import { type DeclaredSet, type Design, createDesign } from './design.ts';

/** `unknown`: the experiment is not declared, or its arms do not follow from the unit's id. */
export const ASSIGNMENT_RESULTS = ['match', 'mismatch', 'unknown'] as const;
export type AssignmentResult = (typeof ASSIGNMENT_RESULTS)[number];
/** One result for each arm of an exposure. */
export type AssignmentCheck = (exposure: Pick<FeedbackEvent, 'unitId' | 'arms'>) => readonly AssignmentResult[];

/** Computes assignments again, by the code that the page runs. */
export function createAssignmentCheck(sets: readonly DeclaredSet[]): AssignmentCheck {
  const designs = new Map<string, Design>();
  const nameOf = (experiment: string, phase: number): string => `${experiment} ${String(phase)}`;
  for (const { body } of sets) {
    const { experiments, holdout } = parseExperiments(body).set;
    const all = [
      ...experiments.map(({ key, phase }) => [key, phase] as const),
      ...(holdout ? [[holdout.key, 0] as const] : []),
    ];
    for (const [key, phase] of all) designs.set(nameOf(key, phase), createDesign(sets, key, phase));
  }
  return ({ unitId, arms = [] }) =>
    arms.map(({ experiment, arm, phase }) => {
      const design = designs.get(nameOf(experiment, phase));
      const expected = design?.expectedArms(unitId);
      if (design === undefined || expected === undefined) return 'unknown';
      const index = design.arms.indexOf(arm);
      return index >= 0 && expected.has(index) ? 'match' : 'mismatch';
    });
}
