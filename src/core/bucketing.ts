/** Where a unit lies: from the first number on, and below the second; both in [0, 1]. */
export type Range = readonly [from: number, to: number];

/** Steps that a bucket is told apart by: GrowthBook's hash v2 has 10,000, its v1 1,000. */
const STEPS = 10_000;
const NAMESPACE_STEPS = 1_000;

/**
 * The bucket of a unit in [0, 1), in steps of 1/10,000: GrowthBook's hash v2
 * (https://docs.growthbook.io/sdk/build-your-own#hash), the only one that experiments use.
 */
export const bucketOf = (seed: string, value: string): number => (fnv32a(String(fnv32a(seed + value))) % STEPS) / STEPS;

/** The same in steps of 1/1,000 for namespaces, which GrowthBook buckets by its hash v1. */
export const namespaceBucketOf = (namespace: string, value: string): number =>
  (fnv32a(`${value}__${namespace}`) % NAMESPACE_STEPS) / NAMESPACE_STEPS;

export const isInRange = (bucket: number, [from, to]: Range): boolean => bucket >= from && bucket < to;

/**
 * The part of [0, 1) of each arm: its own share begins at the sum of the weights before it and is filled to `coverage`,
 * so that more coverage moves nobody from one arm to another.
 */
export function rangesOf(weights: readonly number[], coverage: number): readonly Range[] {
  let from = 0;
  return weights.map((weight) => {
    const range: Range = [from, from + coverage * weight];
    from += weight;
    return range;
  });
}

/** Index of the first range that holds the bucket; -1 where none does. */
export const armOf = (bucket: number, ranges: readonly Range[]): number =>
  ranges.findIndex((range) => isInRange(bucket, range));

/** FNV-1a, 32 bit, over UTF-16 code units as GrowthBook has it; item hashes are over UTF-8 (`hashText`). */
function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
