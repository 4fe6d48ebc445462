import type { Steps } from '../core/steps.ts';

/** From here on a list's parsing, packing, scoring, deciding and showing are tasks of their own. */
const LONG_LIST = 100;

/**
 * Ends the task where a list is long: input then waits for one part of the work and not for all of it. Of short lists,
 * which is most, nothing waits. Never rejects.
 */
export async function ownTask(items: readonly unknown[]): Promise<void> {
  if (items.length >= LONG_LIST) await nextTask();
}

/** Of a task's 50 ms (https://w3c.github.io/longtasks/) most is left to the page and to the step that is over it. */
const SLICE_MS = 10;

/** Does the work to its end; for a long list in tasks of their own, each as long as a slice. */
export async function inTasks<T>(steps: Steps<T>, items: readonly unknown[]): Promise<T> {
  for (let began = performance.now(); ;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - began < SLICE_MS) continue;
    await ownTask(items);
    began = performance.now();
  }
}

/** Ends the task. Neither a timer, which waits 4 ms, nor `scheduler.yield`, which a task of the site's could abort. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
