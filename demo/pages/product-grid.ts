import { html } from 'hono/html';
import type { Product } from '../catalogue.ts';
import type { Html } from '../layout.ts';
import { formatPrice } from './price.ts';

/** Products that are not recommended but simply there: a click is told to the kit by the attributes of its link. */
export const renderProductGrid = (products: readonly Product[]): Html =>
  html`<ul class="product-grid">
    ${products.map(renderCard)}
  </ul>`;

const renderCard = ({ id, title, brand, price, stock }: Product): Html =>
  html`<li>
    <a href="/product/${id}" data-rec-event="click" data-rec-item-id="${id}">
      <img src="/pictures/${id}.svg" alt="" width="320" height="320" loading="lazy" decoding="async" />
      <span class="product-brand">${brand}</span>
      <span class="rec-title">${title}</span>
      <span class="rec-price">${formatPrice(price)}</span>
      ${renderNote(stock)}
    </a>
  </li>`;

const renderNote = (stock: number): Html | '' =>
  stock === 0
    ? html`<span class="stock-note">Sold out</span>`
    : stock < 4
      ? html`<span class="stock-note">Last ${stock}</span>`
      : '';
