import type { Kit } from 'nearside';
import {
  type CartLine,
  clearCart,
  countItems,
  keepOrder,
  mostOf,
  readCart,
  removeFromCart,
  setQuantity,
  totalOf,
} from './cart.ts';
import { createCartShelf } from './cart-shelf.ts';
import { createElement } from './element.ts';
import { formatMoney } from './money-text.ts';

interface CartPage {
  readonly kit: Kit;
  readonly place: Element;
  /** Shows what has changed: the shelf below and the count in the header. */
  readonly update: () => void;
}

/** Shows the cart and sells it. */
export function startCartPage(kit: Kit, onCartChange: () => void): void {
  const place = document.querySelector('[data-cart]');
  if (place === null) return;
  const showShelf = createCartShelf();
  const update = (): void => {
    void showShelf(readCart(localStorage));
    onCartChange();
  };
  const page = { kit, place, update };
  place.addEventListener('click', (event) => onClick(event, page));
  place.addEventListener('change', (event) => onChange(event, page));
  // a page that comes back may show what has been sold since
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) show(page);
  });
  show(page);
}

function show({ place, update }: CartPage): void {
  const lines = readCart(localStorage);
  place.replaceChildren(...(lines.length === 0 ? [renderEmpty()] : renderLines(lines)));
  update();
}

function onClick(event: Event, page: CartPage): void {
  const target = event.target instanceof Element ? event.target : null;
  const removed = target?.closest<HTMLElement>('[data-remove]')?.dataset['remove'];
  if (removed !== undefined) remove(removed, page);
  const buy = target?.closest<HTMLButtonElement>('[data-buy]');
  if (buy) {
    // a second press while the first is being stored must not buy twice
    buy.disabled = true;
    void buyAll(page.kit).then(() => location.assign('/order'));
  }
}

/** The focus goes on to the next line, or where there is none to the heading. */
function remove(id: string, page: CartPage): void {
  const lines = readCart(localStorage);
  const at = lines.findIndex((line) => line.id === id);
  removeFromCart(localStorage, id);
  show(page);
  say(`${lines[at]?.title ?? 'It'} is no longer in your cart.`);
  const next = page.place.querySelectorAll<HTMLElement>('[data-remove]');
  (next[Math.min(at, next.length - 1)] ?? document.querySelector<HTMLElement>('[data-cart-heading]'))?.focus();
}

/** More of a line is one more act of adding; its field stays where it is and keeps the focus. */
function onChange({ target }: Event, { kit, place, update }: CartPage): void {
  if (!(target instanceof HTMLInputElement)) return;
  const line = readCart(localStorage).find(({ id }) => id === target.dataset['quantity']);
  if (line === undefined) return;
  const { id, title, price } = line;
  const quantity = setQuantity(localStorage, id, Number(target.value));
  const lines = readCart(localStorage);
  target.value = String(quantity);
  const total = formatTotal(lines);
  place
    .querySelector(`[data-line="${CSS.escape(id)}"] .cart-price`)
    ?.replaceChildren(formatLine({ ...line, quantity }));
  place.querySelector('.cart-total strong')?.replaceChildren(total);
  update();
  say(`${String(quantity)} of ${title}. ${String(countItems(lines))} in all, ${total}.`);
  const more = quantity - line.quantity;
  if (more <= 0) return;
  const value = { amount: price.amount * more, currency: price.currency };
  void kit.record({ kind: 'add_to_cart', itemId: id, quantity: more, value });
}

const say = (text: string): void => document.querySelector('[data-cart-status]')?.replaceChildren(text);

/** One purchase signal for each line: an order of three things is three conversions. */
async function buyAll(kit: Kit): Promise<void> {
  const lines = readCart(localStorage);
  // all at once: what has been started survives a visitor who leaves now, and only then may the cart be empty
  const recorded = lines.map(({ id, quantity, price }) => {
    const value = { amount: price.amount * quantity, currency: price.currency };
    return kit.record({ kind: 'purchase', itemId: id, quantity, value });
  });
  clearCart(localStorage);
  keepOrder(sessionStorage, { number: createNumber(), at: Date.now(), lines });
  await Promise.all(recorded);
}

/** Eight digits: enough for a demo, and none that means anything. */
const createNumber = (): string =>
  String(crypto.getRandomValues(new Uint32Array(1))[0])
    .padStart(8, '0')
    .slice(-8);

const formatLine = ({ price, quantity }: CartLine): string => formatMoney(price.amount * quantity, price.currency);

const formatTotal = (lines: readonly CartLine[]): string =>
  formatMoney(totalOf(lines), lines[0]?.price.currency ?? 'EUR');

function renderLines(lines: readonly CartLine[]): HTMLElement[] {
  return [
    createElement('ul', { class: 'cart-lines' }, ...lines.map(renderLine)),
    createElement('p', { class: 'cart-total' }, 'Total ', createElement('strong', {}, formatTotal(lines))),
    createElement('button', { class: 'button', type: 'button', 'data-buy': '' }, 'Buy now'),
  ];
}

function renderLine(line: CartLine): HTMLElement {
  const { id, title, url, image } = line;
  const remove = {
    type: 'button',
    class: 'button-quiet cart-remove',
    'data-remove': id,
    'aria-label': `Remove ${title}`,
  };
  return createElement(
    'li',
    { 'data-line': id },
    createElement('img', { src: image, alt: '', width: '96', height: '96' }),
    createElement('a', { href: url }, title),
    renderQuantity(line),
    createElement('span', { class: 'cart-price' }, formatLine(line)),
    createElement('button', remove, 'Remove'),
  );
}

function renderQuantity(line: CartLine): HTMLElement {
  const field = {
    ...{ type: 'number', min: '1', max: String(mostOf(line)), step: '1', value: String(line.quantity) },
    ...{ inputmode: 'numeric', 'data-quantity': line.id },
  };
  const name = createElement('span', { class: 'visually-hidden' }, ` of ${line.title}`);
  return createElement(
    'label',
    { class: 'cart-quantity' },
    createElement('span', {}, 'Quantity', name),
    createElement('input', field),
  );
}

const renderEmpty = (): HTMLElement =>
  createElement(
    'section',
    { class: 'empty', 'data-note': 'empty' },
    createElement('h2', {}, 'Your cart is empty'),
    createElement('p', {}, 'Nothing is in it yet.'),
    createElement('a', { class: 'button', href: '/' }, 'Look around'),
  );
