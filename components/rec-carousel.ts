import type { PropertyValues, TemplateResult } from 'lit';
import type { OverriddenArm, Slate, Tier } from '../src/core/slate.ts';
import type { Kit, Unsubscribe } from '../src/kit/types.ts';
import { type CandidateData, usableItems } from './candidate-source.ts';
import { dispatchFrom } from './carousel-events.ts';
import { CarouselInput, leaveOthers, selectCandidates } from './carousel-input.ts';
import { listen } from './carousel-listeners.ts';
import { CarouselOrder } from './carousel-order.ts';
import { type RecCarouselState, showState, stateOf } from './carousel-state.ts';
import { CarouselProperties } from './carousel-properties.ts';
import { renderCarousel } from './carousel-view.ts';
import { connectedKit } from './connect-kit.ts';
import type { Timers } from './impression-tracker.ts';
import type { ItemActions } from './item-actions.ts';
import { findList, findServerList } from './item-list.ts';
import { messagesFor, say } from './messages.ts';
import { recCarouselStyle } from './rec-carousel-style.ts';
import { type PageStep, ScrollPager } from './scroll-pager.ts';
import { SlateTracker } from './slate-tracker.ts';

export type { RecCarouselState };

const RANKED_BY = ['kit', 'candidates', 'src', 'placement', 'anchorItemId', 'priority'] as const;
/** A slate that came too late for what has been seen meanwhile is asked for again this often. */
const MAX_TRIES = 3;

/**
 * `<rec-carousel placement="home" heading="…"><ol><li data-item-id="…"><a href="…">…`: server-sent links that a kit
 * re-orders, and hides where its rules leave them out. Without script, kit or network they stay as they came: an
 * `<li hidden>` is a candidate that is shown only once a slate holds it. What is or was in view never moves.
 *
 * @slot - One `<ol>` (or `<ul>`) of `<li data-item-id>`, and a `<script type="application/json">` with its candidates.
 * @slot item - A `<template>` for the cards of candidates that come without links (docs/carousel.md).
 * @slot previous-icon - In the button Previous.
 * @slot next-icon - In the button Next.
 * @customElement rec-carousel
 */
export class RecCarousel extends CarouselProperties {
  static override styles = recCarouselStyle;
  /** The clock of impressions and of what is awaited; replaced by tests. */
  static timers: Timers = {
    set: (run, delayMs) => setTimeout(run, delayMs),
    clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  };

