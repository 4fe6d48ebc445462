/**
 * Waits for `work` at most `ms` milliseconds and until one of `ends` is aborted. `work` itself goes on; its answer is
 * dropped then. Rejects only where `work` does.
 */
export function within<T>(
  work: Promise<T>,
  ms: number,
  ends: readonly AbortSignal[],
): Promise<T | 'timeout' | 'aborted'> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      ends.forEach((end) => end.removeEventListener('abort', onAbort));
      then();
    };
    const onAbort = (): void => settle(() => resolve('aborted'));
    const timer = setTimeout(() => settle(() => resolve('timeout')), ms);
    ends.forEach((end) => end.addEventListener('abort', onAbort));
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    if (ends.some((end) => end.aborted)) onAbort();
  });
}
