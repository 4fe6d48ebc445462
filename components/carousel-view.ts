import { type TemplateResult, html, nothing } from 'lit';
import type { OverriddenArm } from '../src/core/slate.ts';
import type { PageStep, ScrollPager } from './scroll-pager.ts';

/** What the shadow root of `<rec-carousel>` shows. */
export interface CarouselView {
  readonly heading: string;
  /** True while cards are awaited. */
  readonly busy: boolean;
  /** Skeleton cards while busy. */
  readonly count: number;
  /** Arms that somebody who tests the site asks for: no visitor sees any. */
  readonly overridden: readonly OverriddenArm[];
  readonly pager: ScrollPager;
  readonly onPage: (step: PageStep) => void;
}

const MAX_SKELETONS = 50;
const BUTTONS = [
  { step: -1, label: 'Previous', part: 'previous', path: 'm15 5-7 7 7 7' },
  { step: 1, label: 'Next', part: 'next', path: 'm9 5 7 7-7 7' },
] as const;

/** A region named by its heading: two buttons, and a native scroller around the page's own list. */
export function renderCarousel(view: CarouselView): TemplateResult {
  const name = view.heading ? 'heading' : nothing;
  return html`<section part="section" aria-labelledby=${name} aria-busy=${String(view.busy)}>
    <div class="header" part="header">
      ${view.heading ? html`<h2 id="heading" part="heading">${view.heading}</h2>` : nothing}
      <div class="buttons" part="buttons">${BUTTONS.map((button) => renderButton(view, button))}</div>
    </div>
    ${view.overridden.length > 0 ? renderOverridden(view.overridden) : nothing}
    <div
      id="scroller"
      class="scroller"
      part="scroller"
      role="group"
      aria-labelledby=${name}
      tabindex=${view.pager.overflows ? 0 : nothing}
      @scroll=${view.pager.measure}
    >
      <slot></slot>
      ${view.busy ? renderSkeleton(view.count) : nothing}
    </div>
  </section>`;
}

function renderOverridden(arms: readonly OverriddenArm[]): TemplateResult {
  const names = arms.map(({ experiment, arm }) => `${experiment} = ${arm}`);
  return html`<p class="qa" part="qa" role="note">QA: ${names.join(', ')}</p>`;
}

function renderButton(view: CarouselView, { step, label, part, path }: (typeof BUTTONS)[number]): TemplateResult {
  const ended = step < 0 ? view.pager.atStart : view.pager.atEnd;
  // aria-disabled, not disabled: a button that turns off under the finger must not lose the focus.
  return html`<button
    type="button"
    part="button ${part}"
    aria-label=${label}
    aria-controls="scroller"
    aria-disabled=${String(ended)}
    @click=${() => view.onPage(step)}
  >
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>
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
