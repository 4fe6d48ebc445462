import { html } from 'hono/html';
import type { Article } from '../articles.ts';
import { CATEGORIES } from '../catalogue.ts';
import type { Html } from '../layout.ts';
import { renderTrail } from './trail.ts';

export const renderArticle = ({ title, paragraphs, category }: Article): Html =>
  html`${renderTrail(title)}
    <article class="article">
      <h1>${title}</h1>
      ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
      <p><a class="button" href="${category === undefined ? '/' : `/category/${category}`}">See what we have</a></p>
    </article>`;

export const renderNotFound = (): Html =>
  html`<section class="empty">
    <h1>There is nothing on this shelf</h1>
    <p>The page does not exist, or no longer does. Perhaps one of these helps:</p>
    ${renderKinds()}
    <a class="button" href="/">Back to the shop</a>
  </section>`;

/** A way on from a page that has nothing to show. */
export const renderKinds = (): Html =>
  html`<ul class="chips">
    ${CATEGORIES.map(({ id, title }) => html`<li><a href="/category/${id}">${title}</a></li>`)}
  </ul>`;
