/**
 * Aborts with `signal`, or after `ms` milliseconds with a `TimeoutError`. As `AbortSignal.any` would, which Safari knows
 * from 17.4 only.
 */
export function withDeadline(signal: AbortSignal, ms: number): AbortSignal {
  const ending = new AbortController();
  for (const end of [signal, AbortSignal.timeout(ms)]) {
    const abort = (): void => ending.abort(end.reason);
    if (end.aborted) abort();
    // with the first that comes, the other is let go
    else end.addEventListener('abort', abort, { signal: ending.signal });
  }
  return ending.signal;
}
