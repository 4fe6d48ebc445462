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

/** Fifty slots of 500 candidates take about 20 ms at a quarter of a desktop's speed (`bench page`). */
const STEPS_PER_TASK = 50;

/** Does the work to its end; for a long list in tasks of some steps each. */
export async function inTasks<T>(steps: Steps<T>, items: readonly unknown[]): Promise<T> {
  for (let count = 1; ; count++) {
    const { done, value } = steps.next();
    if (done) return value;
    if (count % STEPS_PER_TASK === 0) await ownTask(items);
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
