import { css } from 'lit';

/** The shadow root of `<rec-carousel>`. Sizes that prestyle.css has too must stay equal to it: a test compares. */
export const recCarouselStyle = css`
  :host {
    display: block;
    min-inline-size: 0;
  }
  :host([hidden]),
  :host(:is([state='empty'], [state='error'])) section:not(.asked),
  :host(:is([state='empty'], [state='error'])) section > :not(.qa),
  :host([state='hidden']) :is(.buttons, .scroller.gone) {
    display: none;
  }
  :host([state='hidden']) .scroller {
    visibility: hidden;
  }
  .header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    box-sizing: border-box;
    min-block-size: 2.75rem;
  }
  h2 {
    margin: 0;
    padding: 0.5625rem 0.25rem;
    font-size: var(--rec-heading-size, 1.25rem);
    font-weight: 600;
    line-height: 1.3;
  }
  .buttons {
    display: flex;
    grid-column: 2;
    gap: 0.25rem;
    padding-inline-end: 0.25rem;
  }
  button {
    display: grid;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    margin: 0;
    padding: 0;
    border: 1px solid var(--rec-button-border, light-dark(#767676, #8c8c8c));
    border-radius: 50%;
    color: var(--rec-button-color, light-dark(#1b1b1b, #f4f4f4));
    background: var(--rec-button-background, light-dark(#fff, #262626));
    cursor: pointer;
  }
  button:hover:not([aria-disabled='true']) {
    background: var(--rec-button-hover, light-dark(#ececec, #3a3a3a));
  }
  button[aria-disabled='true'] {
    border-color: var(--rec-button-border-disabled, light-dark(#c8c8c8, #4a4a4a));
    color: var(--rec-button-color-disabled, light-dark(#8a8a8a, #7d7d7d));
    cursor: default;
  }
  svg {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  :host(:dir(rtl)) svg {
    transform: scaleX(-1);
  }
  :is(button, .scroller):focus-visible {
    outline: 2px solid var(--rec-focus-color, light-dark(#0b57d0, #a8c7fa));
    outline-offset: 1px;
  }
  .scroller {
    /* always: a scrollbar that comes with the cards would move what follows */
    overflow: scroll hidden;
    contain: inline-size;
    overscroll-behavior-inline: contain;
    scroll-padding-inline: 0.25rem;
    scroll-snap-type: inline mandatory;
    scrollbar-width: thin;
  }
  @media (prefers-reduced-motion: no-preference) {
    .scroller {
      scroll-behavior: smooth;
    }
  }
  ::slotted(:is(ol, ul)),
  .skeleton {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: var(--rec-card-width, 11rem);
    gap: var(--rec-gap, 1rem);
    box-sizing: border-box;
    inline-size: max-content;
    min-inline-size: 100%;
    margin: 0;
    padding: 0.25rem;
    list-style-type: '';
  }
  .waits ::slotted(:is(ol, ul)) {
    visibility: hidden;
  }
  .waits.over {
    position: relative;
  }
  .over > .skeleton {
    position: absolute;
    inset-block-start: 0;
  }
  .status {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  :host([layout='grid']) .buttons {
    display: none;
  }
  :host([layout='grid']) .scroller {
    overflow: visible;
    scroll-snap-type: none;
  }
  :host([layout='grid']) ::slotted(:is(ol, ul)),
  :host([layout='grid']) .skeleton {
    grid-auto-flow: row;
    grid-template-columns: repeat(
      auto-fill,
      minmax(min(var(--rec-card-width, 11rem), 50% - var(--rec-gap, 1rem) / 2), 1fr)
    );
    inline-size: auto;
  }
  /* what lies over the page lies over the badge */
  section {
    position: relative;
    isolation: isolate;
  }
  .card {
    display: grid;
    gap: 0.375rem;
    font-size: 0.9375rem;
    line-height: 1.4;
  }
  .card > * {
    block-size: 1.4em;
    border-radius: 0.25rem;
    background: var(--rec-placeholder, light-dark(#ececec, #333));
  }
  .card > :first-child {
    block-size: auto;
    aspect-ratio: var(--rec-image-ratio, 1);
    border-radius: var(--rec-radius, 0.5rem);
  }
  .card > :nth-child(2) {
    block-size: 2.8em;
  }
  .card > :last-child {
    inline-size: 40%;
  }
  @media (forced-colors: active) {
    button[aria-disabled='true'] {
      border-color: GrayText;
      color: GrayText;
    }
    .card > * {
      border: 1px solid GrayText;
      box-sizing: border-box;
    }
  }
`;
