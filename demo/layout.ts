import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { CATEGORIES } from './catalogue.ts';
import experiments from './experiments.json' with { type: 'json' };
import rules from './rules.json' with { type: 'json' };

export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  /** What the browser script does here. */
  readonly name: 'home' | 'category' | 'product' | 'article' | 'cart' | 'not-found';
  readonly content: Html;
  readonly direction: 'ltr' | 'rtl';
}

/** The kit by its public name: the same imports as in an application with a bundler. */
const IMPORT_MAP = JSON.stringify({
  imports: {
    nearside: '/nearside/index.js',
    'nearside/reasons': '/nearside/reasons.js',
    'nearside/define': '/nearside/define.js',
    'nearside/adapters/attributes': '/nearside/adapters/attributes.js',
    // the inspector's own
    'lit/html.js': '/demo/lit/lit-html.js',
    'lit/directives/': '/demo/lit/directives/',
  },
});

/** In one piece: a formatter that broke the line would break the hash too. */
const importMapScript = raw(`<script type="importmap">${IMPORT_MAP}</script>`);

const importMapHash = createHash('sha256').update(IMPORT_MAP).digest('base64');

/** Own files only, WebAssembly, and the one inline script by its hash. */
export const CONTENT_POLICY = [
  "default-src 'self'",
  `script-src 'self' 'wasm-unsafe-eval' 'sha256-${importMapHash}'`,
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** JSON for a `<script type="application/json">`: no `<` in it can end the element. */
export const inlineJson = (value: unknown): Html => raw(JSON.stringify(value).replaceAll('<', '\\u003c'));

export const renderPage = ({ title, name, content, direction }: Page): Html =>
  html`<!doctype html>
    <html lang="en" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/pictures/ridge-two-tent.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/nearside/prestyle.css" />
        <link rel="stylesheet" href="/demo/style.css" />
        <link rel="stylesheet" href="/demo/inspector.css" />
        ${importMapScript}
        <script type="module" blocking="render" src="/demo/inspector/place.js"></script>
        <script type="module" src="/demo/shop.js"></script>
      </head>
      <body data-page="${name}">
        <a class="skip" href="#main">Skip to content</a>
        ${renderHeader()}
        <main id="main">${content}</main>
        <script type="application/json" id="shop-rules">
          ${inlineJson(rules)}
        </script>
        <script type="application/json" id="shop-experiments">
          ${inlineJson(experiments)}
        </script>
        <footer class="site-footer">
          <p>
            <strong>Alder &amp; Fell</strong> is the demo shop of Nearside; nothing here can be bought. What you look at
            stays in this browser and re-orders the shelves here; only what you do with a recommendation, and what an
            order is worth, is sent to the shop.
          </p>
        </footer>
      </body>
    </html>`;

const renderHeader = (): Html =>
  html`<header class="site-header">
    <a class="logo" href="/">Alder <span>&amp;</span> Fell</a>
    <nav aria-label="Categories">
      ${CATEGORIES.map(({ id, title }) => html`<a href="/category/${id}">${title}</a>`)}
    </nav>
    <a class="cart-link" href="/cart">Cart <span class="cart-count" data-cart-count hidden></span></a>
  </header>`;
