import type { Candidate, Kit } from 'nearside';
import { type CartProduct, addToCart } from './cart.ts';

/** Records the view and makes the button work. Resolves when the view is stored. */
export async function startProductPage(kit: Kit, onCartChange: () => void): Promise<void> {
  const text = document.querySelector('#product-data')?.textContent;
  if (text === undefined) return;
  const product = JSON.parse(text) as Candidate & CartProduct;
  const button = document.querySelector<HTMLButtonElement>('[data-add-to-cart]');
  button?.addEventListener('click', () => {
    addToCart(localStorage, product);
    onCartChange();
    const note = document.querySelector('[data-cart-note]');
    if (note !== null) note.textContent = `${product.title} is in your cart.`;
    const { id: itemId, price: value } = product;
    void kit.record({ kind: 'add_to_cart', itemId, quantity: 1, value });
  });
  kit.describe([product]);
  await kit.record({ kind: 'view', itemId: product.id });
}
