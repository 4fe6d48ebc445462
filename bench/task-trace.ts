import type { Browser, Page } from 'playwright-core';
import { isRecord } from '../src/core/guards.ts';

/** A task of a page's main thread, in ms since the page began. */
export interface Task {
  readonly startMs: number;
  readonly endMs: number;
  /**
   * Time that the thread was at work, at the speed that it was slowed down to. Waiting for a busy machine is not in it, as
   * it is in what the page itself can see.
   */
  readonly cpuMs: number;
  /** Of that, styles and layout, asked for by a script or not. */
  readonly layoutMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: Readonly<Record<string, unknown>>;
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing'];
const TASK = 'ThreadControllerImpl::RunTask';
const LAYOUT: readonly string[] = ['Layout', 'UpdateLayoutTree'];

/** Notes what the browser does until it is told to stop. One at a time. */
export const startTrace = (browser: Browser, page: Page): Promise<void> =>
  browser.startTracing(page, { categories: CATEGORIES });

/** The tasks of the page at this address of so many milliseconds of work or more, in order. */
export async function stopTrace(browser: Browser, url: string, leastMs: number): Promise<readonly Task[]> {
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  return tasksOf(trace.traceEvents, url).filter(({ cpuMs }) => cpuMs >= leastMs);
}

export function tasksOf(events: readonly TraceEvent[], url: string): readonly Task[] {
  const began = events.findLast(
    ({ name, args }) =>
      name === 'navigationStart' && isRecord(args['data']) && args['data']['documentLoaderURL'] === url,
  );
  if (began === undefined) throw new Error(`the trace has no page ${url}`);
  const own = events.filter(({ ph, pid, tid }) => ph === 'X' && pid === began.pid && tid === began.tid);
  const layouts = own.filter(({ name }) => LAYOUT.includes(name));
  return own
    .filter(({ name, ts }) => name === TASK && ts >= began.ts)
    .map((task) => {
      const end = task.ts + (task.dur ?? 0);
      const within = layouts.filter(({ ts }) => ts >= task.ts && ts < end);
      return {
        startMs: (task.ts - began.ts) / 1000,
        endMs: (end - began.ts) / 1000,
        cpuMs: (task.tdur ?? 0) / 1000,
        layoutMs: within.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000,
      };
    });
}
