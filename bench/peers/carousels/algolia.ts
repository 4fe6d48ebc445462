import { type Carousel, headed } from './carousel.ts';

/**
 * As in "relatedProducts" of the InstantSearch.js docs: the widget with the template `carousel()`, and the theme Satellite.
 * (`@algolia/recommend-js` and its horizontal slider came before; Algolia calls them deprecated.) Its script asks for the
 * products and makes the list; the server has none to send.
 */
export const algolia: Carousel = {
  name: 'algolia',
  packageName: 'instantsearch.js',
  html: ({ heading }) => headed(heading, '<div class="related"></div>'),
  styles: ['/packages/instantsearch.css/themes/satellite-min.css'],
  css: '.ais-Carousel-list { column-gap: 16px; grid-auto-columns: 176px; }',
  script: { file: 'algolia.js' },
  next: '.ais-Carousel-navigation--next',
};
