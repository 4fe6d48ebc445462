import { type SampleRatioInput, checkSampleRatio } from '../statistics/sample-ratio.ts';

const UNITS = 20_000;
const SHARES = [0.5, 0.3, 0.2] as const;
/** Share of the second arm's units whose exposures get lost. */
const LEAK = 0.1;

export interface SampleRatioPlay {
  readonly experiments: number;
  readonly random: () => number;
}

/** How often a mismatch is found in arms that are as assigned, and in arms of which one leaks. */
export function playSampleRatios({ experiments, random }: SampleRatioPlay) {
  const mismatches = (leak: number): number => {
    const found = Array.from({ length: experiments }, () => checkSampleRatio(drawCounts(random, leak)));
    return found.filter((ratio) => ratio.kind === 'judged' && ratio.verdict === 'mismatch').length / experiments;
  };
  return { units: UNITS, shares: SHARES, falseAlarms: mismatches(0), leak: LEAK, power: mismatches(LEAK) };
}

function drawCounts(random: () => number, leak: number): SampleRatioInput {
  const counts = [0, 0, 0] as [number, number, number];
  for (let unit = 0; unit < UNITS; unit++) {
    const at = random();
    if (at < SHARES[0]) counts[0]++;
    else if (at >= SHARES[0] + SHARES[1]) counts[2]++;
    else if (leak === 0 || random() >= leak) counts[1]++;
  }
  return { counts, shares: SHARES };
}
