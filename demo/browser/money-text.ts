/** A price in the language of the page. */
export const formatMoney = (amount: number, currency: string): string =>
  new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency }).format(amount);
