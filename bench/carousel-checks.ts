import type { CarouselMeasures } from './carousel-measure.ts';
import type { EntrySize } from './entry-size.ts';

const MOST_SHIFT = 0.001;
/** Of the entry `define` with all its chunks, without kit, worker and runtime. */
const MOST_BYTES = 15_000;

/** What must hold of a row of ours, by name. */
const ROW_CHECKS: Readonly<Record<string, (row: CarouselMeasures) => boolean>> = {
  'layout shift at most .001 at each delay': ({ cls }) => Object.values(cls).every((shift) => shift <= MOST_SHIFT),
  'no axe violation': ({ axe }) => axe.length === 0,
  'no focus out of sight': ({ tabStops }) => tabStops.offScreenOnTab === 0,
  'reduced motion respected': ({ reducedMotion }) => reducedMotion === 'jumps',
  'Next works from right to left': ({ rtl }) => rtl === true,
};

/** What must hold of one row beside that. */
const MORE_CHECKS: Readonly<Record<string, typeof ROW_CHECKS>> = {
  'nearside-pages': { 'no link out of sight takes focus': ({ tabStops }) => tabStops.offScreen === 0 },
};

/** Of rows of ours by name; undefined stands for one that could not be measured, and holds nothing. */
export const checkCarousels = (
  rows: Readonly<Record<string, CarouselMeasures | undefined>>,
  define: EntrySize,
): Record<string, boolean> => ({
  ...Object.fromEntries(
    Object.entries(rows).flatMap(([name, row]) =>
      Object.entries({ ...ROW_CHECKS, ...MORE_CHECKS[name] }).map(
        ([what, holds]) => [`${name}: ${what}`, row !== undefined && holds(row)] as const,
      ),
    ),
  ),
  'define at most 15 kB': define.atOnce + define.later <= MOST_BYTES,
});
