import { UsageError } from './usage-error.ts';

export interface IntegerRange {
  /** The flag without dashes, for the message. */
  readonly flag: string;
  readonly min?: number;
  readonly max?: number;
}

/** Reads the seed of whatever is drawn. Throws a UsageError where it is no whole number of 32 bits. */
export const parseSeed = (text: string): number => parseInteger(text, { flag: 'seed', max: 0xffffffff });

/** Reads a whole decimal number in [min, max] (default 0 to 2^53 - 1). Throws a UsageError that names the flag. */
export function parseInteger(text: string, { flag, min = 0, max = Number.MAX_SAFE_INTEGER }: IntegerRange): number {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${flag} must be a whole number from ${String(min)} to ${String(max)}, got "${text}"`);
}
