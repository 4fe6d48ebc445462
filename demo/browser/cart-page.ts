import type { Kit } from 'nearside';
import { type CartLine, clearCart, keepOrder, readCart, removeFromCart, totalOf } from './cart.ts';
import { createCartShelf } from './cart-shelf.ts';
import { createElement } from './element.ts';

/** Shows the cart and sells it. */
export function startCartPage(kit: Kit, onCartChange: () => void): void {
  const place = document.querySelector('[data-cart]');
  if (place === null) return;
  const showShelf = createCartShelf();
  const show = (): void => {
    const lines = readCart(localStorage);
    void showShelf(lines);
    place.replaceChildren(...(lines.length === 0 ? [renderEmpty()] : renderLines(lines)));
    onCartChange();
  };
  place.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const removed = target?.closest<HTMLElement>('[data-remove]')?.dataset['remove'];
    if (removed !== undefined) {
      removeFromCart(localStorage, removed);
      show();
    }
    const buy = target?.closest<HTMLButtonElement>('[data-buy]');
    if (buy) {
      // a second press while the first is being stored must not buy twice
      buy.disabled = true;
      void buyAll(kit).then(() => {
        place.replaceChildren(renderThanks());
        void showShelf([]);
        onCartChange();
      });
    }
  });
  show();
}

/** One purchase signal for each line: an order of three things is three conversions. */
async function buyAll(kit: Kit): Promise<void> {
  // all at once: what has been started survives a visitor who leaves now, and only then may the cart be empty
  const recorded = readCart(localStorage).map(({ id, quantity, price }) => {
    const value = { amount: price.amount * quantity, currency: price.currency };
    return kit.record({ kind: 'purchase', itemId: id, quantity, value });
  });
  clearCart(localStorage);
  keepOrder(sessionStorage);
  await Promise.all(recorded);
}

const formatMoney = (amount: number, currency: string): string =>
  new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency }).format(amount);

function renderLines(lines: readonly CartLine[]): HTMLElement[] {
  const currency = lines[0]?.price.currency ?? 'EUR';
  return [
    createElement('ul', { class: 'cart-lines' }, ...lines.map(renderLine)),
    createElement(
      'p',
      { class: 'cart-total' },
      'Total ',
      createElement('strong', {}, formatMoney(totalOf(lines), currency)),
    ),
    createElement('button', { class: 'button', type: 'button', 'data-buy': '' }, 'Buy now'),
  ];
}

function renderLine({ id, title, url, image, price, quantity }: CartLine): HTMLElement {
  const each = formatMoney(price.amount, price.currency);
  const remove = { type: 'button', class: 'button-quiet', 'data-remove': id, 'aria-label': `Remove ${title}` };
  return createElement(
    'li',
    { 'data-line': id },
    createElement('img', { src: image, alt: '', width: '96', height: '96' }),
    createElement('a', { href: url }, title),
    createElement('span', { class: 'cart-price' }, quantity === 1 ? each : `${String(quantity)} × ${each}`),
    createElement('button', remove, 'Remove'),
  );
}

const renderEmpty = (): HTMLElement =>
  renderNote('empty', ['Your cart is empty', 'Nothing is in it yet.', 'Look around']);

const renderThanks = (): HTMLElement =>
  renderNote('thanks', ['Thank you!', 'Your order is placed, as far as a demo can.', 'Back to the shop']);

function renderNote(name: string, [heading, text, link]: readonly [string, string, string]): HTMLElement {
  return createElement(
    'section',
    { class: 'empty', 'data-note': name, role: 'status' },
    createElement('h2', {}, heading),
    createElement('p', {}, text),
    createElement('a', { class: 'button', href: '/' }, link),
  );
}
