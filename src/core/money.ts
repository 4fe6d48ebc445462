/** An amount in major units (12.5 = twelve and a half) and an ISO 4217 code such as `GBP`. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Returns the money, or undefined where the value is not one (negative, not finite, no 3-letter code). */
export function parseMoney(value: unknown): Money | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0) return undefined;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  return { amount, currency };
}
