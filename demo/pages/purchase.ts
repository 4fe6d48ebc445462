import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { renderTrail } from './trail.ts';

/** The cart is the browser's: the server sends its frame and never learns what is in it. */
export const renderCart = (): Html =>
  html`<div class="page-head">
      ${renderTrail('Cart')}
      <h1 tabindex="-1" data-cart-heading>Your cart</h1>
    </div>
    <div data-cart><noscript>The cart lives in your browser and needs JavaScript.</noscript></div>
    <p class="visually-hidden" role="status" data-cart-status></p>
    <rec-carousel placement="cart" heading="Goes with your cart" hidden></rec-carousel>`;

/** The order too: it was placed in this tab and is shown as long as the tab remembers it. */
export const renderOrder = (): Html =>
  html`<div class="page-head">
      ${renderTrail('Order')}
      <h1 tabindex="-1" data-order-heading>Your order</h1>
    </div>
    <div data-order><noscript>The order is kept in your browser and needs JavaScript.</noscript></div>`;
