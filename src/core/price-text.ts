/** Empty where the price is not one; with an empty language, in that of the runtime. */
export function formatPrice(price: unknown, language: string): string {
  const { amount, currency } = (price ?? {}) as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !Number.isFinite(amount) || typeof currency !== 'string') return '';
  try {
    return new Intl.NumberFormat(language || undefined, { style: 'currency', currency }).format(amount);
  } catch {
    return '';
  }
}
