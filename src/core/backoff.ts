const BASE_MS = 1_000;
const CAP_MS = 5 * 60_000;

/**
 * Milliseconds to wait after so many failures in a row (from 1): full jitter, uniform in [0, min(5 min, 1 s * 2^failures))
 * (Brooker 2015, "Exponential Backoff And Jitter"), so that the devices of an outage do not come back together.
 */
export const backoffMs = (failures: number, random: () => number): number =>
  Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(1, failures)));

/** A collector that asks for more than this is taken to be mistaken. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/**
 * `Retry-After` (RFC 9110 section 10.2.3: seconds, or an HTTP date) in ms from `now`, at most a day; null where it is
 * missing or neither.
 */
export function parseRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return text === '' || Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
