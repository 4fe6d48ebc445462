import type { Arms, Insufficient } from '../statistics/arms.ts';
import { type JointMoments, NO_JOINT_MOMENTS, addPair } from '../statistics/joint-moments.ts';
import { type EffectInput, type MetricEffect, measureEffect } from '../statistics/metric-effect.ts';
import type { World } from './experiment-worlds.ts';

export const PLAN = { looks: 20, unitsPerLook: 200, alpha: 0.05 } as const;

export interface PlayOptions {
  readonly experiments: number;
  readonly random: () => number;
  /** Both arms get control: every effect found is false. */
  readonly isNull?: boolean;
  /** How an experiment is analysed: `measureEffect`, or what is to be compared with it. */
  readonly measure?: (input: EffectInput) => MetricEffect | Insufficient;
  readonly progress?: (text: string) => void;
}

/** The effect as it is seen at each look; undefined where there is none yet. */
export type Run = readonly (MetricEffect | undefined)[];

/** Plays experiments in a world, and looks at each as often as the plan says. */
export function playExperiments(world: World, options: PlayOptions): readonly Run[] {
  const { experiments, isNull = false, progress } = options;
  const name = `${world.name}${isNull ? ', no effect' : ''}`;
  return Array.from({ length: experiments }, (_, at) => {
    progress?.(`${name}: ${String(at + 1)} of ${String(experiments)}`);
    return playOne(world, options);
  });
}

function playOne(world: World, { random, isNull, measure = measureEffect }: PlayOptions): Run {
  const { kind, explained } = world;
  const tunedFor = 2 * PLAN.looks * PLAN.unitsPerLook;
  let arms: Arms<JointMoments> = { control: NO_JOINT_MOMENTS, treatment: NO_JOINT_MOMENTS };
  return Array.from({ length: PLAN.looks }, () => {
    arms = {
      control: drawUnits(world, { random, arm: 'control', moments: arms.control }),
      treatment: drawUnits(world, { random, arm: isNull ? 'control' : 'treatment', moments: arms.treatment }),
    };
    const effect = measure({ ...arms, kind, hasCovariate: explained !== undefined, alpha: PLAN.alpha, tunedFor });
    return effect.kind === 'estimate' ? effect : undefined;
  });
}

interface ArmSoFar {
  readonly random: () => number;
  readonly arm: keyof Arms;
  readonly moments: JointMoments;
}

function drawUnits(world: World, { random, arm, moments }: ArmSoFar): JointMoments {
  let next = moments;
  for (let unit = 0; unit < PLAN.unitsPerLook; unit++) {
    const [y, x] = world.draw(random, arm);
    next = addPair(next, y, x);
  }
  return next;
}
