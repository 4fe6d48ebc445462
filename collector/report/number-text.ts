/** Groups digits; no country reads it as a decimal point. */
const GROUP = '\u202f';
const MINUS = '\u2212';
/** Keeps a number and its unit on one line. */
const SPACE = '\u00a0';

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, GROUP);

/** A fixed number of decimals, digits before the point in groups. */
function fixed(value: number, decimals: number): string {
  const [whole = '', part] = Math.abs(value).toFixed(decimals).split('.');
  const text = part === undefined ? group(whole) : `${group(whole)}.${part}`;
  return value < 0 && Number(value.toFixed(decimals)) !== 0 ? `${MINUS}${text}` : text;
}

const trimmed = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** At least three digits that say something, however small the number. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return fixed(value, size >= 1000 || Number.isInteger(value) ? 0 : 1);
  const decimals = Math.min(9, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return trimmed(fixed(value, decimals));
}

export const countText = (count: number): string => fixed(count, 0);

export const plural = (count: number, noun: string): string =>
  `${countText(count)}${SPACE}${noun}${count === 1 ? '' : 's'}`;

/** Cents count where there are few of what they are parts of. */
export const amountText = (amount: number): string =>
  Math.abs(amount) >= 0.1 && Math.abs(amount) < 1000 ? fixed(amount, 2) : significant(amount);

export const numberText = (value: number): string => significant(value);

/** `.0042` is `0.42 %`. */
export const percentText = (share: number): string => `${significant(100 * share)}${SPACE}%`;

/** Percent below which a lift is nothing that anyone could measure. */
const LEAST_LIFT = 0.0005;

/** As verdicts have it: one decimal, or two digits where that would hide what is small. */
export function liftText(share: number): string {
  const value = 100 * share;
  const size = Math.abs(value);
  if (size < LEAST_LIFT) return `${size === 0 ? '' : '≈ '}0${SPACE}%`;
  const decimals = size >= 1 ? 1 : 1 - Math.floor(Math.log10(size));
  return `${value < 0 ? '' : '+'}${trimmed(fixed(value, decimals))}${SPACE}%`;
}

/** In [-1, 1], with its sign. */
export const preferenceText = (value: number): string => `${value > 0 ? '+' : ''}${fixed(value, 2)}`;

/** A difference: its sign is always there. */
export const signedText = (value: number, text: (value: number) => string = numberText): string =>
  value > 0 ? `+${text(value)}` : text(value);

/** Never 0: no test says that something is impossible. */
export function pText(p: number): string {
  if (p < 0.001) return `<${SPACE}.001`;
  return p >= 0.9995 ? '1' : p.toFixed(3).slice(1);
}

/** `p .032`, `p < .001`, with no break in it. */
export const pPhrase = (p: number): string => `p${SPACE}${pText(p)}`;

export const daysText = (days: number): string => `${numberText(days)}${SPACE}day${days === 1 ? '' : 's'}`;
