import { escapeHtml } from './html-text.ts';

/** What a shadow root needs that a server sends. */
export interface SentShadow {
  /** Where the site serves `nearside/rec-carousel.css`: a strict content policy allows no inline style. */
  readonly stylesheet: string;
  /** Names of the two buttons. Default: English. */
  readonly previous?: string;
  readonly next?: string;
}

/** The declarative shadow root: what components/carousel-view.ts renders first; a test compares. */
export function renderShadow(
  { stylesheet, previous = 'Previous', next = 'Next' }: SentShadow,
  heading: string,
): string {
  const named = heading ? ' aria-labelledby="heading"' : '';
  const title = heading ? `<h2 id="heading" part="heading">${escapeHtml(heading)}</h2>` : '';
  const buttons = renderButton('previous', previous, 'm15 5-7 7 7 7') + renderButton('next', next, 'm9 5 7 7-7 7');
  return (
    `<template shadowrootmode="open"><link rel="stylesheet" href="${escapeHtml(stylesheet)}">` +
    `<section part="section"${named} aria-busy="false">` +
    `<div class="header" part="header">${title}<div class="buttons" part="buttons">${buttons}</div></div>` +
    `<div id="scroller" class="scroller" part="scroller" role="group"${named}><slot></slot></div>` +
    '<p class="status" role="status"></p></section></template>'
  );
}

/** Without the script a button can do nothing, and says so. */
const renderButton = (part: string, label: string, path: string): string =>
  `<button type="button" part="button ${part}" aria-label="${escapeHtml(label)}" aria-controls="scroller" aria-disabled="true">` +
  `<slot name="${part}-icon"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"></path></svg></slot></button>`;
