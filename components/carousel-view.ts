import { type TemplateResult, html, nothing } from 'lit';
import { type CarouselMessages, say } from './messages.ts';
import type { PageStep, ScrollPager } from './scroll-pager.ts';

/** What the shadow root of `<rec-carousel>` shows. */
export interface CarouselView {
  readonly heading: string;
  /** Of the scroller: `waits` for cards, `waits over` those that are there for their order, or its place is `gone`. */
  readonly look: '' | 'waits' | 'waits over' | 'gone';
  /** Skeleton cards while it waits. */
  readonly count: number;
  /** Of arms that somebody who tests the site asks for. */
  readonly badge: unknown;
  readonly pager: ScrollPager;
  readonly onPage: (step: PageStep) => void;
  /** Not of `scrollend`, which WebKit does not tell. */
  readonly onScroll: () => void;
  readonly messages: CarouselMessages;
  /** What was said last. */
  readonly status: string;
  /** What belongs to the visitor's acts. */
  readonly more: unknown;
}

const MAX_SKELETONS = 50;
const BUTTONS = [
  { step: -1, part: 'previous', path: 'm15 5-7 7 7 7' },
  { step: 1, part: 'next', path: 'm9 5 7 7-7 7' },
] as const;

/** A region named by its heading: two buttons, and a native scroller around the page's own list. */
export function renderCarousel(view: CarouselView): TemplateResult {
  const name = view.heading ? 'heading' : nothing;
  // a class, as Firefox does not apply `:host(…) section:has(> .qa)` anew when the badge comes
  return html`<section
    class=${view.badge ? 'asked' : nothing}
    part="section"
    aria-labelledby=${name}
    aria-busy=${String(view.look.startsWith('waits'))}
  >
    <div class="header" part="header">
      ${view.heading ? html`<h2 id="heading" part="heading">${view.heading}</h2>` : nothing}
      <div class="buttons" part="buttons">${BUTTONS.map((button) => renderButton(view, button))}</div>
    </div>
    ${view.badge}
    <div
      id="scroller"
      class="scroller ${view.look}"
      part="scroller"
      role="group"
      aria-labelledby=${name}
      tabindex=${view.pager.overflows ? 0 : nothing}
      @scroll=${view.onScroll}
      @keydown=${view.pager.onKey}
    >
      <slot></slot>
      ${view.look.startsWith('waits') ? renderSkeleton(view.count) : nothing}
    </div>
    <p class="status" role="status">${view.status}</p>
    ${view.more}
  </section>`;
}

function renderButton(view: CarouselView, { step, part, path }: (typeof BUTTONS)[number]): TemplateResult {
  const ended = step < 0 ? view.pager.atStart : view.pager.atEnd;
  // aria-disabled, not disabled: a button that turns off under the finger must not lose the focus.
  return html`<button
    type="button"
    part="button ${part}"
    aria-label=${say(view.messages, part)}
    aria-controls="scroller"
    aria-disabled=${String(ended)}
    @click=${() => view.onPage(step)}
  >
    <slot name="${part}-icon"
      ><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg
    ></slot>
  </button>`;
}

function renderSkeleton(count: number): TemplateResult {
  const cards = Array.from({ length: Math.min(Math.max(count || 0, 1), MAX_SKELETONS) });
  return html`<div class="skeleton" part="skeleton" aria-hidden="true">
    ${cards.map(
      () =>
        html`<div class="card" part="card">
          <div></div>
          <div></div>
          <div></div>
        </div>`,
    )}
  </div>`;
}
