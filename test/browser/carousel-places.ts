/** What happened to items that were in view, by `placement/id`. */
export interface WatchedPlaces {
  /** How many looks found an item in view. */
  looks: number;
  /** Stood elsewhere than they had stood. */
  readonly moved: string[];
  /** Were no longer shown at all. */
  readonly gone: string[];
  /** The first that was seen of each carousel, by placement. */
  readonly first: Record<string, string>;
  stop(): void;
}

/**
 * Looks from frame to frame where the items stand that are in view, in every carousel of a page. `scrolled` tells how far the
 * visitor has scrolled one: what scrolls by itself counts as moved. Free of imports, as it is also run in pages of its own.
 */
export function watchPlaces(page: Document, scrolled: (carousel: Element) => number): WatchedPlaces {
  const view = page.defaultView ?? window;
  const places = new Map<string, readonly [left: number, top: number]>();
  const told = { moved: new Set<string>(), gone: new Set<string>() };
  const first: Record<string, string> = {};
  let isOn = true;
  const watched: WatchedPlaces = {
    looks: 0,
    get moved() {
      return [...told.moved];
    },
    get gone() {
      return [...told.gone];
    },
    first,
    stop: () => (isOn = false),
  };
  const isVisible = (item: Element): boolean =>
    item.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const stateOf = (item: Element): string =>
    `${String(isVisible(item))} ${String(scrolled(item.closest('rec-carousel') ?? item))}`;
  const look = (item: Element, box: DOMRectReadOnly): void => {
    const carousel = item.closest('rec-carousel') ?? item;
    const placement = carousel.getAttribute('placement') ?? '';
    const id = item.getAttribute('data-item-id') ?? '';
    const key = `${placement}/${id}`;
    const before = places.get(key);
    const clip = (carousel.shadowRoot?.querySelector('.scroller') ?? carousel).getBoundingClientRect();
    const isShown = isVisible(item);
    if (before && !isShown) told.gone.add(key);
    const isIn =
      Math.min(box.right, clip.right, view.innerWidth) > Math.max(box.left, clip.left, 0) &&
      Math.min(box.bottom, view.innerHeight) > Math.max(box.top, 0);
    const [left, top] = [box.left + scrolled(carousel), box.top + view.scrollY];
    if (before && isShown && Math.abs(before[0] - left) + Math.abs(before[1] - top) > 0.5) told.moved.add(key);
    if (!isShown || !isIn) return;
    watched.looks++;
    first[placement] ??= id;
    places.set(key, [left, top]);
  };
  // by an observer: it tells of the frame as it is painted, when all that belongs to the frame has been done
  const lookAtAll = (): void => {
    if (!isOn) return;
    const items = [...page.querySelectorAll('rec-carousel [data-item-id]')];
    const states = items.map(stateOf);
    const observer = new IntersectionObserver((entries) => {
      observer.disconnect();
      for (const { target, boundingClientRect } of isOn ? entries : [])
        // what has changed since the frame began may not have been painted yet
        if (states[items.indexOf(target)] === stateOf(target)) look(target, boundingClientRect);
    });
    for (const item of items) observer.observe(item);
    view.requestAnimationFrame(lookAtAll);
  };
  view.requestAnimationFrame(lookAtAll);
  return watched;
}
