import { type Carousel, headed } from './carousel.ts';

/** As in "Swiper Element" of the Swiper docs: the bundle, in which the module for accessibility is on. */
export const swiper: Carousel = {
  name: 'swiper',
  packageName: 'swiper',
  html: ({ heading, products, card }) =>
    headed(
      heading,
      `<swiper-container slides-per-view="auto" slides-per-group="5" space-between="16" navigation="true">
        ${products.map((product) => `<swiper-slide>${card(product)}</swiper-slide>`).join('\n')}
      </swiper-container>`,
    ),
  styles: [],
  css: 'swiper-slide { width: 176px; }',
  script: { file: 'swiper.js' },
  next: 'swiper-container .swiper-button-next',
};
