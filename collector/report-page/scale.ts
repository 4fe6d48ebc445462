/** Places values on a line whose width the page decides. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round values within it. */
  readonly ticks: readonly number[];
  /** From 0 at the start to 100 at the end; beyond both where a value lies outside. */
  readonly percent: (value: number) => number;
}

/** Distances between ticks that people can add up. */
const STEPS = [1, 2, 5, 10];

/** Holds all of the values, 0 among them, with some room beyond; about `count` ticks. */
export function createScale(values: readonly number[], count = 6): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  // nothing but zeros: any width will do
  const width = most - least || 1;
  const [low, high] = [least - 0.06 * width, most + 0.06 * width];
  const step = stepOf((high - low) / count);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return { low, high, ticks, percent: (value) => (100 * (value - low)) / (high - low) };
}

const ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** As wide on both sides of 0; its ticks are 0 and a round value near both ends. */
export function createEvenScale(size: number): Scale {
  const power = 10 ** Math.floor(Math.log10(size));
  const end = power * (ENDS.find((one) => one * power >= size) ?? 10);
  return { ...createScale([-end, end]), ticks: [-end, 0, end] };
}

function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (STEPS.find((step) => step * power >= least) ?? 10);
}

/** For attributes of SVG: two decimals are a hundredth of a pixel in a hundred. */
export const place = (percent: number): string => `${String(Number(percent.toFixed(2)))}%`;
