/** An amount in major units (12.5 = twelve and a half) and an ISO 4217 code such as `GBP`. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** More than anything costs in any currency; statistics square it. */
const MAX_AMOUNT = 1e12;

/** Returns the money, or undefined where the value is not one (below `least`, above 1e12, not a number, no 3-letter code). */
export function parseMoney(value: unknown, least = 0): Money | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !(amount >= least && amount <= MAX_AMOUNT)) return undefined;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  return { amount, currency };
}

/** What is left of a price to the site: below 0 where something is sold under its cost. */
export const parseMargin = (value: unknown): Money | undefined => parseMoney(value, -MAX_AMOUNT);
