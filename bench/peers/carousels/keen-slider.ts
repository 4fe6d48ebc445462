import { type Carousel, headed } from './carousel.ts';

/** As in "Getting started" of the keen-slider docs, with the arrows of its examples as buttons. */
export const keenSlider: Carousel = {
  name: 'keen-slider',
  packageName: 'keen-slider',
  html: ({ heading, products, card }) =>
    headed(
      heading,
      `<div class="keen-slider">
        ${products.map((product) => `<div class="keen-slider__slide">${card(product)}</div>`).join('\n')}
      </div>
      <button type="button" class="previous">Previous</button> <button type="button" class="next">Next</button>`,
    ),
  styles: ['/packages/keen-slider/keen-slider.min.css'],
  css: '',
  script: { file: 'keen-slider.js' },
  next: 'button.next',
};
