import type { KitOptions } from 'nearside';
import { hasOrder, readCart, totalOf } from './cart.ts';
import type { Settings } from './settings.ts';

/**
 * What the shop's rules may read of this visit: `?region=` and `?age=` as a site would know them of a customer, and what
 * the cart holds. Getters, for the kit reads the fields for each slate and the cart changes while a page is open.
 */
export function createContext({ region, age }: Settings): NonNullable<KitOptions['context']> {
  return {
    ...(region === undefined ? {} : { region }),
    customer: Number(age) > 0 ? { age: Number(age) } : {},
    get cartValue() {
      return totalOf(readCart(localStorage));
    },
    get hasOrder() {
      return hasOrder(sessionStorage);
    },
  };
}
