import { html, raw } from 'hono/html';
import type { Candidate, CandidateList } from '../../src/core/candidate.ts';
import { type Product, findCategory } from '../catalogue.ts';
import { type Html, inlineJson } from '../layout.ts';
import { renderCarousel } from './carousel.ts';
import { formatPrice } from './price.ts';
import { renderTrail } from './trail.ts';

interface ProductPage {
  readonly product: Product;
  readonly candidate: Candidate;
  readonly similar: CandidateList;
}

export const renderProduct = ({ product, candidate, similar }: ProductPage): Html => {
  const category = findCategory(product.category);
  const isSoldOut = product.stock === 0;
  return html`${renderTrail(product.title, category)}
    <article class="product">
      <img class="product-picture" src="/pictures/${product.id}.svg" alt="" width="560" height="560" />
      <div class="product-facts">
        <p class="product-brand">${product.brand}</p>
        <h1>${product.title}</h1>
        <p class="product-price">${formatPrice(product.price)}</p>
        <p>${product.description}</p>
        <p class="product-stock">${stockText(product.stock)}</p>
        <button class="button" type="button" data-add-to-cart ${isSoldOut ? raw('disabled') : ''}>Add to cart</button>
        <p class="product-note" role="status" data-cart-note></p>
        <script type="application/json" id="product-data">
          ${inlineJson(candidate)}
        </script>
      </div>
    </article>
    ${renderCarousel({ heading: 'Similar items', list: similar })}`;
};

function stockText(stock: number): string {
  if (stock === 0) return 'Sold out. What is like it stands below.';
  return stock < 10 ? `Only ${String(stock)} left` : 'In stock';
}
