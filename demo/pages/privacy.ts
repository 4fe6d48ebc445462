import { html } from 'hono/html';
import { CATALOGUE } from '../catalogue.ts';
import { type Html, inlineJson } from '../layout.ts';
import { renderTrail } from './trail.ts';

const TITLES = Object.fromEntries(CATALOGUE.map(({ id, title }) => [id, title]));

/** What a visitor has agreed to and what is stored of them: all of it is the element's. */
export const renderPrivacy = (): Html =>
  html`<div class="page-head">
      ${renderTrail('Your data')}
      <h1>Your data</h1>
      <p class="lead">
        The shelves of this shop are put in order in this browser, from what you do here. Whether they are, what is kept
        for it and what the shop hears of it, you decide here.
      </p>
    </div>
    <div class="controls-card">
      <rec-controls>
        <p>Without a script nothing about you is stored, and every shelf stands as the shop has sent it.</p>
      </rec-controls>
    </div>
    <script type="application/json" id="product-titles">
      ${inlineJson(TITLES)}
    </script>`;
