import { css } from 'lit';
import { recCarouselStyle } from './rec-carousel-style.ts';

/**
 * What the build writes as `rec-carousel.css`, for a shadow root that a server sends. Until the script has come, heading
 * and scroller are those of the root, and not those that prestyle.css makes of the element and its list.
 */
export const serverStyle = css`
  ${recCarouselStyle}
  :host(:not(:defined))::before {
    content: none !important;
  }
  :host(:not(:defined)) ::slotted(:is(ol, ul)) {
    overflow: visible !important;
    contain: none !important;
  }
  :host(:not(:defined, [layout='grid'])) ::slotted(:is(ol, ul)) {
    inline-size: max-content !important;
    min-inline-size: 100% !important;
  }
`;
