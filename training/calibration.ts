import { round4 } from './metrics.ts';

/** A score and whether the item was clicked. */
export interface Outcome {
  readonly score: number;
  readonly clicked: boolean;
}

/** Turns a score into a probability. */
export type Calibrator = (score: number) => number;

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const NEWTON_STEPS = 50;

/**
 * Platt's sigmoid(a * score + b) by Newton's method with his smoothed targets (Platt 1999; Lin, Lin & Weng 2007 for the
 * damped step). Needs both outcomes.
 */
export function fitPlatt(outcomes: readonly Outcome[]): Calibrator {
  const positives = outcomes.filter(({ clicked }) => clicked).length;
  const targets = { true: (positives + 1) / (positives + 2), false: 1 / (outcomes.length - positives + 2) };
  let [a, b] = [0, Math.log((positives + 1) / (outcomes.length - positives + 1))];
  const lossAt = (slope: number, offset: number): number =>
    outcomes.reduce((sum, { score, clicked }) => {
      const x = slope * score + offset;
      // log(1 + e^x) - t x, without overflow
      return sum + Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))) - targets[`${clicked}`] * x;
    }, 0);
  let loss = lossAt(a, b);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (const { score, clicked } of outcomes) {
      const p = sigmoid(a * score + b);
      const [gap, weight] = [p - targets[`${clicked}`], p * (1 - p)];
      ga += gap * score;
      gb += gap;
      haa += weight * score * score;
      hab += weight * score;
      hbb += weight;
    }
    if (Math.hypot(ga, gb) < 1e-8 * outcomes.length) break;
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [-(hbb * ga - hab * gb) / determinant, -(haa * gb - hab * ga) / determinant];
    let rate = 1;
    while (rate > 1e-6 && lossAt(a + rate * da, b + rate * db) > loss) rate /= 2;
    if (rate <= 1e-6) break;
    [a, b] = [a + rate * da, b + rate * db];
    loss = lossAt(a, b);
  }
  return (score) => sigmoid(a * score + b);
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955; for probabilities Zadrozny & Elkan 2002): the
 * best never-falling step function. A score between two steps takes the lower one.
 */
export function fitIsotonic(outcomes: readonly Outcome[]): Calibrator {
  const blocks: { from: number; sum: number; count: number }[] = [];
  for (const { score, clicked } of outcomes.toSorted((x, y) => x.score - y.score)) {
    const last = blocks.at(-1);
    const value = clicked ? 1 : 0;
    if (last !== undefined && last.from === score) {
      last.sum += value;
      last.count++;
    } else blocks.push({ from: score, sum: value, count: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let current = block;
    for (let last = pooled.at(-1); last && last.sum * current.count >= current.sum * last.count; last = pooled.at(-1)) {
      pooled.pop();
      current = { from: last.from, sum: last.sum + current.sum, count: last.count + current.count };
    }
    pooled.push(current);
  }
  return (score) => {
    const block = pooled.findLast(({ from }) => from <= score) ?? pooled[0];
    return block.sum / block.count;
  };
}

const BINS = 15;

/**
 * Expected calibration error over bins of equal mass (Naeini et al. 2015; equal mass after Nixon et al. 2019): the mean
 * over outcomes of |mean probability - share clicked| of their bin. Equal probabilities stay in one bin.
 */
export function calibrationError(outcomes: readonly Outcome[], calibrator: Calibrator): number {
  const sorted = outcomes
    .map(({ score, clicked }) => ({ p: calibrator(score), value: clicked ? 1 : 0 }))
    .sort((x, y) => x.p - y.p);
  let [gaps, start] = [0, 0];
  for (let bin = 1; bin <= BINS; bin++) {
    let end = Math.max(start, Math.round((bin * sorted.length) / BINS));
    while (end > start && end < sorted.length && sorted[end].p === sorted[end - 1].p) end++;
    // p and value in sums: |mean - share| times the bin's mass is |difference of sums|
    gaps += Math.abs(sorted.slice(start, end).reduce((sum, { p, value }) => sum + p - value, 0));
    start = end;
  }
  return round4(gaps / Math.max(1, sorted.length));
}

/** Mean squared error of the probabilities (Brier 1950): unlike the error above it also rewards telling items apart. */
export const brierScore = (outcomes: readonly Outcome[], calibrator: Calibrator): number =>
  round4(
    outcomes.reduce((sum, { score, clicked }) => sum + (calibrator(score) - (clicked ? 1 : 0)) ** 2, 0) /
      Math.max(1, outcomes.length),
  );
