import { RecCarousel } from './rec-carousel.ts';
import { RecControls } from './rec-controls.ts';
import { RecWhy } from './rec-why.ts';

export { connectKit } from './connect-kit.ts';
export { type PageCaps, setPageCaps } from './page-caps.ts';
export { type Message, type RecMessages, setMessages } from './messages.ts';
// with them comes what `document.querySelector('rec-carousel')` answers
export type { RecCarouselEvents } from './carousel-events.ts';
export type { RecCarousel } from './rec-carousel.ts';
export type { RecControls } from './rec-controls.ts';
export type { RecWhy } from './rec-why.ts';

// A page may load two copies of this file (two bundles, a CDN and npm): the first one wins, the second does no harm.
const define = (name: string, element: CustomElementConstructor): void => {
  if (!customElements.get(name)) customElements.define(name, element);
};
define('rec-carousel', RecCarousel);
define('rec-controls', RecControls);
define('rec-why', RecWhy);
