const SETTLE_MS = 120_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until it holds, for so long at most; answers whether it does. */
export async function within(ms: number, holds: () => Promise<boolean> | boolean): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > deadline) return false;
    await pause(100);
  }
  return true;
}

/** Asks until it holds, and throws where it takes too long. Backoff decides how long that takes. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  if (!(await within(SETTLE_MS, holds))) throw new Error(`waited ${String(SETTLE_MS)} ms for ${what}`);
}
