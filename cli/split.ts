import { UsageError } from './usage-error.ts';

/** Reads `--split`: a held-out part. Throws a UsageError. */
export function parseSplit(text: string): 'valid' | 'test' {
  if (text === 'valid' || text === 'test') return text;
  throw new UsageError('--split must be valid or test');
}
