import { algolia } from './algolia.ts';
import type { Carousel } from './carousel.ts';
import { embla } from './embla.ts';
import { keenSlider } from './keen-slider.ts';
import { swiper } from './swiper.ts';
import { webawesome } from './webawesome.ts';

export const PEER_CAROUSELS: readonly Carousel[] = [webawesome, swiper, keenSlider, embla, algolia];
