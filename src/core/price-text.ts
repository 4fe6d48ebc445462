/** By language and currency: making one takes longer than a card. */
const formats = new Map<string, Intl.NumberFormat>();
/** A server may hear of any number of languages. */
const MAX_FORMATS = 200;

/** Empty where the price is not one; with an empty language, in that of the runtime. */
export function formatPrice(price: unknown, language: string): string {
  const { amount, currency } = (price ?? {}) as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !Number.isFinite(amount) || typeof currency !== 'string') return '';
  try {
    const key = `${language} ${currency}`;
    const format = formats.get(key) ?? new Intl.NumberFormat(language || undefined, { style: 'currency', currency });
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, format);
    return format.format(amount);
  } catch {
    return '';
  }
}
