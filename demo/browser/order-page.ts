import { type CartLine, type Order, readOrder, totalOf } from './cart.ts';
import { createElement } from './element.ts';
import { formatMoney } from './money-text.ts';

/** Shows what was bought in this tab. The purchase was recorded when it was made: a reload only shows it again. */
export function startOrderPage(): void {
  const place = document.querySelector('[data-order]');
  const order = readOrder(sessionStorage);
  place?.replaceChildren(...(order === undefined ? [renderNone()] : renderOrder(order)));
}

function renderOrder({ number, at, lines }: Order): HTMLElement[] {
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' }).format(
    at,
  );
  const total = formatMoney(totalOf(lines), lines[0]?.price.currency ?? 'EUR');
  return [
    createElement(
      'section',
      { 'data-note': 'thanks' },
      createElement('h2', {}, 'Thank you!'),
      createElement(
        'p',
        { class: 'order-facts' },
        `Order ${number} of ${day}, placed as far as a demo can. `,
        pickUpLink(),
      ),
    ),
    createElement('ul', { class: 'cart-lines' }, ...lines.map(renderLine)),
    createElement('p', { class: 'cart-total' }, 'Total ', createElement('strong', {}, total)),
    createElement('a', { class: 'button', href: '/' }, 'Back to the shop'),
  ];
}

const pickUpLink = (): HTMLElement => createElement('a', { href: '/article/pick-up' }, 'How to pick it up');

function renderLine({ title, url, image, price, quantity }: CartLine): HTMLElement {
  return createElement(
    'li',
    {},
    createElement('img', { src: image, alt: '', width: '96', height: '96' }),
    createElement('a', { href: url }, title),
    createElement('span', { class: 'cart-quantity' }, `× ${String(quantity)}`),
    createElement('span', { class: 'cart-price' }, formatMoney(price.amount * quantity, price.currency)),
  );
}

const renderNone = (): HTMLElement =>
  createElement(
    'section',
    { class: 'empty' },
    createElement('h2', {}, 'No order yet'),
    createElement('p', {}, 'Nothing has been bought in this tab.'),
    createElement('a', { class: 'button', href: '/cart' }, 'See your cart'),
  );
