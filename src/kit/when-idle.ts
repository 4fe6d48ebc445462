/** Runs a job when the page has loaded and has nothing better to do: what it shows comes first. */
export function whenIdle(work: () => void, signal: AbortSignal): void {
  // not in every browser
  const wait = (globalThis as Partial<typeof globalThis>).requestIdleCallback ?? setTimeout;
  const start = (): void => {
    wait(work);
  };
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true, signal });
}
