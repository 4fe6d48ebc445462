import { round4 } from './metrics.ts';

/** Parts of a training. */
export type Part =
  'read' | 'neighbours' | 'vectors' | 'features' | 'model' | 'linear' | 'gate' | 'goldenRows' | 'export';

/** Ends a stretch of work and adds its seconds to a part. */
export type Lap = (part: Part) => void;

/** For work whose time nobody asks for. */
export const noLap: Lap = () => undefined;

/** `stopwatch` is a monotonic millisecond clock. */
export function createLaps(stopwatch: () => number) {
  const parts: Partial<Record<Part, number>> = {};
  let last = stopwatch();
  const lap: Lap = (part) => {
    const now = stopwatch();
    parts[part] = (parts[part] ?? 0) + (now - last) / 1000;
    last = now;
  };
  const seconds = (): Record<string, number> =>
    Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, round4(value)]));
  return { lap, seconds };
}
