/**
 * Resolves at the first SIGINT or SIGTERM; the signal's default (end at once) is back for the second. Call it before
 * saying that you are ready: a signal may follow at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
