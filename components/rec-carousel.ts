import { LitElement, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Candidate } from '../src/core/candidate.ts';
import type { OverriddenArm, Slate, Tier } from '../src/core/slate.ts';
import type { Kit, Unsubscribe } from '../src/kit/types.ts';
import { type RecCarouselState, stateOf } from './carousel-state.ts';
import { renderCarousel } from './carousel-view.ts';
import {
  type CandidateData,
  type CandidateOrigins,
  CandidateSource,
  replaceItems,
  usableItems,
} from './candidate-source.ts';
import { ArrangedLayout, arrangementOf, overridesOf } from './arrangement.ts';
import { connectedKit, onConnectedKit } from './connect-kit.ts';
import type { Timers } from './impression-tracker.ts';
import { MADE_LIST, createItemList } from './item-card.ts';
import { ItemList, findList, findServerList } from './item-list.ts';
import { recCarouselStyle } from './rec-carousel-style.ts';
import { type PageStep, ScrollPager } from './scroll-pager.ts';
import { SlateTracker } from './slate-tracker.ts';

export type { RecCarouselState };

const RANKED_BY = ['kit', 'candidates', 'src', 'placement', 'anchorItemId'] as const;

/**
 * `<rec-carousel placement="home" heading="…"><ol><li data-item-id="…"><a href="…">…`: server-sent links that a kit
 * re-orders, and hides where its rules leave them out. Without script, kit or network they stay as they came: an
 * `<li hidden>` is a candidate that is shown only once a slate holds it.
 *
 * @slot - One `<ol>` (or `<ul>`) of `<li data-item-id>`, and a `<script type="application/json">` with its candidates.
 * @csspart section, header, heading, buttons, button, previous, next, scroller, skeleton, card, qa
 * @cssprop --rec-card-width, --rec-gap, --rec-image-ratio, --rec-radius, --rec-heading-size, --rec-placeholder,
 *   --rec-focus-color, --rec-button-color, --rec-button-background, --rec-button-border, --rec-button-hover,
 *   --rec-button-color-disabled, --rec-button-border-disabled
 */
export class RecCarousel extends LitElement {
  static override properties: PropertyDeclarations = {
    placement: {},
    heading: {},
    src: {},
    anchorItemId: { attribute: 'anchor-item-id' },
    count: { type: Number },
    layout: { reflect: true },
    state: { reflect: true },
    tier: { reflect: true },
    kit: { attribute: false },
    candidates: { attribute: false },
    busy: { state: true },
    asked: { state: true },
  };
  static override styles = recCarouselStyle;
  /** The clock of impressions and of what is awaited; replaced by tests. */
  static timers: Timers = {
    set: (run, delayMs) => setTimeout(run, delayMs),
    clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  };

  declare placement: string;
  declare heading: string;
  /** Answers a candidate list as JSON. */
  declare src: string;
  declare anchorItemId: string;
  /** Skeleton cards while `src` loads. */
  declare count: number;
  /** `grid` wraps the cards; a site may style others by the attribute. An arm of an experiment sets it, too. */
  declare layout: string | null;
  declare state: RecCarouselState;
  declare tier: Tier;
  /** The element's own kit; without one, that of `connectKit`. */
  declare kit: Kit | null;
  declare candidates: CandidateData | null;
  declare private busy: boolean;
  /** Arms that a tester asks for, where there is no slate to say so. */
  declare private asked: readonly OverriddenArm[];

  #list: ItemList | null = null;
  #run: AbortController | null = null;
  #awaited: Kit | null = null;
  #stops: Unsubscribe[] = [];
  readonly #source = new CandidateSource(() => RecCarousel.timers);
  readonly #arranged = new ArrangedLayout(this);
  /** What the element's own list was made of. */
  #madeOf: CandidateData | null = null;
  readonly #startOffset: number;
  readonly #pager = new ScrollPager(this);
  readonly #tracker = new SlateTracker(() => RecCarousel.timers);

