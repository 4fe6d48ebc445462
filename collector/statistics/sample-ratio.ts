import { chiSquareTail } from './tails.ts';

/** Below this p-value the units of the arms are not what was assigned, and no effect is to be believed. */
export const SAMPLE_RATIO_ALPHA = 0.001;
/** Fewest expected units of an arm for a chi-square tail near the exact chance (Cochran 1954, doi:10.2307/3001616). */
const MIN_EXPECTED = 5;

/** Units that were counted, and the share that was assigned, of each arm in the same order. */
export interface SampleRatioInput {
  readonly counts: readonly number[];
  /** More than 0; they count by what they are of their sum. */
  readonly shares: readonly number[];
}

export type SampleRatio =
  | { readonly kind: 'insufficient'; readonly reason: 'few_expected' }
  | {
      readonly kind: 'judged';
      readonly chiSquare: number;
      readonly degrees: number;
      readonly p: number;
      readonly verdict: 'as_assigned' | 'mismatch';
    };

/**
 * Pearson's chi-square test of a sample ratio mismatch (Fabijan et al. 2019, doi:10.1145/3292500.3330722). For one look:
 * who looks k times finds a mismatch where there is none with a chance of up to k times .001. Throws a TypeError where
 * the arms are fewer than 2, a count is no whole number, or a share is not above 0.
 */
export function checkSampleRatio({ counts, shares }: SampleRatioInput): SampleRatio {
  checkInput({ counts, shares });
  const units = sumOf(counts);
  const whole = sumOf(shares);
  const expected = shares.map((share) => (units * share) / whole);
  if (Math.min(...expected) < MIN_EXPECTED) return { kind: 'insufficient', reason: 'few_expected' };
  const chiSquare = sumOf(expected.map((wanted, arm) => ((counts[arm] ?? 0) - wanted) ** 2 / wanted));
  const degrees = counts.length - 1;
  const p = chiSquareTail(chiSquare, degrees);
  return { kind: 'judged', chiSquare, degrees, p, verdict: p < SAMPLE_RATIO_ALPHA ? 'mismatch' : 'as_assigned' };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

function checkInput({ counts, shares }: SampleRatioInput): void {
  if (counts.length < 2 || counts.length !== shares.length) {
    const lengths = `${String(counts.length)} and ${String(shares.length)}`;
    throw new TypeError(`counts and shares must be of the same 2 arms or more, got ${lengths}`);
  }
  const count = counts.find((one) => !(Number.isSafeInteger(one) && one >= 0));
  if (count !== undefined) throw new TypeError(`counts must be whole numbers from 0, got ${String(count)}`);
  const share = shares.find((one) => !(one > 0 && Number.isFinite(one)));
  if (share !== undefined) throw new TypeError(`shares must be above 0, got ${String(share)}`);
}
