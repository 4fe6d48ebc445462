import type { TrailStep } from 'nearside';

/** Each step of a decision in words. */
const STEPS: Readonly<Record<TrailStep['step'], (ruleId: string) => string>> = {
  ranked: () => 'ranked',
  kept: () => 'kept where it was in view',
  pinned: (ruleId) => `pinned by ${ruleId}`,
  required: (ruleId) => `needed by quota ${ruleId}`,
  drawn: () => 'drawn to explore',
  relaxed: (ruleId) => `spacing ${ruleId} could not be kept`,
  dropped: (ruleId) => `dropped by ${ruleId}`,
  held_back: (ruleId) => `held back by quota ${ruleId}`,
  outranked: () => 'the slate ended before it',
};

/** What became of a candidate, step by step. */
export const trailText = (trail: readonly TrailStep[]): string =>
  trail.map(({ step, ruleId = '' }) => STEPS[step](ruleId)).join(', ');
