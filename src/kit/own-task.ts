/** From here on a list's parsing, packing, scoring, deciding and showing are tasks of their own. */
const LONG_LIST = 100;

/** In the browsers that have it: what goes on after it comes before other tasks of the same kind. */
interface Yielding {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/**
 * Ends the task where a list is long: input then waits for one part of the work and not for all of it. Of short lists,
 * which is most, nothing waits. Never rejects.
 */
export async function ownTask(items: readonly unknown[]): Promise<void> {
  if (items.length >= LONG_LIST) await nextTask();
}

/** Ends the task. */
export function nextTask(): Promise<void> {
  const { scheduler } = globalThis as Yielding;
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    // not a timer: those wait 4 ms, and a second in a hidden tab
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