  readonly #startOffset = (this.shadowRoot?.querySelector('.scroller') ?? findServerList(this))?.scrollLeft ?? 0;
  #run: AbortController | null = null;
  #awaited: Kit | null = null;
  #stop: Unsubscribe | null = null;
  readonly #internals = this.attachInternals();
  readonly #dispatch = dispatchFrom(this);
  readonly #input = new CarouselInput(this, () => RecCarousel.timers);
  readonly #pager = new ScrollPager(this);
  readonly #tracker = new SlateTracker(() => RecCarousel.timers, this.#dispatch);
  readonly #order = new CarouselOrder(this, {
    pager: this.#pager,
    timers: () => RecCarousel.timers,
    onSeen: (item) => this.#actions?.decorate(item),
  });
  #actions: ItemActions | null = null;
  #isGone = false;
  /** What carousels of a higher priority show. */
  #taken: readonly string[] = [];

  /** Settles with the ranking that is under way. */
  ranked: Promise<void> = Promise.resolve();

  /** The slate that is shown; null while the server's order stands without one. */
  get slate(): Slate | null {
    return this.#tracker.slate;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = listen(this, {
      ...{ onClick: this.#onClick, onPageShow: this.#onPageShow, onMutation: this.#onMutation },
      ...{ onParsed: this.#refresh, onMessages: () => this.requestUpdate() },
      onKit: () => (this.kit === null ? this.#refresh() : undefined),
    });
    this.#refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#run?.abort();
    this.#run = null;
    this.#tracker.stop();
    this.#order.pause();
    this.busy = false;
  }

  protected override willUpdate(): void {
    if (this.#look.startsWith('waits')) this.state = 'waiting';
    else if (this.state === 'waiting') this.state = 'server';
    if (this.isHiddenSection) this.state = 'hidden';
    if (this.#overridden.length > 0 && this.badge === null)
      void import('./qa-badge.ts').then(({ loadBadge }) => (this.badge = loadBadge(this.renderRoot)));
  }

  protected override firstUpdated(): void {
    this.#watchSizes();
    // Until now the list itself was the scroller (prestyle.css); a visitor may have used it already.
    if (this.#startOffset !== 0) this.#pager.restore(this.#startOffset);
  }

  protected override updated(changed: PropertyValues): void {
    if (RANKED_BY.some((name) => changed.has(name))) this.#refresh();
    // observed anew, it is measured when it is laid out: nothing here waits for that; what that leads to changes no property
    if (changed.size > 0) this.#watchSizes();
    this.#setFocusPages(changed.get('focusMode') === 'pages');
    showState(this.#internals, this.state);
  }

  /** Ranks anew; the newest call wins. Never throws: whatever fails, the order that is shown stays. */
  readonly #refresh = (): void => {
    // While the page is still being parsed, the list may be half there.
    if (!this.isConnected || !this.hasUpdated || document.readyState === 'loading') return;
    this.#run?.abort();
    const run = (this.#run = new AbortController());
    // at once: whether the list has been painted is known now
    this.#adopt();
    this.ranked = this.#rank(run.signal).catch(() => {
      if (run.signal.aborted) return;
      this.busy = false;
      this.#order.release();
    });
  };

  async #rank(abort: AbortSignal): Promise<void> {
    const kit = this.kit ?? connectedKit();
    // with nobody to rank them, what is known of links is not even read
    const data =
      kit === null && findServerList(this)
        ? null
        : await this.#input.load(kit, abort, (isAsked) => (this.busy = isAsked && this.#order.list === null));
    if (abort.aborted) return;
    const usable = data === 'unreadable' ? null : data;
    const show = await this.#input.prepare(usable);
    if (abort.aborted) return;
    show();
    this.busy = false;
    this.#adopt();
    const candidates = kit && selectCandidates(usable, this.#order.list);
    if (kit === null || candidates === null) {
      this.#keepServerOrder();
      if (this.#order.list === null) this.state = data === 'unreadable' ? 'error' : 'empty';
      const asked = kit ? await (await import('./qa-badge.ts')).overridesOf(kit) : [];
      return void (abort.aborted || (this.asked = asked));
    }
    this.asked = [];
    this.isHiddenSection = kit.hidden().has(this.placement);
    if (this.isHiddenSection) {
      // what is in view leaves an empty place, or what follows would move
      this.#isGone = this.#order.waits || this.#order.kept(() => true).length === 0;
      this.#order.release();
      this.#keepServerOrder();
      return this.#loadActions();
    }
    const left = await leaveOthers(this, candidates, this.#order);
    if (!abort.aborted) await this.#ask(kit, { all: candidates, left }, abort);
  }

  async #ask(kit: Kit, { all, left: candidates }: Record<'all' | 'left', CandidateData>, abort: AbortSignal) {
    const { anchorItemId } = this;
    const given = { candidates, abort, ...(anchorItemId && { anchorItemId }) };
    const known = new Set(usableItems(candidates).map(({ id }) => id));
    const isKnown = (id: string): boolean => known.has(id);
    this.#taken = all === candidates ? [] : usableItems(all).flatMap(({ id }) => (known.has(id) ? [] : [id]));
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const kept = this.#order.kept(isKnown);
      const slate = await kit.slate(this.placement, { ...given, ...(kept.length > 0 && { kept }) });
      if (abort.aborted) return;
      if (!this.#order.show(slate.items.map(idOf), this.#leftOf(slate), { kept, isKnown })) continue;
      this.#show(kit, slate);
      // the small engine answered while the strong one starts; once for a kit: whatever it says from then on, it is ready
      if (slate.tierProblem?.code !== 'engine_loading' || this.#awaited === kit) return;
      return void kit.ready().then(() => {
        this.#awaited = kit;
        if (!abort.aborted) this.#refresh();
      });
    }
  }

  #show(kit: Kit, slate: Slate): void {
    const items = this.#order.list?.items();
    this.#tracker.start(
      { kit, slate },
      slate.items.flatMap(({ itemId }) => items?.get(itemId) ?? []),
    );
    this.#order.release();
    if (this.actions !== 'none') void this.#loadActions();
    this.#setState(stateOf(slate), slate.tier);
    const { tier, tierProblem: problem } = slate;
    if (problem && this.state === 'fallback') this.#dispatch('rec-fallback', { tier, problem });
    slate.problems.forEach((one) => this.#dispatch('rec-problem', one));
    this.#dispatch('rec-ready', { state: this.state, tier, slate });
  }

  #keepServerOrder(): void {
    this.#tracker.stop();
    this.#order.arrange([], this.#leftOf(null));
    this.#setState('server', 'server');
  }

  get #look(): '' | 'waits' | 'waits over' | 'gone' {
    return this.busy ? 'waits' : this.#order.waits ? 'waits over' : this.isHiddenSection && this.#isGone ? 'gone' : '';
  }

  /** Ids that are not shown. */
  #leftOf(slate: Slate | null): string[] {
    return [...(slate?.left.map(idOf) ?? []), ...this.#taken, ...(this.#actions?.dismissed ?? [])];
  }

  async #loadActions(): Promise<void> {
    if (this.#actions !== null) return;
    const { ItemActions } = await import('./item-actions.ts');
    // or what is removed by now would be watched again
    if (!this.isConnected) return;
    this.#actions ??= new ItemActions(this, {
      ...{ tracker: this.#tracker, order: this.#order, dispatch: this.#dispatch },
      ...{ refresh: this.#refresh, connected: () => this.kit ?? connectedKit() },
      say: (status) => (this.status = status),
    });
    if (!this.#order.waits) this.#order.watch();
    this.requestUpdate();
  }

  get #overridden(): readonly OverriddenArm[] {
    return (this.slate ? this.slate.overridden : this.asked) ?? [];
  }

  #setState(state: RecCarouselState, tier: Tier): void {
    this.state = this.#order.list?.shown().length === 0 ? 'empty' : state;
    this.tier = tier;
    this.requestUpdate();
  }

  #adopt(): void {
    if (this.#order.adopt()) this.#tracker.stop();
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroller');
  }

  #watchSizes(): void {
    const { list } = this.#order;
    if (this.#scroller) this.#pager.watch(this.#scroller, list ? [list.element] : []);
  }

  /** Of the two focus modes, what `pages` needs is a chunk of its own. */
  #setFocusPages(wasOn: boolean): void {
    const isOn = this.focusMode === 'pages';
    const scroller = this.#scroller;
    if (!scroller || !(isOn || wasOn)) return;
    const items = this.#order.list?.shown() ?? [];
    void import('./focus-pages.ts').then(({ setFocusPages }) => setFocusPages(scroller, items, isOn));
  }

  readonly #onClick = (event: MouseEvent): void => {
    const { list } = this.#order;
    if (list && !this.#actions?.onClick(event)) this.#tracker.trackClick(event, list.element);
  };

  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#refresh();
  };

  readonly #onMutation = (): void => {
    const { list } = this.#order;
    // Our own moves change neither the list nor its members.
    if (findList(this) !== (list?.element ?? null) || list?.sync()) this.#refresh();
  };

  readonly #onPage = (step: PageStep): void => {
    const page = this.#pager.page(step, this.#order.list?.shown() ?? []);
    if (page) this.status = say(messagesFor(this.messages), 'page', page);
  };

  protected override render(): TemplateResult {
    const { heading, count, status } = this;
    const arms = this.#overridden;
    return renderCarousel({
      ...{ heading, count, status, pager: this.#pager, onPage: this.#onPage },
      ...{ look: this.#look, messages: messagesFor(this.messages), more: this.#actions?.render() },
      badge: arms.length > 0 ? this.badge?.(arms) : undefined,
      onScroll: () => (this.#pager.measure(), this.#setFocusPages(false)),
    });
  }
}

const idOf = ({ itemId }: { readonly itemId: string }): string => itemId;

declare global {
  interface HTMLElementTagNameMap {
    'rec-carousel': RecCarousel;
  }
}
