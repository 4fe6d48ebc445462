import type { Carousel, Product, Shelf } from './peers/carousels/carousel.ts';

export interface PageRequest {
  readonly direction: 'ltr' | 'rtl';
  /** How much later than the page its script comes. */
  readonly delayMs: number;
}

const WORDS = ['Ridge', 'Fell', 'Alder', 'Harbour', 'Moss', 'Heath', 'Cinder', 'Larch', 'Tarn', 'Skerry'];

/** The same on every page. */
export const PRODUCTS: readonly Product[] = Array.from({ length: 20 }, (_, i) => ({
  id: `p-${String(i)}`,
  title: `${WORDS[i % WORDS.length] ?? ''} ${i % 2 === 0 ? 'tent' : 'lantern'} ${String(i + 1)}`,
  url: `/product/${String(i)}`,
  image: `/pictures/${String(i)}.svg`,
  price: `€${String(20 + i)}.00`,
}));

/** Text of the catalogue above: nothing in it needs escaping. */
const card = ({ id, title, url, image, price }: Product): string =>
  `<a class="card" data-card="${id}" href="${url}"><img src="${image}" alt="" width="176" height="176"
    ><span class="title">${title}</span><span class="price">${price}</span></a>`;

const SHELF: Shelf = { heading: 'Picked for you', products: PRODUCTS, card };

/** Every picture has its place before it is there, and every card is as high as the next. */
const BASE_CSS = `body { margin: 0; font: 16px/1.5 sans-serif; color: #1b1b1b; background: #fff; }
main { inline-size: 944px; margin-inline: auto; }
.card { display: block; inline-size: 176px; color: inherit; }
.card img { display: block; inline-size: 176px; block-size: 176px; }
.card span { display: block; overflow: hidden; block-size: 1.5em; white-space: nowrap; }`;

const TEXT =
  'Tents, boots and lanterns that are made to be repaired, from people who use them, all year round. '.repeat(6);

/** A page that differs from those of the others in its carousel alone: a heading, 20 cards, and text below. */
export const renderCarouselPage = (carousel: Carousel, { direction, delayMs }: PageRequest): string =>
  `<!doctype html>
<html lang="en" dir="${direction}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${carousel.name}</title>
    <link rel="icon" href="data:,">
    <style>${BASE_CSS}</style>
    ${[...carousel.styles, '/own.css'].map((href) => `<link rel="stylesheet" href="${href}">`).join('\n    ')}
    ${carousel.script === null ? '' : `<script type="module" src="/script.js?delay=${String(delayMs)}"></script>`}
  </head>
  <body>
    <main>
      <h1>Outdoor goods</h1>
      <p><a id="before" href="/offers">Offers</a></p>
      <section id="carousel">${carousel.html(SHELF)}</section>
      <p><a id="after" href="/terms">Terms</a> ${TEXT}</p>
      <p>${TEXT}</p>
    </main>
  </body>
</html>`;

/** Of one colour each. */
export const drawPicture = (index: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 176 176"><rect width="176" height="176" fill="hsl(${String(index * 18)} 50% 60%)"/></svg>`;
