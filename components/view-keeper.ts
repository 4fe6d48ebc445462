/** Of an item in view; what only touches the edge is not. */
const IN_VIEW_SHARE = 0.01;

/** Knows which items are or were in view: from then on they never move (docs/carousel.md, order). */
export class ViewKeeper {
  readonly #host: HTMLElement;
  readonly #onSeen: (item: HTMLElement) => void;
  readonly #seen = new WeakSet<Element>();
  #passed: readonly Element[] = [];
  #observer: IntersectionObserver | null = null;

  constructor(host: HTMLElement, onSeen: (item: HTMLElement) => void) {
    this.#host = host;
    this.#onSeen = onSeen;
  }

  /** From now on what comes into view is noticed, among these items alone. */
  watch(items: Iterable<Element>): void {
    this.stop();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) {
          if (intersectionRatio < IN_VIEW_SHARE) continue;
          this.#seen.add(target);
          this.#onSeen(target as HTMLElement);
        }
      },
      { threshold: IN_VIEW_SHARE },
    );
    for (const item of items) observer.observe(item);
    this.#observer = observer;
  }

  get isWatching(): boolean {
    return this.#observer !== null;
  }

  /** Nothing can be seen: the order is free. */
  stop(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }

  /**
   * Of a list that was painted before there was a script to watch it: what its visitor has scrolled past has been in view, in
   * the scroller or with the page. Where that is, is asked when it is wanted: now it would take a layout.
   */
  see(items: readonly Element[]): void {
    this.#passed = items;
  }

  /** Those that do not move: they are or were in view, or have the focus. */
  fixed(items: readonly HTMLElement[]): Set<HTMLElement> {
    const passed = this.#passed.findLastIndex(this.#isSeen(-Infinity));
    for (const item of this.#passed.slice(0, passed + 1)) this.#seen.add(item);
    if (this.isWatching) this.#passed = [];
    const isSeen = this.#isSeen();
    // not `:focus-within`, which WebKit does not match while the window has no focus
    return new Set(items.filter((item) => item.contains(document.activeElement) || isSeen(item)));
  }

  /**
   * By an item's box within that of the element and the window, for the observer answers a frame late. `windowTop`: from there
   * on the page counts as in view.
   */
  #isSeen(windowTop = 0): (item: Element) => boolean {
    if (!this.isWatching) return () => false;
    const isShown = document.visibilityState === 'visible';
    const host = this.#host.getBoundingClientRect();
    return (item) => {
      const box = item.getBoundingClientRect();
      const width = Math.min(box.right, host.right, innerWidth) - Math.max(box.left, host.left, 0);
      const height = Math.min(box.bottom, host.bottom, innerHeight) - Math.max(box.top, host.top, windowTop);
      const isInView = width > 0 && height > 0 && width * height >= IN_VIEW_SHARE * box.width * box.height;
      return this.#seen.has(item) || (isShown && isInView);
    };
  }
}

/** Animations of prestyle.css: of each list when it is first laid out. */
const NEW = 'rec-new';
/** While it hides one that waits for its ranking. */
const WAIT = 'rec-wait';

/** Whether the list cannot have been seen yet. Without prestyle.css it may have been. */
export const isUnpainted = (list: Element): boolean =>
  (list.getAnimations() as CSSAnimation[]).some(
    ({ animationName, startTime }) => animationName === WAIT || (animationName === NEW && startTime === null),
  );
