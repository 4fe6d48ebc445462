import { css } from 'lit';

/** What the root that a `<rec-carousel>` is in takes on with the first buttons of its items, which lie over their pictures. */
export const itemActionStyle = css`
  /* As in prestyle.css, which this root may not link. */
  rec-carousel > :is(ol, ul) > li {
    position: relative;
  }
  rec-carousel .rec-action {
    position: absolute;
    inset-block-start: 0.375rem;
    inset-inline-end: 0.375rem;
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0;
    border: 1px solid var(--rec-button-border, light-dark(#767676, #8c8c8c));
    border-radius: 50%;
    font:
      1.125rem/1 system-ui,
      sans-serif;
    color: var(--rec-button-color, light-dark(#1b1b1b, #f4f4f4));
    background: var(--rec-button-background, light-dark(#fff, #262626));
    cursor: pointer;
  }
  rec-carousel .rec-action[data-rec-action='why'] {
    inset-inline-end: auto;
    inset-inline-start: 0.375rem;
  }
  @media (hover: hover) {
    rec-carousel li:not(:hover, :focus-within) > .rec-action {
      opacity: 0;
    }
  }
`;
