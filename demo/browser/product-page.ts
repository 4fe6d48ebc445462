import type { Candidate, Kit } from 'nearside';
import { type CartProduct, addToCart } from './cart.ts';
import { createElement } from './element.ts';

/** Records the view and makes the button work. Resolves when the view is stored. */
export async function startProductPage(kit: Kit, onCartChange: () => void): Promise<void> {
  const text = document.querySelector('#product-data')?.textContent;
  if (text === undefined) return;
  const product = JSON.parse(text) as Candidate & CartProduct;
  const button = document.querySelector<HTMLButtonElement>('[data-add-to-cart]');
  button?.addEventListener('click', () => {
    const isAdded = addToCart(localStorage, product);
    onCartChange();
    const text = isAdded ? `${product.title} is in your cart. ` : 'Your cart holds all that we have of it. ';
    document
      .querySelector('[data-cart-note]')
      ?.replaceChildren(text, createElement('a', { href: '/cart' }, 'See the cart'));
    const { id: itemId, price: value } = product;
    if (isAdded) void kit.record({ kind: 'add_to_cart', itemId, quantity: 1, value });
  });
  kit.describe([product]);
  await kit.record({ kind: 'view', itemId: product.id });
}
