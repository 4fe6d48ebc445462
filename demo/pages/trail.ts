import { html } from 'hono/html';
import { type Category } from '../catalogue.ts';
import type { Html } from '../layout.ts';

/** Where a page stands in the shop: home, perhaps a category, and the page itself. */
export const renderTrail = (page: string, category?: Category): Html =>
  html`<nav class="trail" aria-label="Breadcrumb">
    <ol>
      <li><a href="/">Home</a></li>
      ${category === undefined ? '' : html`<li><a href="/category/${category.id}">${category.title}</a></li>`}
      <li><span aria-current="page">${page}</span></li>
    </ol>
  </nav>`;
