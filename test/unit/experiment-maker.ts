import type { Experiment, Filter } from '../../src/core/experiment.ts';
import type { Range } from '../../src/core/bucketing.ts';
import { type Random, pick } from './condition-maker.ts';

const LETTERS = ['a', 'B', '7', ' ', '-', '|', 'é', 'ß', '日本', '🦊', '\u202e', 'ﬁ', '\ud83d', 'naïve', '0'];

/** Texts of all planes, lone surrogates included. */
export const makeText = (random: Random): string =>
  Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(random, LETTERS)).join('');

/** What sites hash: ids, mails, numbers, and now and then nothing. */
export const makeUnit = (random: Random): unknown =>
  pick(random, [
    () => makeText(random),
    () => Math.floor(random() * 1e9),
    () => random(),
    () => '',
    () => 0,
    () => null,
  ])();

const makeRange = (random: Random): Range => [random(), random()].sort((a, b) => a - b) as [number, number];

const makeFilter = (random: Random): Filter => ({
  seed: makeText(random),
  ranges: Array.from({ length: 1 + Math.floor(random() * 3) }, () => makeRange(random)),
  ...(random() < 0.3 && { attribute: 'account' }),
});

function makeWeights(random: Random, count: number): number[] {
  const raw = Array.from({ length: count }, () => random() + 0.01);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

/** Pairs that do not overlap, with gaps between them. */
function makeRanges(random: Random, count: number): Range[] {
  const cuts = Array.from({ length: 2 * count }, random).sort((a, b) => a - b);
  return Array.from({ length: count }, (_, i): Range => [cuts[2 * i] ?? 0, cuts[2 * i + 1] ?? 0]);
}

/** As a file has it: fields with a default may be absent. */
export function makeExperiment(random: Random): Partial<Experiment> & Pick<Experiment, 'key' | 'variations' | 'meta'> {
  const count = 2 + Math.floor(random() * 3);
  const maybe = <T extends object>(chance: number, make: () => T): T | object => (random() < chance ? make() : {});
  return {
    key: `exp-${String(Math.floor(random() * 1e6))}`,
    variations: Array.from({ length: count }, (_, i) => i),
    meta: Array.from({ length: count }, (_, i) => ({ key: `arm-${String(i)}` })),
    ...maybe(0.5, () => ({ weights: makeWeights(random, count) })),
    ...maybe(0.5, () => ({ coverage: random() })),
    ...maybe(0.2, () => ({ ranges: makeRanges(random, count) })),
    ...maybe(0.3, () => ({ seed: makeText(random) })),
    ...maybe(0.3, () => ({ hashAttribute: 'account' })),
    ...maybe(0.3, () => ({ filters: [makeFilter(random), ...(random() < 0.3 ? [makeFilter(random)] : [])] })),
    ...maybe(0.3, () => ({ namespace: [makeText(random), ...makeRange(random)] as [string, number, number] })),
    ...maybe(0.3, () => ({ bucketVersion: Math.floor(random() * 3) })),
    ...maybe(0.2, () => ({ minBucketVersion: Math.floor(random() * 3) })),
    ...maybe(0.1, () => ({ disableStickyBucketing: true })),
    ...maybe(0.1, () => ({ status: pick(random, ['draft', 'running', 'stopped'] as const) })),
    ...maybe(0.1, () => ({ force: Math.floor(random() * count) })),
  };
}
