import type { IntegerRange } from './integer.ts';
import { UsageError } from './usage-error.ts';

/** Reads a plain decimal number in [min, max] (default from 0). Throws a UsageError that names the flag. */
export function parseNumber(text: string, { flag, min = 0, max = Number.MAX_VALUE }: IntegerRange): number {
  const number = /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${flag} must be a number from ${String(min)} to ${String(max)}, got "${text}"`);
}
