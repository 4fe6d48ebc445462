import { SAMPLE_RATIO_ALPHA } from '../statistics/sample-ratio.ts';
import type { ExperimentsBench } from './bench-experiments.ts';
import type { Coverages } from './coverage.ts';
import type { falsePositivesOf } from './experiment-figures.ts';

/** Of 2,000 experiments whose intervals hold the truth in 95 %, fewer than 1 in 10,000 benches leave this. */
const FIXED = { least: 0.93, most: 0.97 };
const ALWAYS_VALID = 0.95;
/**
 * Peeking at 20 looks finds something in .25 of experiments (Armitage, McPherson, Rowe 1969, doi:10.2307/2343787); a
 * simulator in which it does not proves nothing.
 */
const PEEKING = 0.15;
/** In standard errors of one experiment: what the mean of a ratio is off by at these sizes, too little for coverage. */
const LIFT_BIAS = 0.12;
const REMOVED = 0.02;
const POWER = 0.95;
/** Standard errors that a mean of experiments may be off by chance. */
const FAR = 4;

type Checks = Readonly<Record<string, boolean>>;

/** Every bound that a bench's figures must keep, by its name. */
export function checkExperiments({ experiments, metrics, sampleRatio, attribution }: ExperimentsBench): Checks {
  const alarms = SAMPLE_RATIO_ALPHA + FAR * Math.sqrt(SAMPLE_RATIO_ALPHA / experiments);
  const { attributed, intentionToTreat } = attribution;
  return Object.assign(
    {
      'sample ratio: false alarms at most as often as chance allows': sampleRatio.falseAlarms <= alarms,
      'sample ratio: a leak is found': sampleRatio.power >= POWER,
      'attribution: finds an effect that is none': attributed.found >= POWER,
      'intention to treat: finds none':
        intentionToTreat.found <= 1 - FIXED.least && intentionToTreat.foundAlwaysValid <= 1 - ALWAYS_VALID,
    },
    ...metrics.map((metric) => checkMetric(metric, experiments)),
  ) as Checks;
}

function checkMetric({ metric, lift, cuped, ...plain }: ExperimentsBench['metrics'][number], experiments: number) {
  return {
    ...checkIntervals(metric, plain),
    [`${metric}: lifts are right on average`]: Math.abs(lift.bias) <= LIFT_BIAS + FAR / Math.sqrt(experiments),
    ...(cuped && {
      ...checkIntervals(`${metric} with CUPED`, cuped),
      [`${metric} with CUPED: removes what the correlation says`]:
        Math.abs(cuped.varianceRemoved - cuped.explained) <= REMOVED,
    }),
  };
}

interface Judged {
  readonly coverage: Coverages;
  readonly falsePositives: ReturnType<typeof falsePositivesOf>;
}

function checkIntervals(name: string, { coverage, falsePositives }: Judged): Checks {
  const { fixed, fixedLift, alwaysValid, alwaysValidLift } = coverage;
  const isNominal = (share: number): boolean => share >= FIXED.least && share <= FIXED.most;
  const always = [alwaysValid, alwaysValidLift].flatMap(({ end, everyLook }) => [end, everyLook]);
  return {
    [`${name}: fixed intervals hold the truth in 93 to 97 %`]: isNominal(fixed.end),
    [`${name}: fixed intervals of the lift do`]: isNominal(fixedLift.end),
    [`${name}: always-valid intervals hold it at every look in 95 %`]: always.every((share) => share >= ALWAYS_VALID),
    [`${name}: always-valid intervals find nothing where nothing is`]: falsePositives.alwaysValid <= 1 - ALWAYS_VALID,
    [`${name}: peeking at fixed intervals finds something where nothing is`]: falsePositives.peeking >= PEEKING,
  };
}
