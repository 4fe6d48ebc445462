import { html, raw } from 'hono/html';
import type { Product } from '../catalogue.ts';
import type { Html } from '../layout.ts';
import { PRICE_LIMITS, type Shelf, type ShelfQuery, type Sort, shelfPath } from '../shelf.ts';

const SORTS: Readonly<Record<Sort, string>> = {
  best: 'What sells best',
  cheapest: 'Price, low to high',
  dearest: 'Price, high to low',
  name: 'Name',
};

/** A form of plain fields, so that a shelf can be narrowed and sorted without a script. */
export const renderShelfForm = (products: readonly Product[], query: ShelfQuery): Html => {
  const brands = [...new Set(products.map(({ brand }) => brand))].sort((a, b) => a.localeCompare(b, 'en'));
  return html`<form class="shelf-form" method="get" aria-label="Narrow and sort">
    ${renderSelect('brand', 'Brand', { chosen: query.brand, options: [['', 'All brands'], ...brands.map(pair)] })}
    ${renderSelect('under', 'Price', {
      chosen: query.under,
      options: [['', 'Any price'], ...PRICE_LIMITS.map((limit): Option => [limit, `Up to €${limit}`])],
    })}
    ${renderSelect('sort', 'Sort by', { chosen: query.sort, options: Object.entries(SORTS) })}
    <button class="button-quiet" type="submit">Show</button>
  </form>`;
};

type Option = readonly [value: string, text: string];

const pair = (text: string): Option => [text, text];

interface Choice {
  readonly chosen: string;
  readonly options: readonly Option[];
}

const renderSelect = (name: string, label: string, { chosen, options }: Choice): Html =>
  html`<label
    >${label}
    <select name="${name}">
      ${options.map(
        ([value, text]) => html`<option value="${value}" ${value === chosen ? raw('selected') : ''}>${text}</option>`,
      )}
    </select>
  </label>`;

/** How much there is: `47 things`, `1 thing`, and which page of it this is. */
export const countText = ({ count, page, pages }: Shelf): string =>
  `${String(count)} thing${count === 1 ? '' : 's'}${pages > 1 ? `, page ${String(page)} of ${String(pages)}` : ''}`;

/** Links to the other pages; nothing where there is only one. */
export const renderPages = (shelf: Shelf, path: string, query: Readonly<Record<string, string | number>>): Html | '' =>
  shelf.pages === 1
    ? ''
    : html`<nav class="pages" aria-label="Pages">
        <ul>
          ${Array.from({ length: shelf.pages }, (_, index) => {
            const current = index + 1 === shelf.page ? raw('aria-current="page"') : '';
            return html`<li>
              <a href="${shelfPath(path, { ...query, page: index + 1 })}" ${current}>${index + 1}</a>
            </li>`;
          })}
        </ul>
      </nav>`;
