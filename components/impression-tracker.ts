/** Makes and ends timers; tests bring their own. */
export interface Timers {
  set(run: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

/** The share of an item that must be visible, and for how long without a break (docs: impression). */
const VISIBLE_SHARE = 0.5;
const VISIBLE_MS = 1000;
/** Of an item that is larger than the window half of it may never be visible: then half of the window counts. */
const STEPS = Array.from({ length: 11 }, (_, step) => (step * VISIBLE_SHARE) / 10);

/** Tells once for each element that half of it was visible for one continuous second. */
export class ImpressionTracker {
  readonly #onImpression: (element: Element) => void;
  readonly #timers: () => Timers;
  #observer: IntersectionObserver | null = null;
  readonly #inView = new Set<Element>();
  readonly #pending = new Map<Element, unknown>();

  constructor(onImpression: (element: Element) => void, timers: () => Timers) {
    this.#onImpression = onImpression;
    this.#timers = timers;
  }

  /** Forgets what was watched before and watches these. */
  start(elements: Iterable<Element>): void {
    this.stop();
    const observer = new IntersectionObserver(this.#onIntersection, { threshold: STEPS });
    this.#observer = observer;
    for (const element of elements) observer.observe(element);
    document.addEventListener('visibilitychange', this.#onVisibilityChange);
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    document.removeEventListener('visibilitychange', this.#onVisibilityChange);
    for (const element of [...this.#inView]) this.#leave(element);
  }

  readonly #onIntersection = (entries: IntersectionObserverEntry[]): void => {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      const { height } = intersectionRect;
      const fills = rootBounds !== null && height > 0 && height >= rootBounds.height * VISIBLE_SHARE;
      // isIntersecting is no help: engines differ on whether it is true under the threshold.
      if (intersectionRatio < VISIBLE_SHARE && !fills) this.#leave(target);
      else this.#enter(target);
    }
  };

  readonly #onVisibilityChange = (): void => {
    for (const element of this.#inView) {
      this.#cancel(element);
      this.#begin(element);
    }
  };

  #enter(element: Element): void {
    this.#inView.add(element);
    this.#begin(element);
  }

  #leave(element: Element): void {
    this.#inView.delete(element);
    this.#cancel(element);
  }

  #begin(element: Element): void {
    if (document.visibilityState !== 'visible' || this.#pending.has(element)) return;
    this.#pending.set(
      element,
      this.#timers().set(() => {
        if (!isShown(element)) {
          // transparent or printed: it may be seen yet
          this.#pending.delete(element);
          return this.#begin(element);
        }
        this.#leave(element);
        this.#observer?.unobserve(element);
        this.#onImpression(element);
      }, VISIBLE_MS),
    );
  }

  #cancel(element: Element): void {
    if (!this.#pending.has(element)) return;
    this.#timers().clear(this.#pending.get(element));
    this.#pending.delete(element);
  }
}

/** What an observer does not know: an ancestor may be transparent, and a page that is printed is laid out on paper. */
const isShown = (element: Element): boolean =>
  !matchMedia('print').matches && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
