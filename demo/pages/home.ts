import { html, raw } from 'hono/html';
import type { CandidateList } from '../../src/core/candidate.ts';
import { ACTIONS, type Action, isConditional } from '../actions.ts';
import { CATEGORIES, type Category, productsOf } from '../catalogue.ts';
import { type Html, inlineJson } from '../layout.ts';
import { renderCarousel } from './carousel.ts';

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
      <picture>
        <source media="(prefers-color-scheme: dark)" srcset="/pictures/camp-by-night.svg" />
        <img src="/pictures/camp-by-day.svg" alt="" width="960" height="600" fetchpriority="high" />
      </picture>
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

const renderCategoryCard = ({ id, title, cover }: Category): Html =>
  html`<li>
    <a href="/category/${id}">
      <img src="/pictures/${cover}.svg" alt="" width="320" height="320" loading="lazy" decoding="async" />
      <span>${title}</span>
      <small>${productsOf(id).length} things</small>
    </a>
  </li>`;
