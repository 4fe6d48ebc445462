import { css } from 'lit';

/** The shadow root of `<rec-controls>`. */
export const controlsStyle = css`
  :host {
    display: block;
    min-inline-size: 0;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  h2 {
    margin: 0;
    font-size: var(--rec-heading-size, 1.25rem);
    font-weight: 600;
    line-height: 1.3;
  }
  h3 {
    margin: 1rem 0 0.25rem;
    font-size: 1em;
  }
  button,
  .row {
    box-sizing: border-box;
    min-block-size: 2.5rem;
    margin: 0;
    padding: 0.25rem 0.75rem;
    border: 1px solid var(--rec-button-border, light-dark(#767676, #8c8c8c));
    border-radius: var(--rec-radius, 0.5rem);
    font: inherit;
    color: var(--rec-button-color, light-dark(#1b1b1b, #f4f4f4));
    background: var(--rec-button-background, light-dark(#fff, #262626));
  }
  button {
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
  :focus-visible {
    outline: 2px solid var(--rec-focus-color, light-dark(#0b57d0, #a8c7fa));
    outline-offset: 1px;
  }
  .row,
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-start: 0.5rem;
  }
  .row {
    align-items: center;
    inline-size: 100%;
    min-block-size: 3.5rem;
    text-align: start;
  }
  .row > :first-child {
    flex: 1 7rem;
  }
  .row > .actions {
    margin: 0;
  }
  small {
    display: block;
    margin-block-start: 0.25rem;
    color: var(--rec-button-color, light-dark(#1b1b1b, #f4f4f4));
    font-size: 0.875em;
  }
  i {
    border: 2px solid;
    border-radius: 1rem;
    padding: 2px;
    padding-inline-end: 1.25rem;
  }
  i::before {
    content: '';
    display: block;
    border: 0.5rem solid;
    border-radius: 50%;
  }
  [aria-checked='true'] > i {
    padding-inline: 1.25rem 2px;
    background: currentColor;
  }
  [aria-checked='true'] > i::before {
    border-color: var(--rec-button-background, light-dark(#fff, #262626));
  }
  ul,
  ol {
    margin: 0 0 0.5rem;
    padding-inline-start: 1.25rem;
  }
  ol,
  .sections {
    padding: 0;
    list-style-type: '';
  }
  li {
    margin-block-start: 0.25rem;
  }
  .hidden {
    visibility: hidden;
  }
  summary {
    min-block-size: 1.5rem;
    cursor: pointer;
  }
  [role='status'] {
    min-block-size: 1.4em;
    margin: 0.5rem 0;
  }
  /* not for what is done at once */
  .busy {
    animation: late 0.5s;
  }
  @keyframes late {
    from,
    to {
      visibility: hidden;
    }
  }
  @media (forced-colors: active) {
    button[aria-disabled='true'] {
      border-color: GrayText;
      color: GrayText;
    }
  }
`;
