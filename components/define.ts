import { RecCarousel } from './rec-carousel.ts';

export { connectKit } from './connect-kit.ts';
export { type Message, type RecMessages, setMessages } from './messages.ts';
// with it comes what `document.querySelector('rec-carousel')` answers
export type { RecCarousel } from './rec-carousel.ts';

// A page may load two copies of this file (two bundles, a CDN and npm): the first one wins, the second does no harm.
if (!customElements.get('rec-carousel')) customElements.define('rec-carousel', RecCarousel);
