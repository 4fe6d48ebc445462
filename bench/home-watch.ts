import { readScript } from './carousel-visit.ts';

/** A script of a long animation frame, as the browser names it; ms since the page began. */
export interface WatchedScript {
  readonly startMs: number;
  readonly durationMs: number;
  /** Path of its file; empty for the browser's own. */
  readonly path: string;
  /** Where it was entered: a function's name and its place in the file, or what called it. */
  readonly entry: string;
}

/** What a page has noted of itself. */
export interface Watched {
  readonly lcpMs: number | null;
  readonly inpMs: number | null;
  readonly cls: number;
  /** Scripts of 5 ms or more in frames of 50 ms or more. */
  readonly scripts: readonly WatchedScript[];
  /** Slates of the page's kit as they were made. */
  readonly slates: readonly { readonly placement: string; readonly atMs: number; readonly candidates: number }[];
}

/** By which the bench's own script is known in what the page notes. */
export const WATCH_PATH = '/bench/watch.js';

/**
 * Runs in a page before its own scripts: notes vitals by web-vitals, the scripts of long frames, and slates. Links
 * are not followed: a click is measured, and the page stays.
 */
export const WATCH = `${readScript('web-vitals')}
globalThis.watched = { lcpMs: null, inpMs: null, cls: 0, scripts: [], slates: [] };
webVitals.onLCP(({ value }) => { watched.lcpMs = value; }, { reportAllChanges: true });
webVitals.onINP(({ value }) => { watched.inpMs = value; }, { reportAllChanges: true, durationThreshold: 16 });
webVitals.onCLS(({ value }) => { watched.cls = value; }, { reportAllChanges: true });
const note = (script) => watched.scripts.push({
  startMs: script.startTime,
  durationMs: script.duration,
  path: script.sourceURL === '' ? '' : new URL(script.sourceURL).pathname,
  entry: script.sourceFunctionName === '' ? script.invoker : script.sourceFunctionName + '@' + script.sourceCharPosition,
});
new PerformanceObserver((list) => list.getEntries().forEach(({ scripts }) => scripts.forEach(note)))
  .observe({ type: 'long-animation-frame', buffered: true });
addEventListener('click', (event) => event.preventDefault());
let demo;
Object.defineProperty(globalThis, 'nearsideDemo', {
  get: () => demo,
  set: (given) => {
    demo = given;
    given.kit.onSlate(({ placement, items, left }) =>
      watched.slates.push({ placement, atMs: performance.now(), candidates: items.length + left.length }));
  },
});
//# sourceURL=http://bench${WATCH_PATH}`;
