import { html, raw } from 'hono/html';
import type { CodeKind, ReadExample, ReadGroup } from '../gallery.ts';
import type { Html } from '../layout.ts';
import { renderTrail } from './trail.ts';

/** Every state, slot and option of the elements, each with the code that makes it. */
export const renderGallery = (groups: readonly ReadGroup[]): Html =>
  html`<div class="page-head">
      ${renderTrail('Element gallery')}
      <h1>Element gallery</h1>
      <p class="lead">
        What <code>&lt;rec-carousel&gt;</code>, <code>&lt;rec-why&gt;</code> and <code>&lt;rec-controls&gt;</code> can
        do, with the code beside it: the code is read from the very files that run here. Put your own items, addresses
        and model bundle in their place.
      </p>
    </div>
    <nav class="gallery-contents" aria-label="Examples">${groups.map(renderContents)}</nav>
    ${groups.map(
      ({ title, examples }) =>
        html`<div class="gallery-group">
          <h2>${title}</h2>
          ${examples.map(renderExample)}
        </div>`,
    )}`;

const renderContents = ({ title, examples }: ReadGroup): Html =>
  html`<p>${title}</p>
    <ul class="chips">
      ${examples.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
    </ul>`;

/** A script comes after the markup it finds; a style sheet is in the head. */
const renderExample = (example: ReadExample): Html =>
  html`<article class="gallery-example" id="${example.id}" data-example="${example.id}">
    <header>
      <h3><a href="#${example.id}">${example.title}</a></h3>
      <p>${example.text}</p>
    </header>
    <div class="gallery-live">
      ${raw(example.code.html ?? '')}
      <p class="gallery-states" data-states></p>
    </div>
    <div class="gallery-codes">${CODE_KINDS.map((kind) => renderCode(example, kind))}</div>
    ${example.code.js === undefined ? '' : html`<script type="module" src="/gallery/${example.id}.js"></script>`}
  </article>`;

const CODE_KINDS = ['html', 'css', 'js'] as const;
const CODE_NAMES: Readonly<Record<CodeKind, string>> = { html: 'HTML', css: 'CSS', js: 'JavaScript' };

function renderCode({ title, code }: ReadExample, kind: CodeKind): Html | '' {
  const text = code[kind];
  if (text === undefined) return '';
  const name = CODE_NAMES[kind];
  return html`<figure class="gallery-code">
    <figcaption>
      ${name}
      <span role="status"></span>
      <button class="button-quiet" type="button" data-copy aria-label="Copy ${name} of ${title}">Copy</button>
    </figcaption>
    <pre dir="ltr"><code>${text}</code></pre>
  </figure>`;
}
