import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { RecCarousel } from '../components/rec-carousel.ts';
import type { RecControls } from '../components/rec-controls.ts';
import type { RecWhy } from '../components/rec-why.ts';
import type { CarouselEvents, CarouselProps, ControlsProps, Listeners, WhyEvents, WhyProps } from './element-types.ts';

/** React 19 puts a custom element's `class` and `className` both through. */
type ElementProps<E extends HTMLElement> = DetailedHTMLProps<HTMLAttributes<E>, E> & { readonly class?: string };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'rec-carousel': ElementProps<RecCarousel> & CarouselProps & Listeners<CarouselEvents, 'on'>;
      'rec-controls': ElementProps<RecControls> & ControlsProps;
      'rec-why': ElementProps<RecWhy> & WhyProps & Listeners<WhyEvents, 'on'>;
    }
  }
}
