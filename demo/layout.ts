import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { ARTICLES } from './articles.ts';
import { CATEGORIES } from './catalogue.ts';
import experiments from './experiments.json' with { type: 'json' };
import rules from './rules.json' with { type: 'json' };

export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  /** What the browser script does here. */
  readonly name:
    'home' | 'category' | 'product' | 'article' | 'cart' | 'order' | 'search' | 'privacy' | 'gallery' | 'not-found';
  readonly content: Html;
  readonly direction: 'ltr' | 'rtl';
  /** Id of the category that the page belongs to. */
  readonly section?: string;
  /** What was searched for. */
  readonly query?: string;
  /** Addresses of style sheets beside those of its name. */
  readonly styles?: readonly string[];
}

/** By page, of demo/browser/, beside what every page has. */
const STYLES: Readonly<Record<Page['name'], readonly string[]>> = {
  home: ['home'],
  category: ['shelf'],
  product: ['product'],
  article: [],
  cart: ['cart'],
  order: ['cart'],
  search: ['shelf'],
  privacy: ['privacy'],
  gallery: ['shelf', 'gallery'],
  'not-found': ['shelf'],
};

/** The kit by its public name: the same imports as in an application with a bundler. */
const IMPORT_MAP = JSON.stringify({
  imports: {
    nearside: '/nearside/index.js',
    'nearside/reasons': '/nearside/reasons.js',
    'nearside/define': '/nearside/define.js',
    'nearside/adapters/attributes': '/nearside/adapters/attributes.js',
    'nearside/messages/ar': '/nearside/messages/ar.js',
    'nearside/messages/de': '/nearside/messages/de.js',
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

export const renderPage = ({ title, name, content, direction, section, query, styles = [] }: Page): Html =>
  html`<!doctype html>
    <html lang="en" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/pictures/ridge-two-tent.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/nearside/prestyle.css" />
        ${['base', 'frame', ...STYLES[name], 'inspector', 'inspector-panel'].map((sheet) => linkStyle(`/demo/${sheet}.css`))}
        ${styles.map(linkStyle)} ${importMapScript}
        <script type="module" blocking="render" src="/demo/inspector/place.js"></script>
        <script type="module" src="/nearside/define.js"></script>
        <script type="module" src="/demo/shop.js"></script>
      </head>
      <body data-page="${name}">
        <a class="skip" href="#main">Skip to content</a>
        ${renderHeader(section, query)}
        <main id="main">${content}</main>
        <script type="application/json" id="shop-rules">
          ${inlineJson(rules)}
        </script>
        <script type="application/json" id="shop-experiments">
          ${inlineJson(experiments)}
        </script>
        ${renderFooter()}
      </body>
    </html>`;

const linkStyle = (href: string): Html => html`<link rel="stylesheet" href="${href}" />`;

/** Without a script too: the search is a form, and the menu of a narrow page a popover. */
const renderHeader = (section?: string, query = ''): Html =>
  html`<header class="site-header">
    <a class="logo" href="/">Alder <span>&amp;</span> Fell</a>
    <form class="search" role="search" action="/search">
      <label class="visually-hidden" for="search-field">Search the shop</label>
      <input
        id="search-field"
        type="search"
        name="q"
        value="${query}"
        placeholder="Boots, lantern, wool …"
        maxlength="100"
        autocomplete="off"
        enterkeyhint="search"
      />
      <button type="submit">
        <span class="visually-hidden">Search</span>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M13.5 13.5 18 18M15 8.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z" />
        </svg>
      </button>
    </form>
    <a class="cart-link" href="/cart">Cart <span class="cart-count" data-cart-count hidden></span></a>
    <button class="menu-button" type="button" popovertarget="menu">Menu</button>
    <nav id="menu" popover aria-label="Categories">
      <ul>
        ${CATEGORIES.map(
          ({ id, name }) =>
            html`<li><a href="/category/${id}" ${id === section ? raw('aria-current="true"') : ''}>${name}</a></li>`,
        )}
      </ul>
    </nav>
  </header>`;

const renderFooter = (): Html =>
  html`<footer class="site-footer">
    <nav aria-label="Guides">
      <h2>Good to know</h2>
      <ul>
        ${ARTICLES.map(({ id, title }) => html`<li><a href="/article/${id}">${title}</a></li>`)}
        <li><a href="/privacy">Your data</a></li>
        <li><a href="/gallery">Element gallery</a></li>
      </ul>
    </nav>
    <p>
      <strong>Alder &amp; Fell</strong> is the demo shop of Nearside; nothing here can be bought. What you look at stays
      in this browser and re-orders the shelves here; only what you do with a recommendation, and what an order is
      worth, is sent to the shop.
    </p>
  </footer>`;
