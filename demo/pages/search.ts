import { html, raw } from 'hono/html';
import type { CandidateList } from '../../src/core/candidate.ts';
import { CATEGORIES, type Product } from '../catalogue.ts';
import type { Html } from '../layout.ts';
import type { Found } from '../search.ts';
import { type ShelfQuery, arrangeShelf, shelfPath } from '../shelf.ts';
import { renderCarousel } from './carousel.ts';
import { renderKinds } from './plain.ts';
import { renderProductGrid } from './product-grid.ts';
import { countText, renderPages } from './shelf-parts.ts';
import { renderTrail } from './trail.ts';

interface SearchPage {
  readonly query: string;
  readonly found: Found;
  /** Id of the only category whose results are shown; empty for all. */
  readonly kind: string;
  readonly shelf: ShelfQuery;
  readonly picked: CandidateList;
}

export const renderSearch = (page: SearchPage): Html =>
  html`<div class="page-head">
      ${renderTrail('Search')}
      <h1>${page.query === '' ? 'Search the shop' : html`Results for “${page.query}”`}</h1>
    </div>
    ${page.found.products.length === 0 ? renderNothing(page) : renderResults(page)}
    ${renderCarousel({ heading: 'Picked for you', list: page.picked })}`;

function renderResults({ query, found, kind, shelf: shelfQuery }: SearchPage): Html {
  const shelf = arrangeShelf(
    kind === '' ? found.products : found.products.filter(({ category }) => category === kind),
    shelfQuery,
  );
  return html`<section class="shelf" aria-label="Results">
    <p>${countText(shelf)}</p>
    ${renderChips(query, kind, found.products)} ${renderProductGrid(shelf.items)}
    ${renderPages(shelf, '/search', { q: query, kind, page: shelf.page })}
  </section>`;
}

/** The kinds among the results, each a link that leaves only its own. */
function renderChips(query: string, kind: string, products: readonly Product[]): Html | '' {
  const counts = CATEGORIES.map(({ id, title }) => ({
    ...{ id, title },
    count: products.filter(({ category }) => category === id).length,
  })).filter(({ count }) => count > 0);
  if (counts.length < 2) return '';
  const all = { id: '', title: 'Everything', count: products.length };
  return html`<nav aria-label="Kinds">
    <ul class="chips">
      ${[all, ...counts].map(({ id, title, count }) => {
        const current = id === kind ? raw('aria-current="true"') : '';
        return html`<li>
          <a href="${shelfPath('/search', { q: query, kind: id })}" ${current}>${title} (${count})</a>
        </li>`;
      })}
    </ul>
  </nav>`;
}

const renderNothing = ({ query, found }: SearchPage): Html =>
  html`<section class="empty">
    <h2>${query === '' ? 'What are you looking for?' : 'Nothing of that name here'}</h2>
    ${
      found.suggestions.length === 0
        ? html`<p>A word or two is enough: a thing, a brand, a colour. Or look along the shelves:</p>`
        : html`<p>Did you mean ${joinLinks(found.suggestions)}? Or look along the shelves:</p>`
    }
    ${renderKinds()}
  </section>`;

const joinLinks = (queries: readonly string[]): Html[] =>
  queries.map((query, index) => {
    const glue = index === 0 ? '' : index === queries.length - 1 ? ' or ' : ', ';
    return html`${glue}<a href="${shelfPath('/search', { q: query })}">${query}</a>`;
  });