  constructor() {
    super();
    Object.assign(this, { placement: '', heading: '', src: '', anchorItemId: '', count: 6, layout: null });
    Object.assign(this, { state: 'server', tier: 'server', kit: null, candidates: null, busy: false, asked: [] });
    // Until now the list itself was the scroller (prestyle.css); a visitor may have used it already.
    this.#startOffset = findServerList(this)?.scrollLeft ?? 0;
  }

  /** The slate that is shown; null while the server's order stands without one. */
  get slate(): Slate | null {
    return this.#tracker.slate;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const ends = new AbortController();
    const { signal } = ends;
    // Capturing: a site's own handler that stops the event must not hide a click.
    this.addEventListener('click', this.#onClick, { capture: true, signal });
    this.addEventListener('auxclick', this.#onClick, { capture: true, signal });
    window.addEventListener('pageshow', this.#onPageShow, { signal });
    document.addEventListener('DOMContentLoaded', this.#refresh, { signal });
    const changes = new MutationObserver(this.#onMutation);
    changes.observe(this, { childList: true, subtree: true });
    const leaveKit = onConnectedKit(() => {
      if (this.kit === null) this.#refresh();
    });
    this.#stops = [() => ends.abort(), () => changes.disconnect(), leaveKit];
    if (this.hasUpdated) this.#refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
    this.#run?.abort();
    this.#run = null;
    this.#tracker.stop();
    this.busy = false;
  }

  protected override firstUpdated(): void {
    this.#watchSizes();
    if (this.#startOffset !== 0) this.#pager.restore(this.#startOffset);
  }

  protected override updated(changed: PropertyValues): void {
    if (RANKED_BY.some((name) => changed.has(name))) this.#refresh();
    this.#pager.measure();
  }

  /** Ranks anew; the newest call wins. Never throws: whatever fails, the order that is shown stays. */
  readonly #refresh = (): void => {
    // While the page is still being parsed, the list may be half there.
    if (!this.isConnected || document.readyState === 'loading') return;
    this.#run?.abort();
    const run = new AbortController();
    this.#run = run;
    this.#rank(run.signal).catch(() => {
      if (!run.signal.aborted) this.busy = false;
    });
  };

  async #rank(abort: AbortSignal): Promise<void> {
    const kit = this.kit ?? connectedKit();
    const data = await this.#load(kit, abort);
    if (abort.aborted) return;
    this.#show(data === 'unreadable' ? null : data);
    const candidates = this.#select(data === 'unreadable' ? null : data);
    if (candidates === null) {
      this.#keepServerOrder();
      if (this.#list === null) this.state = data === 'unreadable' ? 'error' : 'empty';
      const asked = await overridesOf(kit);
      if (!abort.aborted) this.asked = asked;
      return;
    }
    this.asked = [];
    if (kit === null) return this.#keepServerOrder();
    if (this.slate === null) this.#setState('server', 'server');
    const anchorItemId = this.anchorItemId || undefined;
    const request = { candidates, abort, ...(anchorItemId === undefined ? {} : { anchorItemId }) };
    const slate = await kit.slate(this.placement, request);
    if (abort.aborted) return;
    this.#apply(kit, slate);
    // the small engine answered while the strong one starts: take that one's answer while nobody has seen this one
    if (slate.tierProblem?.code !== 'engine_loading' || this.#awaited === kit) return;
    const { problem } = await kit.ready();
    // once for a kit: whatever it says from now on, it is ready
    this.#awaited = kit;
    if (abort.aborted) return;
    if (this.#tracker.untouched) this.#refresh();
    else if (problem) this.state = 'fallback';
  }

  async #load(kit: Kit | null, abort: AbortSignal): Promise<CandidateData | 'unreadable' | null> {
    const inline = this.querySelector(':scope > script[type="application/json"]')?.textContent ?? null;
    const origins: CandidateOrigins = { candidates: this.candidates, inline, src: this.src || null };
    const isSent = findServerList(this) !== null;
    // at once: what follows the element must not move while the kit is asked
    this.busy ||= this.#list === null && !isSent && this.#source.needsFetch(origins);
    const { source, layout } = await arrangementOf(kit, this.placement);
    if (abort.aborted) return null;
    this.#arranged.set(layout);
    const arranged = { ...origins, arm: (this.src && !isSent && source) || null };
    // beside a list that is shown, a skeleton would only push away what follows
    this.busy = this.#list === null && !isSent && this.#source.needsFetch(arranged);
    try {
      return await this.#source.load(arranged, abort);
    } catch {
      return 'unreadable';
    } finally {
      if (!abort.aborted) this.busy = false;
    }
  }

  /** Makes the list for data that came without links, or takes note of the links that came with the page. */
  #show(data: CandidateData | null): void {
    const fromServer = findServerList(this) !== null;
    const made = this.querySelector(`:scope > [${MADE_LIST}]`);
    if (fromServer || !made || data !== this.#madeOf) {
      made?.remove();
      const items = fromServer || data === null ? [] : usableItems(data);
      if (items.length > 0) this.append(createItemList(items, this.#language()));
      this.#madeOf = data;
    }
    const element = findList(this);
    if (element !== this.#list?.element) {
      this.#tracker.stop();
      this.#list = element && new ItemList(element);
      this.#watchSizes();
    } else this.#list?.sync();
  }

  /** What the kit is asked to rank: exactly the items that can be shown, in the server's order. */
  #select(data: CandidateData | null): CandidateData | null {
    if (this.#list === null) return null;
    if (data === null) {
      const candidates = this.#list.candidates();
      return candidates.length > 0 ? candidates : null;
    }
    const known = new Map(usableItems(data).map((item) => [item.id, item]));
    const shown: Candidate[] = [...this.#list.items().keys()].flatMap((id) => known.get(id) ?? []);
    return shown.length > 0 ? replaceItems(data, shown) : null;
  }

  #apply(kit: Kit, slate: Slate): void {
    const list = this.#list;
    if (list === null) return;
    const ids = slate.items.map((item) => item.itemId);
    const focused = list.element.querySelector(':scope > :focus-within');
    const left = slate.left.map((item) => item.itemId);
    this.#pager.hold(() => list.order(ids, left), focused);
    // what had the focus is gone: the keyboard goes on in the list, and not at the top of the page
    if (focused?.matches('[hidden]')) list.shown()[0]?.querySelector<HTMLElement>('a[href]')?.focus();
    this.#setState(stateOf(slate), slate.tier);
    this.requestUpdate();
    const items = list.items();
    this.#tracker.start(
      { kit, slate },
      ids.flatMap((id) => items.get(id) ?? []),
    );
  }

  #keepServerOrder(): void {
    this.#tracker.stop();
    const list = this.#list;
    if (list) this.#pager.hold(() => list.restore(), list.element.querySelector(':scope > :focus-within'));
    this.#setState('server', 'server');
  }

  #setState(state: RecCarouselState, tier: Tier): void {
    this.state = this.#list?.shown().length === 0 ? 'empty' : state;
    this.tier = tier;
  }

  #watchSizes(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller) this.#pager.watch(scroller, this.#list ? [this.#list.element] : []);
  }

  #language(): string {
    return this.closest<HTMLElement>('[lang]')?.lang ?? '';
  }

  readonly #onClick = (event: MouseEvent): void => {
    if (this.#list) this.#tracker.trackClick(event, this.#list.element);
  };

  readonly #onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#refresh();
  };

  readonly #onMutation = (): void => {
    // Our own moves change neither the list nor its members.
    if (findList(this) !== (this.#list?.element ?? null) || this.#list?.sync()) this.#refresh();
  };

  protected override render(): TemplateResult {
    const { heading, busy, count } = this;
    const onPage = (step: PageStep): void => this.#pager.page(step, this.#list?.shown() ?? []);
    const { overridden = [] } = this.slate ?? { overridden: this.asked };
    return renderCarousel({ heading, busy, count, overridden, pager: this.#pager, onPage });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'rec-carousel': RecCarousel;
  }
}
