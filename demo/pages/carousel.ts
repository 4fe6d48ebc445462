import { html } from 'hono/html';
import type { Candidate, CandidateList } from '../../src/core/candidate.ts';
import { type Html, inlineJson } from '../layout.ts';
import { formatPrice } from './price.ts';

interface Carousel {
  readonly heading: string;
  readonly list: CandidateList;
}

/** A carousel that is complete without a script: links in the server's order, and their data beside them. */
export const renderCarousel = ({ heading, list }: Carousel): Html =>
  html`<rec-carousel placement="${list.placement}" heading="${heading}" anchor-item-id="${list.anchorItemId ?? ''}">
    <ol>
      ${list.items.map(renderItem)}
    </ol>
    <script type="application/json">
      ${inlineJson(list)}
    </script>
  </rec-carousel>`;

/** The same elements and classes as the component makes for candidates that come without links. */
const renderItem = ({ id, title, url, image, price }: Candidate): Html =>
  html`<li data-item-id="${id}">
    <a href="${url}">
      <img class="rec-image" src="${image}" alt="" width="320" height="320" loading="lazy" decoding="async" />
      <span class="rec-title">${title}</span>
      <span class="rec-price">${formatPrice(price ?? { amount: 0, currency: 'EUR' })}</span>
    </a>
  </li>`;
