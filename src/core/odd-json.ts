/** Deeper than any manifest; a walk over 30,000 levels could overflow the stack of whoever reads it next. */
const MAX_DEPTH = 32;
/** Set on an object, these would reach every other object of the page. */
const PROTOTYPE_KEY = /^(__proto__|constructor|prototype)$/;

/** Whether a parsed JSON value has a number that is not finite (`1e999`), a prototype's key, or more than 32 levels. */
export const isOddJson = (value: unknown, levels = MAX_DEPTH): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' &&
      value !== null &&
      (levels === 0 ||
        Object.entries(value).some(([key, inner]) => PROTOTYPE_KEY.test(key) || isOddJson(inner, levels - 1)));
