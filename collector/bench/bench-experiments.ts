import { createRandom } from '../../src/core/random.ts';
import { round4 } from '../mean.ts';
import { coverageOf, truthOf } from './coverage.ts';
import { checkExperiments } from './experiment-checks.ts';
import { cupedOf, falsePositivesOf, findsOf, liftOf, meanOf } from './experiment-figures.ts';
import { ATTRIBUTION, WORLDS, type World } from './experiment-worlds.ts';
import { PLAN, type PlayOptions, playExperiments } from './play-experiments.ts';
import { playSampleRatios } from './play-sample-ratios.ts';

export interface ExperimentsBenchOptions extends Pick<PlayOptions, 'measure'> {
  /** Of each metric, with the effect and without. */
  readonly experiments: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Milliseconds from any fixed moment. */
  readonly stopwatch: () => number;
}

export type ExperimentsBench = ReturnType<typeof playAll>;

/**
 * Plays experiments whose truth is known, and says how often the statistics of the report hold it: coverage, false
 * positives with and without peeking, bias of lifts, what CUPED removes, sample ratio mismatches, and attribution beside
 * intention to treat. The same seed plays the same.
 */
export function benchExperiments(options: ExperimentsBenchOptions) {
  const startMs = options.stopwatch();
  const result = playAll(options);
  const seconds = (options.stopwatch() - startMs) / 1000;
  return { ...roundAll({ ...result, seconds }), checks: checkExperiments(result) };
}

function playAll({ experiments, seed, ...rest }: ExperimentsBenchOptions) {
  const random = createRandom(seed);
  const options = { ...rest, experiments, random };
  const plan = { experiments, seed, looks: PLAN.looks, unitsPerArm: PLAN.looks * PLAN.unitsPerLook };
  const metrics = WORLDS.map((world) => judgeWorld(world, options));
  const sampleRatio = playSampleRatios(options);
  // from one seed, so that both are of the same visitors
  const see = (world: World) => findsOf(playExperiments(world, { ...options, random: createRandom(seed) }));
  const attribution = {
    attributed: see(ATTRIBUTION.attributed),
    intentionToTreat: see(ATTRIBUTION.intentionToTreat),
  };
  return { ...plan, metrics, sampleRatio, attribution };
}

/** How the statistics do in one world, with its effect and without any. */
function judgeWorld(world: World, options: PlayOptions) {
  const truth = truthOf(world);
  const runs = playExperiments(world, options);
  const nulls = playExperiments(world, { ...options, isNull: true });
  const noEffect = truthOf(world, true);
  return {
    metric: world.name,
    kind: world.kind,
    truth: { ...world.truth, ...truth },
    coverage: coverageOf(runs, truth),
    lift: liftOf(runs, truth.lift),
    falsePositives: falsePositivesOf(coverageOf(nulls, noEffect)),
    ...(world.explained !== undefined && {
      cuped: {
        coverage: coverageOf(runs.map(cupedOf), truth),
        falsePositives: falsePositivesOf(coverageOf(nulls.map(cupedOf), noEffect)),
        explained: world.explained,
        varianceRemoved: meanOf(nulls.flatMap((run) => cupedOf(run).at(-1)?.varianceRemoved ?? [])),
      },
    }),
  };
}

/** Every number at 4 decimals. */
const roundAll = <T extends object>(result: T): T =>
  JSON.parse(JSON.stringify(result, (_, value: unknown) => (typeof value === 'number' ? round4(value) : value))) as T;
