import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Which way a button goes, in reading order: -1 back, 1 on. */
export type PageStep = -1 | 1;

/** The items on a page, from 1. */
export type ShownPage = Readonly<Record<'from' | 'to' | 'count', number>>;

/** Scrollers stop at fractions of a pixel. */
const SLACK_PX = 1;
/** Firefox goes on to hold the item that it has snapped to, and scrolls after it later, until there is another scroll. */
const keepsSnapTarget = (): boolean => CSS.supports('-moz-appearance', 'none');

/** Knows how far a native horizontal scroller is scrolled, and scrolls it by pages; the same in RTL. */
export class ScrollPager implements ReactiveController {
  overflows = false;
  atStart = true;
  atEnd = true;
  readonly #host: ReactiveControllerHost & HTMLElement;
  #scroller: HTMLElement | null = null;
  #sizes: ResizeObserver | null = null;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#sizes = new ResizeObserver(() => this.measure());
    if (this.#scroller !== null) this.watch(this.#scroller, []);
  }

  hostDisconnected(): void {
    this.#sizes?.disconnect();
    this.#sizes = null;
  }

  /** Follows the size of the scroller and of what it scrolls. */
  watch(scroller: HTMLElement, contents: readonly Element[]): void {
    this.#scroller = scroller;
    this.#sizes?.disconnect();
    for (const element of [scroller, ...contents]) this.#sizes?.observe(element);
  }

  /** Reads the scroller; asks its host for an update where something changed. */
  readonly measure = (): void => {
    const scroller = this.#scroller;
    if (scroller === null) return;
    const { clientWidth, scrollWidth } = scroller;
    const offset = Math.abs(scroller.scrollLeft);
    const overflows = scrollWidth - clientWidth > SLACK_PX;
    const atStart = offset <= SLACK_PX;
    const atEnd = offset + clientWidth >= scrollWidth - SLACK_PX;
    if (overflows === this.overflows && atStart === this.atStart && atEnd === this.atEnd) return;
    Object.assign(this, { overflows, atStart, atEnd });
    this.#host.requestUpdate();
  };

  /**
   * Scrolls by as many whole cards as fit, so that none is skipped, and answers which are on the page then, from 1. Smooth or
   * not is the style sheet's choice. Null at the end.
   */
  page(step: PageStep, items: readonly Element[]): ShownPage | null {
    const scroller = this.#scroller;
    if (scroller === null || (step < 0 ? this.atStart : this.atEnd)) return null;
    const [first, second] = items;
    const left = (element: Element): number => element.getBoundingClientRect().left;
    const pitch = first && second ? Math.abs(left(second) - left(first)) : 0;
    const width = scroller.clientWidth;
    const cards = pitch > 0 ? Math.max(1, Math.floor(width / pitch)) : items.length;
    const distance = pitch > 0 ? cards * pitch : width;
    // before: without smooth scrolling it is there at once
    const first1 = Math.round(Math.abs(scroller.scrollLeft) / (pitch || width)) + step * cards;
    scroller.scrollBy({ left: this.#sign * step * distance });
    const from = Math.min(Math.max(0, first1), Math.max(0, items.length - cards)) + 1;
    return { from, to: Math.min(items.length, from + cards - 1), count: items.length };
  }

  /** Home and End; the arrows are the scroller's own. */
  readonly onKey = (event: KeyboardEvent): void => {
    const scroller = this.#scroller;
    if (scroller === null || event.target !== scroller || (event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    scroller.scrollTo({ left: event.key === 'Home' ? 0 : this.#sign * scroller.scrollWidth });
  };

  get #sign(): 1 | -1 {
    return this.#scroller && getComputedStyle(this.#scroller).direction === 'rtl' ? -1 : 1;
  }

  /**
   * Runs a change of the content without a jump: an item with focus stays where it was on the screen, else the
   * scroller stays where it was. (Scroll snapping would follow the first item to its new place.)
   */
  hold(change: () => void, focused: Element | null): void {
    const scroller = this.#scroller;
    if (scroller === null) return change();
    const { dataset } = scroller;
    // asked for only where it is wanted, for it takes a layout
    const offset = keepsSnapTarget() ? scroller.scrollLeft : null;
    dataset['held'] = '';
    // when the change has been laid out, which nothing here waits for: of a long list it takes its time
    requestAnimationFrame(() => requestAnimationFrame(() => delete dataset['held']));
    const left = focused?.getBoundingClientRect().left;
    change();
    if (offset !== null) [offset + this.#sign, offset].forEach(this.restore);
    if (left === undefined || focused?.matches('[hidden]') !== false) return;
    this.restore(scroller.scrollLeft + focused.getBoundingClientRect().left - left);
  }

  /** At once. Also takes over where an earlier scroller (the list itself, before the script came) had been scrolled to. */
  readonly restore = (left: number): void => {
    this.#scroller?.scrollTo({ left, behavior: 'instant' });
  };
}
