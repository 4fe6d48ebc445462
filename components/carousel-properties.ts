import { LitElement, type PropertyDeclarations } from 'lit';
import type { Candidate } from '../src/core/candidate.ts';
import type { OverriddenArm, Tier } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';
import type { CandidateData } from './candidate-source.ts';
import type { RecCarouselState } from './carousel-state.ts';
import type { renderBadge } from './qa-badge.ts';
import type { RecMessages } from './messages.ts';

/**
 * The attributes and properties of `<rec-carousel>`, and what a site may style and hear of it.
 *
 * @csspart section - All of it.
 * @csspart header - The heading and the buttons.
 * @csspart heading - The heading.
 * @csspart buttons - Previous and Next.
 * @csspart button - Every button.
 * @csspart previous - The button Previous.
 * @csspart next - The button Next.
 * @csspart scroller - What scrolls; the list is in it.
 * @csspart skeleton - The cards that stand while nothing is there to show.
 * @csspart card - One of them.
 * @csspart qa - What a tester is told: the arms that are asked for.
 * @csspart bar - After an item is dismissed: undo and reasons.
 * @csspart why - The popover that says why an item is shown.
 * @csspart hidden - What stands for a section that the visitor has hidden.
 * @cssprop [--rec-card-width=11rem] - Of a card.
 * @cssprop [--rec-gap=1rem] - Between cards.
 * @cssprop [--rec-image-ratio=1] - Of the pictures of cards, as in `aspect-ratio`.
 * @cssprop [--rec-radius=0.5rem] - Of corners.
 * @cssprop [--rec-heading-size=1.25rem] - The font size of the heading.
 * @cssprop [--rec-placeholder=light-dark(#ececec, #333)] - The colour of what is not there yet.
 * @cssprop [--rec-focus-color=light-dark(#0b57d0, #a8c7fa)] - Of the ring around what has the focus.
 * @cssprop [--rec-button-color=light-dark(#1b1b1b, #f4f4f4)] - Of text and icons.
 * @cssprop [--rec-button-background=light-dark(#fff, #262626)] - Of buttons.
 * @cssprop [--rec-button-border=light-dark(#767676, #8c8c8c)] - The colour of their border.
 * @cssprop [--rec-button-hover=light-dark(#ececec, #3a3a3a)] - The background under the pointer.
 * @cssprop [--rec-button-color-disabled=light-dark(#8a8a8a, #7d7d7d)] - At the ends, or while something is done.
 * @cssprop [--rec-button-border-disabled=light-dark(#c8c8c8, #4a4a4a)] - At the ends, or while something is done.
 * @cssprop [--rec-rank-budget=150ms] - As the attribute `rank-budget`, with a unit.
 * @fires {CustomEvent<RecCarouselEvents['rec-ready']>} rec-ready - The order has settled.
 * @fires {CustomEvent<RecCarouselEvents['rec-impression']>} rec-impression - An item was in view for long enough.
 * @fires {CustomEvent<RecCarouselEvents['rec-click']>} rec-click - An item's link was followed.
 * @fires {CustomEvent<RecCarouselEvents['rec-dismiss']>} rec-dismiss - "Not interested", and again with the reason.
 * @fires {CustomEvent<RecCarouselEvents['rec-undo']>} rec-undo - It was taken back.
 * @fires {CustomEvent<RecCarouselEvents['rec-fallback']>} rec-fallback - A lower tier than the best has answered.
 * @fires {CustomEvent<RecCarouselEvents['rec-problem']>} rec-problem - Something went wrong that the slate could do without.
 */
export class CarouselProperties extends LitElement {
  static override properties: PropertyDeclarations = {
    placement: {},
    heading: {},
    src: {},
    anchorItemId: { attribute: 'anchor-item-id' },
    count: { type: Number },
    order: {},
    rankBudget: { type: Number, attribute: 'rank-budget' },
    focusMode: { attribute: 'focus' },
    priority: { type: Number, reflect: true },
    actions: {},
    layout: { reflect: true },
    state: { reflect: true },
    tier: { reflect: true },
    kit: { attribute: false },
    candidates: { attribute: false },
    messages: { attribute: false },
    busy: { state: true },
    isHiddenSection: { state: true },
    asked: { state: true },
    badge: { state: true },
    status: { state: true },
  };

  declare placement: string;
  declare heading: string;
  /** Answers a candidate list as JSON. */
  declare src: string;
  declare anchorItemId: string;
  /** Skeleton cards while `src` loads. */
  declare count: number;
  /** `wait` has prestyle.css hide links that came with the page until they are ranked, for 150 ms at most. */
  declare order: string;
  /** How long a list that nobody has seen is hidden for its ranking, ms. Default: `--rec-rank-budget` of the style sheet. */
  declare rankBudget: number;
  /** `pages`: what is not on the current page takes no focus. Otherwise the scroller follows the focus. */
  declare focusMode: string;
  /**
   * Carousels with a priority show no item twice: the one with the smallest chooses first, and of two alike the one that comes
   * first in the page. Null: it takes no part.
   */
  declare priority: number | null;
  /** What a visitor may do to an item: `dismiss`, `why`, both or `none`. */
  declare actions: string;
  /** `grid` wraps the cards; a site may style others by the attribute. An arm of an experiment sets it, too. */
  declare layout: string | null;
  declare state: RecCarouselState;
  declare tier: Tier;
  /** The element's own kit; without one, that of `connectKit`. */
  declare kit: Kit | null;
  declare candidates: CandidateData | null;
  /** Over those of the page. */
  declare messages: Partial<RecMessages> | null;
  /** Makes the content of the cards of candidates that come without links. */
  renderItem: ((candidate: Candidate) => Node | string) | null = null;
  declare protected busy: boolean;
  declare protected isHiddenSection: boolean;
  /** Arms that a tester asks for, where there is no slate to say so. */
  declare protected asked: readonly OverriddenArm[];
  declare protected badge: typeof renderBadge | null;
  /** What is said politely, once for each act of the visitor. */
  declare protected status: string;

  constructor() {
    super();
    Object.assign(this, {
      placement: '',
      heading: '',
      src: '',
      anchorItemId: '',
      count: 6,
      layout: null,
      order: '',
      rankBudget: Number.NaN,
      focusMode: '',
      priority: null,
      actions: 'dismiss why',
      messages: null,
      state: 'server',
      tier: 'server',
      kit: null,
      candidates: null,
      busy: false,
      isHiddenSection: false,
      asked: [],
      badge: null,
      status: '',
    });
  }

  /** A root that the server sent is drawn anew: lit would draw its own beside what is in it. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    this.shadowRoot?.replaceChildren();
    return super.createRenderRoot();
  }
}
