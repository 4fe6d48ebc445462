import { html } from 'hono/html';
import type { CandidateList } from '../../src/core/candidate.ts';
import { type Category, productsOf } from '../catalogue.ts';
import type { Html } from '../layout.ts';
import { type ShelfQuery, arrangeShelf } from '../shelf.ts';
import { renderCarousel } from './carousel.ts';
import { renderProductGrid } from './product-grid.ts';
import { countText, renderPages, renderShelfForm } from './shelf-parts.ts';
import { renderTrail } from './trail.ts';

interface CategoryPage {
  readonly category: Category;
  readonly picked: CandidateList;
  readonly query: ShelfQuery;
}

export const renderCategory = ({ category, picked, query }: CategoryPage): Html => {
  const products = productsOf(category.id);
  const shelf = arrangeShelf(products, query);
  return html`<div class="page-head">
      ${renderTrail(category.title)}
      <h1>${category.title}</h1>
      <p class="lead">${category.lead}</p>
    </div>
    ${renderCarousel({ heading: 'Picked for you here', list: picked })}
    <section class="shelf" aria-labelledby="all-heading">
      <div class="shelf-head">
        <h2 id="all-heading">The whole shelf</h2>
        <p>${countText(shelf)}</p>
      </div>
      ${renderShelfForm(products, query)}
      ${shelf.count === 0 ? html`<p>Nothing fits that. Try another brand or price.</p>` : renderProductGrid(shelf.items)}
      ${renderPages(shelf, `/category/${category.id}`, { ...query })}
    </section>`;
};
