import type {} from 'svelte/elements';
import type { RecCarousel } from '../components/rec-carousel.ts';
import type { RecControls } from '../components/rec-controls.ts';
import type { RecWhy } from '../components/rec-why.ts';
import type { CarouselEvents, CarouselProps, ControlsProps, Listeners, WhyEvents, WhyProps } from './element-types.ts';

/** `onrec-ready={…}`, and `on:rec-ready` as Svelte 4 wrote it. */
type Heard<Events> = Listeners<Events, 'on'> & Listeners<Events, 'on:'>;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'rec-carousel': HTMLAttributes<RecCarousel> & CarouselProps & Heard<CarouselEvents>;
    'rec-controls': HTMLAttributes<RecControls> & ControlsProps;
    'rec-why': HTMLAttributes<RecWhy> & WhyProps & Heard<WhyEvents>;
  }
}
