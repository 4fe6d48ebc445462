/** Seconds since 1970 at the start of 1990 and of 2100: between them lies every time that a shop's log means. */
const [FROM, TO] = [631_152_000, 4_102_444_800];

/**
 * In which unit a number is a time between 1990 and 2100; undefined for none. The three ranges lie far apart, so one
 * number is enough to tell.
 */
export function clockUnit(value: number): 's' | 'ms' | 'us' | undefined {
  const isIn = (perSecond: number): boolean => value >= FROM * perSecond && value < TO * perSecond;
  return isIn(1e3) ? 'ms' : isIn(1) ? 's' : isIn(1e6) ? 'us' : undefined;
}

/** The time in epoch ms where it is plainly given in seconds or microseconds, else as it is. */
export function toEpochMs(value: number): number {
  const unit = clockUnit(value);
  return unit === 's' ? value * 1000 : unit === 'us' ? Math.floor(value / 1000) : value;
}
