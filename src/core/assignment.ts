import { armOf, bucketOf, isInRange, namespaceBucketOf, rangesOf } from './bucketing.ts';
import { matches } from './compile-condition.ts';
import type { Experiment, ExperimentSet, Holdout } from './experiment.ts';

/** Why an evaluation came out as it did. */
export const ASSIGNMENT_REASONS = [
  // in the experiment
  'assigned',
  'sticky',
  // gets an arm, and is not in the experiment
  'override',
  'forced',
  // gets control, and is not in the experiment
  'draft',
  'stopped',
  'no_unit',
  'holdout',
  'layer',
  'condition',
  'coverage',
  'bucket_version',
] as const;
export type AssignmentReason = (typeof ASSIGNMENT_REASONS)[number];

/** What is known of who is bucketed. */
export interface Subject {
  /** What conditions read and what is hashed; `id` is the unit id. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Arms kept from before, by `stickyKey`. */
  readonly sticky?: Readonly<Record<string, string>>;
  /** For quality assurance: arms by experiment key. They count in no exposure and no metric. */
  readonly overrides?: Readonly<Record<string, string>>;
}

export interface Assignment {
  readonly experiment: string;
  readonly phase: number;
  /** Key of the arm; that of control where the subject is not in the experiment. */
  readonly arm: string;
  /** Its place in `variations`. */
  readonly index: number;
  /** Whether it counts: its exposure is told, and its unit is analysed. */
  readonly isIn: boolean;
  readonly reason: AssignmentReason;
  /** In [0, 1); absent where none was drawn. */
  readonly bucket?: number;
}

/** Under which a unit's arm is kept, so that a change of weights moves nobody. */
export const stickyKey = ({ key, bucketVersion }: Pick<Experiment, 'key' | 'bucketVersion'>): string =>
  `${key}__${String(bucketVersion)}`;

/** Whether a subject is held out of everything; never where there is no unit. */
export function isHeld(holdout: Holdout | null, { attributes }: Subject): boolean {
  if (holdout === null) return false;
  const unit = unitOf(attributes, holdout.hashAttribute);
  return unit !== '' && bucketOf(holdout.seed, unit) < holdout.share;
}

/** Evaluates every experiment of a set. Pure: the same set and subject give the same answer anywhere. */
export function assignAll({ holdout, experiments }: ExperimentSet, subject: Subject): readonly Assignment[] {
  const held = isHeld(holdout, subject);
  return experiments.map((experiment) => (held ? hold(experiment, subject) : assign(experiment, subject)));
}

const hold = (experiment: Experiment, subject: Subject): Assignment =>
  overrideOf(experiment, subject) ?? without(experiment, 'holdout');

/**
 * Evaluates one experiment in GrowthBook's order: override, status, unit, sticky bucket, layer, condition, bucket. A
 * sticky bucket goes before layer and condition: who is in stays in.
 */
export function assign(experiment: Experiment, subject: Subject): Assignment {
  const override = overrideOf(experiment, subject);
  if (override !== null) return override;
  if (experiment.status === 'draft') return without(experiment, 'draft');
  const unit = unitOf(subject.attributes, experiment.hashAttribute);
  if (unit === '') return without(experiment, 'no_unit');
  const sticky = findSticky(experiment, subject);
  const found = sticky ?? refusalOf(experiment, subject, unit);
  if (found !== null) return typeof found === 'string' ? without(experiment, found) : found;
  const bucket = bucketOf(experiment.seed, unit);
  const { ranges = rangesOf(experiment.weights, experiment.coverage) } = experiment;
  const index = armOf(bucket, ranges);
  if (index < 0) return { ...without(experiment, 'coverage'), bucket };
  return settle(experiment, { ...withArm(experiment, index, 'assigned'), bucket });
}

/** What follows once an arm is found: a decision that is rolled out, or an end. */
function settle(experiment: Experiment, assignment: Assignment): Assignment {
  const { force, status } = experiment;
  if (force !== undefined) return { ...withArm(experiment, force, 'forced'), isIn: false };
  return status === 'stopped' ? without(experiment, 'stopped') : assignment;
}

function findSticky(experiment: Experiment, { sticky = {} }: Subject): Assignment | 'bucket_version' | null {
  const { minBucketVersion, disableStickyBucketing, meta } = experiment;
  if (disableStickyBucketing) return null;
  for (let bucketVersion = 0; bucketVersion < minBucketVersion; bucketVersion++)
    if (Object.hasOwn(sticky, stickyKey({ ...experiment, bucketVersion }))) return 'bucket_version';
  const key = stickyKey(experiment);
  const index = Object.hasOwn(sticky, key) ? meta.findIndex((arm) => arm.key === sticky[key]) : -1;
  return index < 0 ? null : settle(experiment, withArm(experiment, index, 'sticky'));
}

function refusalOf(experiment: Experiment, { attributes }: Subject, unit: string): AssignmentReason | null {
  const { filters, namespace, condition } = experiment;
  if (filters) {
    const isOut = filters.some(({ seed, ranges, attribute = 'id' }) => {
      const value = unitOf(attributes, attribute);
      return value === '' || !ranges.some((range) => isInRange(bucketOf(seed, value), range));
    });
    if (isOut) return 'layer';
  } else if (namespace) {
    const [id, ...range] = namespace;
    if (!isInRange(namespaceBucketOf(id, unit), range)) return 'layer';
  }
  return condition && !matches(condition, attributes) ? 'condition' : null;
}

function overrideOf(experiment: Experiment, { overrides = {} }: Subject): Assignment | null {
  const { key, meta } = experiment;
  const index = Object.hasOwn(overrides, key) ? meta.findIndex((arm) => arm.key === overrides[key]) : -1;
  return index < 0 ? null : { ...withArm(experiment, index, 'override'), isIn: false };
}

/** What is hashed: texts and numbers that are neither empty nor 0, as GrowthBook has it. */
function unitOf(attributes: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return (typeof value === 'string' || typeof value === 'number') && value ? String(value) : '';
}

const without = (experiment: Experiment, reason: AssignmentReason): Assignment => ({
  ...withArm(experiment, 0, reason),
  isIn: false,
});

const withArm = ({ key, phase, meta }: Experiment, index: number, reason: AssignmentReason): Assignment => ({
  ...{ experiment: key, phase, arm: meta[index].key, index },
  ...{ isIn: true, reason },
});
