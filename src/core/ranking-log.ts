import { decodeBase64, encodeBase64 } from './base64.ts';
import { GRAM_INPUTS } from './gram.ts';

const WIDTH = GRAM_INPUTS.length;
const STEPS = 255;

/**
 * What a model read of each candidate of a slate, one byte a value (DESIGN section 4): the event `ranking` of level
 * `training`, whose candidates stand in the event `slate` of the same slate. Counts in it reveal part of what was viewed.
 */
export interface RankingLog {
  /** [inputs of `gram`] the smallest and the largest value of each in this slate, 6 digits. */
  readonly lows: readonly number[];
  readonly highs: readonly number[];
  /** base64 of [M, inputs]: 0 is the low, 255 the high. */
  readonly inputs: string;
}

/** `inputs` is [M, inputs of `gram`] before they are standardised, all finite. */
export function createRankingLog(inputs: Float32Array): RankingLog {
  const [lows, highs] = [Math.min, Math.max].map((extreme) =>
    Array.from({ length: WIDTH }, (_, column) => {
      let value = extreme();
      for (let at = column; at < inputs.length; at += WIDTH) value = extreme(value, inputs[at]);
      return Number.isFinite(value) ? Number(value.toPrecision(6)) : 0;
    }),
  );
  const codes = Uint8Array.from(inputs, (value, at) => {
    const [low, high] = [lows[at % WIDTH], highs[at % WIDTH]];
    return high > low ? Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * STEPS) : 0;
  });
  return { lows, highs, inputs: encodeBase64(codes) };
}

/** [M, inputs of `gram`], each value within half a step of what it was. */
export function restoreInputs({ lows, highs, inputs }: RankingLog): Float32Array {
  const codes = decodeBase64(inputs) ?? new Uint8Array();
  return Float32Array.from(codes, (code, at) => {
    const [low, high] = [lows[at % WIDTH], highs[at % WIDTH]];
    return low + ((high - low) * code) / STEPS;
  });
}

/** Reads a `ranking` from outside; undefined where it is not of this shape or this version's inputs. */
export function parseRankingLog(value: unknown): RankingLog | undefined {
  const { lows, highs, inputs } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) && row.length === WIDTH && row.every((number) => Number.isFinite(number));
  const codes = typeof inputs === 'string' ? decodeBase64(inputs) : undefined;
  if (!isRow(lows) || !isRow(highs) || codes === undefined || codes.length % WIDTH !== 0) return undefined;
  return { lows: lows as number[], highs: highs as number[], inputs: inputs as string };
}
