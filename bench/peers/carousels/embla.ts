import { type Carousel, headed } from './carousel.ts';

/** As in "Required setup", "Slide gaps", "Grouping slides" and "Prev & Next buttons" of the Embla docs. */
export const embla: Carousel = {
  name: 'embla',
  packageName: 'embla-carousel',
  html: ({ heading, products, card }) =>
    headed(
      heading,
      `<div class="embla">
        <div class="embla__viewport"><div class="embla__container">
          ${products.map((product) => `<div class="embla__slide">${card(product)}</div>`).join('\n')}
        </div></div>
        <button type="button" class="embla__prev">Previous</button>
        <button type="button" class="embla__next">Next</button>
      </div>`,
    ),
  styles: [],
  css: `.embla__viewport { overflow: hidden; }
.embla__container { display: flex; touch-action: pan-y pinch-zoom; margin-inline-start: -16px; }
.embla__slide { flex: 0 0 192px; min-width: 0; padding-inline-start: 16px; box-sizing: border-box; }`,
  script: { file: 'embla.js' },
  next: '.embla__next',
};
