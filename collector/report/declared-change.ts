import { isDeepStrictEqual } from 'node:util';
import { isInRange, rangesOf } from '../../src/core/bucketing.ts';
import type { Experiment, Holdout } from '../../src/core/experiment.ts';

/** `changed`: what was declared within the phase does not go together. `unit`: another unit is bucketed. */
export interface Remark {
  readonly kind: 'changed' | 'unit' | 'odd';
  readonly message: string;
}

/** Steps of a bucket, as `bucketOf` has them. */
const BUCKETS = Array.from({ length: 10_000 }, (_, step) => step / 10_000);
/** A share moves by as much where coverage is raised, because buckets are whole. */
const SAME_SHARE = 0.01;

/** Share of each arm among the units that take part: of whole buckets, as units are. */
export function sharesOf({ weights, coverage, ranges = rangesOf(weights, coverage) }: Experiment): readonly number[] {
  const counts = ranges.map((range) => BUCKETS.filter((bucket) => isInRange(bucket, range)).length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / Math.max(1, total));
}

/** The same of a holdout: of who is held, and of everybody else. */
export function holdoutShares({ share }: Pick<Holdout, 'share'>): readonly number[] {
  const held = BUCKETS.filter((bucket) => bucket < share).length / BUCKETS.length;
  return [held, 1 - held];
}

const AGAIN = 'begin a new phase, and raise bucketVersion so that nobody keeps an arm of this one';

/**
 * What was changed between declarations of one phase that makes its arms another mixture of units, or another thing:
 * pooled, a difference in time would pass for one between the arms (Simpson 1951).
 */
export function findChanges(declared: readonly Experiment[]): readonly Remark[] {
  const [first, ...others] = declared;
  if (first === undefined) return [];
  const remarks: Remark[] = [];
  const add = (what: string): void =>
    void remarks.push({ kind: 'changed', message: `${what} within the phase: ${AGAIN}` });
  const same = (read: (experiment: Experiment) => unknown): boolean =>
    others.every((other) => isDeepStrictEqual(read(other), read(first)));
  if (!isOneSplit(declared.map(sharesOf))) add('the split between the arms was changed');
  if (!same(({ variations, meta }) => [variations, meta.map(({ key }) => key)])) add('what an arm does was changed');
  if (!same(({ seed, hashAttribute, filters, namespace }) => [seed, hashAttribute, filters, namespace]))
    add('who is bucketed was changed');
  return remarks;
}

export function findHoldoutChanges(declared: readonly Holdout[]): readonly Remark[] {
  const [first, ...others] = declared;
  const isSame = others.every((other) => other.seed === first?.seed && other.hashAttribute === first.hashAttribute);
  return isSame && isOneSplit(declared.map(holdoutShares))
    ? []
    : [{ kind: 'changed', message: 'the holdout was changed: begin one with another key' }];
}

/** Remarks where anything but the unit's id is bucketed. */
export const findOtherUnits = (declared: readonly Pick<Experiment, 'hashAttribute'>[]): readonly Remark[] =>
  declared
    .filter(({ hashAttribute }) => hashAttribute !== 'id')
    .slice(0, 1)
    .map(({ hashAttribute }) => ({
      kind: 'unit',
      message: `units are bucketed by "${hashAttribute}", and events name the unit id alone: several of them may be one unit, which no interval here allows for`,
    }));

const isOneSplit = (splits: readonly (readonly number[])[]): boolean =>
  splits.every(
    (split) =>
      split.length === splits[0]?.length &&
      split.every((share, arm) => Math.abs(share - (splits[0]?.[arm] ?? 0)) <= SAME_SHARE),
  );
