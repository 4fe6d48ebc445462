import { html, raw } from 'hono/html';
import type { Candidate, CandidateList } from '../src/core/candidate.ts';
import { ACTIONS, type Action, isConditional } from './actions.ts';
import type { Article } from './articles.ts';
import { CATALOGUE, CATEGORIES, type Category, type Product } from './catalogue.ts';
import { type Html, inlineJson } from './layout.ts';

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

interface Carousel {
  readonly heading: string;
  readonly list: CandidateList;
}

interface HomePage {
  readonly picked: CandidateList;
  readonly actions: CandidateList;
}

export const renderHome = ({ picked, actions }: HomePage): Html =>
  html`<section class="hero">
      <div>
        <h1>Out the door, and home again.</h1>
        <p>Tents, boots and lanterns that are made to be repaired, from people who use them.</p>
        <a class="button" href="/category/tents">See the tents</a>
      </div>
      <img src="/pictures/meadow-bell-tent.svg" alt="" width="320" height="320" />
    </section>
    ${renderCarousel({ heading: 'Picked for you', list: picked })} ${renderActions(actions)}
    <section class="categories" aria-labelledby="categories-heading">
      <h2 id="categories-heading">Browse by kind</h2>
      <ul class="category-grid">
        ${CATEGORIES.map(renderCategoryCard)}
      </ul>
    </section>
    <rec-carousel
      placement="finds"
      heading="Good finds under €50"
      src="/api/candidates?placement=finds"
    ></rec-carousel>`;

export const renderCategory = (category: Category, picked: CandidateList): Html =>
  html`<h1>${category.title}</h1>
    ${renderCarousel({ heading: 'Picked for you here', list: picked })}
    <section class="category-all" aria-labelledby="all-heading">
      <h2 id="all-heading">The whole shelf</h2>
      <ul class="product-grid">
        ${productsOf(category.id).map(renderProductCard)}
      </ul>
    </section>`;

export const renderArticle = ({ title, paragraphs, category }: Article): Html =>
  html`<article class="article">
    <h1>${title}</h1>
    ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
    <p><a class="button" href="${category === undefined ? '/' : `/category/${category}`}">See what we have</a></p>
  </article>`;

interface ProductPage {
  readonly product: Product;
  readonly candidate: Candidate;
  readonly similar: CandidateList;
}

export const renderProduct = ({ product, candidate, similar }: ProductPage): Html =>
  html`<article class="product">
      <img class="product-picture" src="/pictures/${product.id}.svg" alt="" width="560" height="560" />
      <div class="product-facts">
        <p class="product-brand">${product.brand}</p>
        <h1>${product.title}</h1>
        <p class="product-price">${money.format(product.price.amount)}</p>
        <p>${product.description}</p>
        <p class="product-stock">${stockText(product.stock)}</p>
        <button class="button" type="button" data-add-to-cart>Add to cart</button>
        <p class="product-note" role="status" data-cart-note></p>
        <script type="application/json" id="product-data">
          ${inlineJson(candidate)}
        </script>
      </div>
    </article>
    ${renderCarousel({ heading: 'Similar items', list: similar })}`;

export const renderCart = (): Html =>
  html`<h1 data-cart-heading>Your cart</h1>
    <div data-cart><noscript>The cart lives in your browser and needs JavaScript.</noscript></div>
    <rec-carousel placement="cart" heading="Goes with your cart" hidden></rec-carousel>`;

export const renderNotFound = (): Html =>
  html`<section class="empty">
    <h1>There is nothing on this shelf</h1>
    <p>The page does not exist, or no longer does.</p>
    <a class="button" href="/">Back to the shop</a>
  </section>`;

/** A carousel that is complete without a script: links in the server's order, and their data beside them. */
const renderCarousel = ({ heading, list }: Carousel): Html =>
  html`<rec-carousel placement="${list.placement}" heading="${heading}" anchor-item-id="${list.anchorItemId ?? ''}">
    <ol>
      ${list.items.map(renderCarouselItem)}
    </ol>
    <script type="application/json">
      ${inlineJson(list)}
    </script>
  </rec-carousel>`;

/** The same elements and classes as the component makes for candidates that come without links. */
const renderCarouselItem = ({ id, title, url, image, price }: Candidate): Html =>
  html`<li data-item-id="${id}">
    <a href="${url}">
      <img class="rec-image" src="${image}" alt="" width="320" height="320" loading="lazy" decoding="async" />
      <span class="rec-title">${title}</span>
      <span class="rec-price">${money.format(price?.amount ?? 0)}</span>
    </a>
  </li>`;

/** Candidates that are no products: the same element and the same data, with cards of their own. */
const renderActions = (list: CandidateList): Html =>
  html`<rec-carousel class="actions" placement="${list.placement}" heading="Before you set off">
    <ol>
      ${ACTIONS.map(renderAction)}
    </ol>
    <script type="application/json">
      ${inlineJson(list)}
    </script>
  </rec-carousel>`;

const ACTION_NAMES: Readonly<Record<Action['type'], string>> = { message: 'Message', offer: 'Offer', article: 'Guide' };

const renderAction = (action: Action): Html =>
  html`<li data-item-id="${action.id}" ${isConditional(action) ? raw('hidden') : ''}>
    <a class="action" data-type="${action.type}" href="${action.url}">
      <span class="action-type">${ACTION_NAMES[action.type]}</span>
      <span class="rec-title">${action.title}</span>
      <span class="action-text">${action.text}</span>
    </a>
  </li>`;

const renderCategoryCard = ({ id, title }: Category): Html =>
  html`<li>
    <a href="/category/${id}">
      <img src="/pictures/${productsOf(id)[0]?.id}.svg" alt="" width="320" height="320" loading="lazy" />
      <span>${title}</span>
    </a>
  </li>`;

/** No recommendation: a click is told to the kit by the attributes of its link. */
const renderProductCard = ({ id, title, brand, price }: Product): Html =>
  html`<li>
    <a href="/product/${id}" data-rec-event="click" data-rec-item-id="${id}">
      <img src="/pictures/${id}.svg" alt="" width="320" height="320" loading="lazy" />
      <span class="product-brand">${brand}</span>
      <span class="rec-title">${title}</span>
      <span class="rec-price">${money.format(price.amount)}</span>
    </a>
  </li>`;

const productsOf = (categoryId: string): readonly Product[] =>
  CATALOGUE.filter(({ category }) => category === categoryId).sort((a, b) => b.popularity - a.popularity);

const stockText = (stock: number): string => (stock < 10 ? `Only ${String(stock)} left` : 'In stock');
