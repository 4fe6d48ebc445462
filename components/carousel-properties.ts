import { LitElement, type PropertyDeclarations } from 'lit';
import type { Candidate } from '../src/core/candidate.ts';
import type { OverriddenArm, Tier } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';
import type { CandidateData } from './candidate-source.ts';
import type { RecCarouselState } from './carousel-state.ts';
import type { renderBadge } from './qa-badge.ts';
import type { RecMessages } from './messages.ts';

/** The attributes and properties of `<rec-carousel>`. */
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
    Object.assign(this, { placement: '', heading: '', src: '', anchorItemId: '', count: 6, layout: null });
    Object.assign(this, {
      order: '',
      rankBudget: Number.NaN,
      focusMode: '',
      priority: null,
      actions: 'dismiss why',
      messages: null,
    });
    Object.assign(this, { state: 'server', tier: 'server', kit: null, candidates: null });
    Object.assign(this, { busy: false, isHiddenSection: false, asked: [], badge: null, status: '' });
  }

  /** A root that the server sent is drawn anew: lit would draw its own beside what is in it. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    this.shadowRoot?.replaceChildren();
    return super.createRenderRoot();
  }
}
