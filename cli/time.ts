import { UsageError } from './usage-error.ts';

/** Epoch ms of a time in UTC; undefined where none is given. Throws a UsageError that names the flag. */
export function parseTime(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new UsageError(`--${flag} must be a time in UTC such as 2026-01-31T00:00:00Z, got "${text}"`);
}
