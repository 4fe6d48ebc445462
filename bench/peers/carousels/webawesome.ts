import { type Carousel, headed } from './carousel.ts';

/** As in "Carousel" of the Web Awesome docs: `slides-per-page` with `--aspect-ratio: auto`, and the styles of "Installation". */
export const webawesome: Carousel = {
  name: 'webawesome',
  packageName: '@awesome.me/webawesome',
  html: ({ heading, products, card }) =>
    headed(
      heading,
      `<wa-carousel navigation slides-per-page="4" slides-per-move="4">
        ${products.map((product) => `<wa-carousel-item>${card(product)}</wa-carousel-item>`).join('\n')}
      </wa-carousel>`,
    ),
  styles: ['/packages/@awesome.me/webawesome/dist/styles/webawesome.css'],
  css: 'wa-carousel { --aspect-ratio: auto; --slide-gap: 16px; }',
  script: { file: 'webawesome.js' },
  next: 'wa-carousel [part~=navigation-button-next]',
};
