import type { Money } from '../../src/core/money.ts';

const EUROS = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

/** A price as the pages write it; the shop has one currency. */
export const formatPrice = ({ amount }: Money): string => EUROS.format(amount);
