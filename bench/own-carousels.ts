import { type Carousel, type Product, type Shelf, headed } from './peers/carousels/carousel.ts';

const inOrder = ({ products, card }: Shelf, attributes = ''): string =>
  `<ol${attributes}>
    ${products.map((product) => `<li data-item-id="${product.id}">${card(product)}</li>`).join('\n')}
  </ol>`;

/** Things of two kinds in turn: who has looked at one kind gets another order than the server's. */
const candidateOf = ({ id, title, url, image }: Product, index: number): object => ({
  ...{ id, title, url, image, category: index % 2 === 0 ? 'tents' : 'lanterns', score: 1 - index / 100 },
});

const nearside: Carousel = {
  name: 'nearside',
  html: (shelf) => `<rec-carousel placement="bench" heading="${shelf.heading}">${inOrder(shelf)}</rec-carousel>`,
  styles: ['/nearside/prestyle.css'],
  css: '',
  script: { source: "import '/nearside/define.js';" },
  next: 'rec-carousel [part~=next]',
};

/** In the other of the two ways of the keyboard: what is not on the page in view takes no focus. */
const nearsidePages: Carousel = {
  ...nearside,
  name: 'nearside-pages',
  html: (shelf) => nearside.html(shelf).replace('<rec-carousel', '<rec-carousel focus="pages"'),
};

/** With the kit, for a visitor who has looked at the second kind of things: the list is ranked, in another order. */
const nearsideRanked: Carousel = {
  ...nearside,
  name: 'nearside-ranked',
  html: (shelf) =>
    `<rec-carousel placement="bench" heading="${shelf.heading}">${inOrder(shelf)}
      <script type="application/json">${JSON.stringify(shelf.products.map(candidateOf))}</script>
    </rec-carousel>`,
  script: {
    source: `import { createKit } from '/nearside/index.js';
import { connectKit } from '/nearside/define.js';
globalThis.kit = createKit();
connectKit(kit);`,
  },
  before: `Promise.all([1, 3, 5].map((i) => kit.record({ kind: 'view', itemId: 'p-' + i }))).then(() => null)`,
};

/** What CSS alone does: the control, without a script and without a Next button. */
const list: Carousel = {
  name: 'scroll-snap-list',
  html: (shelf) => headed(shelf.heading, inOrder(shelf, ' class="snap"')),
  styles: [],
  css: `.snap { display: flex; gap: 16px; margin: 0; padding: 0; overflow-x: auto; scroll-snap-type: inline mandatory; list-style-type: ''; }
.snap > li { flex: none; scroll-snap-align: start; }`,
  script: null,
  next: null,
};

export const NEARSIDE: readonly Carousel[] = [nearside, nearsidePages, nearsideRanked];
export const CONTROLS: readonly Carousel[] = [list];
