import { css } from 'lit';

/** What the shadow root of `<rec-carousel>` takes on with its first bar or popover. */
export const visitorPanelStyle = css`
  .bar,
  .why {
    box-sizing: border-box;
    padding: 0.75rem;
    border: 1px solid var(--rec-button-border, light-dark(#767676, #8c8c8c));
    border-radius: var(--rec-radius, 0.5rem);
    font-size: 0.9375rem;
    line-height: 1.4;
    color: var(--rec-button-color, light-dark(#1b1b1b, #f4f4f4));
    background: var(--rec-button-background, light-dark(#fff, #262626));
    box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 25%);
  }
  .bar {
    position: absolute;
    z-index: 2;
    inset-inline: 0.25rem;
    inset-block-end: 0.25rem;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem 0.5rem;
    overflow-wrap: anywhere;
  }
  .bar > :first-child {
    flex: 1 1 12rem;
    font-weight: 600;
  }
  .why {
    max-inline-size: min(24rem, 100vw - 1rem);
    margin: auto;
    /* without fallbacks: with them Safari 26.0 hangs once the section around it is not displayed (WebKit bug 299742) */
    position-area: block-end;
  }
  @supports (position-area: block-end) {
    .why {
      margin: 0.25rem;
    }
  }
  .why h3,
  .why p {
    margin: 0 0 0.5rem;
  }
  .why h3 {
    font-size: 1.0625rem;
    padding-inline-end: 2.5rem;
  }
  .note {
    margin: 0.5rem 0.25rem;
  }
  /* in the middle of the place that the cards leave, so that nothing moves */
  .scroller:not(.gone) ~ .note {
    position: absolute;
    inset-block: 2.75rem 0;
    margin-block: 0;
    align-content: center;
  }
  :is(.bar, .why, .note) button {
    display: inline-block;
    inline-size: auto;
    min-inline-size: 2rem;
    block-size: auto;
    min-block-size: 2rem;
    padding: 0.25rem 0.75rem;
    border-radius: 1rem;
    font: inherit;
  }
  .bar button[aria-pressed='true'] {
    border-color: currentColor;
    font-weight: 600;
  }
  .why .close {
    position: absolute;
    inset-block-start: 0.5rem;
    inset-inline-end: 0.5rem;
    padding: 0;
  }
`;
