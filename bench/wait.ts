const SETTLE_MS = 120_000;
/** Longer than any row may take: a page that never answers must not hold up the run. */
const ROW_MS = 600_000;

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

/** What a row answers with; rejects where it does not end. */
export function finished<T>(row: Promise<T>, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`row ${name} did not end in ${String(ROW_MS)} ms`));
    }, ROW_MS);
    void row.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
