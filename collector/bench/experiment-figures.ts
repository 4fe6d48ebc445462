import type { Coverages } from './coverage.ts';
import { PLAN, type Run } from './play-experiments.ts';

/** The looks of an experiment with CUPED. */
export const cupedOf = (run: Run) =>
  run.map((effect) => (effect?.cuped?.kind === 'estimate' ? effect.cuped : undefined));

/**
 * Shares of experiments without an effect that find one: by intervals that hold at every look, by the last look alone,
 * and by whichever look is the first with p below alpha.
 */
export const falsePositivesOf = ({ fixed, alwaysValid }: Coverages) => ({
  alwaysValid: 1 - alwaysValid.everyLook,
  fixed: 1 - fixed.end,
  peeking: 1 - fixed.everyLook,
});

/** Mean of the lifts found, and how far it is from the truth in standard errors of one experiment. */
export function liftOf(runs: readonly Run[], truth: number) {
  const lifts = liftsOf(runs);
  const mean = meanOf(lifts);
  const spread = Math.sqrt(meanOf(lifts.map((lift) => (lift - mean) ** 2)));
  return { truth, mean, bias: (mean - truth) / spread };
}

/** What experiments say in the end: their mean lift, and the shares that call it an effect. */
export function findsOf(runs: readonly Run[]) {
  const effects = runs.flatMap((run) => run.at(-1) ?? []);
  const shareOf = (ps: readonly number[]): number => ps.filter((p) => p < PLAN.alpha).length / runs.length;
  return {
    meanLift: meanOf(liftsOf(runs)),
    found: shareOf(effects.map(({ p }) => p)),
    foundAlwaysValid: shareOf(effects.map(({ sequential }) => sequential.p)),
  };
}

const liftsOf = (runs: readonly Run[]): readonly number[] =>
  runs.flatMap((run) => {
    const relative = run.at(-1)?.relative;
    return relative?.kind === 'estimate' ? relative.lift : [];
  });

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
