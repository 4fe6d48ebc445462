/** A finite number. */
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** An object that is no array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longest text field of an event, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 1024;

/** Without halves of surrogate pairs and NUL: databases give these back as something else, or fail to read them. */
export const isWellFormed = (text: string): boolean => !/[\p{Surrogate}\0]/u.test(text);

/** A well-formed text of an event's field. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT_LENGTH && isWellFormed(value);
