import type { Interval } from '../statistics/arms.ts';
import type { AdjustedEffect } from '../statistics/metric-effect.ts';
import type { World } from './experiment-worlds.ts';

/** Shares of experiments whose interval holds the truth: at the last look, and at every look. */
export interface Coverage {
  readonly end: number;
  readonly everyLook: number;
}

/** Treatment minus control, and as a lift. */
export interface Truth {
  readonly difference: number;
  readonly lift: number;
}

/** An effect with or without CUPED. */
type Effect = Omit<AdjustedEffect, 'theta' | 'varianceRemoved'>;

const INTERVALS = {
  fixed: { of: (effect: Effect): Interval => effect, estimates: 'difference' },
  alwaysValid: { of: ({ sequential }: Effect): Interval => sequential, estimates: 'difference' },
  fixedLift: { of: ({ relative }: Effect) => (relative.kind === 'estimate' ? relative : undefined), estimates: 'lift' },
  alwaysValidLift: {
    of: ({ sequentialRelative: lift }: Effect) => (lift.kind === 'interval' ? lift : undefined),
    estimates: 'lift',
  },
} as const satisfies Record<string, { of: (effect: Effect) => Interval | undefined; estimates: keyof Truth }>;

export type Coverages = Readonly<Record<keyof typeof INTERVALS, Coverage>>;

export const truthOf = ({ truth: { control, treatment } }: World, isNull = false): Truth =>
  isNull ? { difference: 0, lift: 0 } : { difference: treatment - control, lift: treatment / control - 1 };

/** How often the intervals of experiments, each a list of looks, hold the truth. */
export function coverageOf(runs: readonly (readonly (Effect | undefined)[])[], truth: Truth): Coverages {
  const shareOf = (name: keyof typeof INTERVALS): Coverage => {
    const { of, estimates } = INTERVALS[name];
    const holds = runs.map((run) => run.map((effect) => holdsTruth(effect && of(effect), truth[estimates])));
    const count = (test: (looks: readonly (boolean | undefined)[]) => boolean): number => holds.filter(test).length;
    return {
      end: count((looks) => looks.at(-1) === true) / runs.length,
      everyLook: count((looks) => !looks.includes(false)) / runs.length,
    };
  };
  return {
    fixed: shareOf('fixed'),
    alwaysValid: shareOf('alwaysValid'),
    fixedLift: shareOf('fixedLift'),
    alwaysValidLift: shareOf('alwaysValidLift'),
  };
}

/** Undefined without an interval: what is not said is not wrong at an early look, but at the end it is no answer either. */
const holdsTruth = (interval: Interval | undefined, truth: number): boolean | undefined =>
  interval && interval.low <= truth && truth <= interval.high;
