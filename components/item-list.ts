import type { Candidate } from '../src/core/candidate.ts';

/** Marks a list that the element made itself; lists without it came from the server and are never removed. */
export const MADE_LIST = 'data-rec-made';

/** The list of links inside an element: the server's, else the one that the element made. */
export const findList = (host: Element): HTMLElement | null =>
  findServerList(host) ?? host.querySelector<HTMLElement>(`:scope > [${MADE_LIST}]`);

/** The list that came with the page. */
export const findServerList = (host: Element): HTMLElement | null =>
  host.querySelector<HTMLElement>(`:scope > :is(ol, ul):not([${MADE_LIST}])`);

/** A light-DOM list of `<li data-item-id>`: remembers what the server sent while its items are moved and hidden. */
export class ItemList {
  readonly element: HTMLElement;
  #serverOrder: HTMLElement[] = [];
  /** Whether the server sent the item hidden; of each item that was ever seen, or our own hiding would pass for that. */
  readonly #sentHidden = new WeakMap<HTMLElement, boolean>();

  constructor(element: HTMLElement) {
    this.element = element;
    this.sync();
  }

  /** Takes note of items that were added or removed; true where there were any. New ones count as last. */
  sync(): boolean {
    const present = [...this.element.children].filter((child): child is HTMLElement => child.matches('li'));
    const [now, before] = [new Set(present), new Set(this.#serverOrder)];
    const kept = this.#serverOrder.filter((item) => now.has(item));
    const added = present.filter((item) => !before.has(item));
    const changed = added.length > 0 || kept.length < this.#serverOrder.length;
    for (const item of added) if (!this.#sentHidden.has(item)) this.#sentHidden.set(item, item.matches('[hidden]'));
    this.#serverOrder = [...kept, ...added];
    return changed;
  }

  /** Items by id, in the server's order; of two with one id, the first. */
  items(): Map<string, HTMLElement> {
    const byId = new Map<string, HTMLElement>();
    for (const item of this.#serverOrder) {
      const id = item.dataset['itemId'] ?? '';
      if (id !== '' && !byId.has(id)) byId.set(id, item);
    }
    return byId;
  }

  /** What the links themselves say, for a page that gives no other data. */
  candidates(): Candidate[] {
    return [...this.items()].map(([id, item]) => {
      const link = item.querySelector('a[href]');
      const title = (link ?? item).textContent.trim().replace(/\s+/g, ' ');
      const url = link?.getAttribute('href');
      return { id, ...(title === '' ? {} : { title }), ...(url ? { url } : {}) };
    });
  }

  /** In the order of the page. */
  shown(): HTMLElement[] {
    return [...this.element.children].filter((child): child is HTMLElement => child.matches('li:not([hidden])'));
  }

  /**
   * Shows the items in the order of these ids, those too that the server sent hidden, and hides those that are `left`
   * out, every repeat included; all others stay as they were sent, after them and in the server's order. What is `seen` is
   * not touched: it has the same place before and after, unless so few are shown that there is no such place.
   */
  order(ids: readonly string[], left: readonly string[], seen: ReadonlySet<HTMLElement>): void {
    const byId = this.items();
    const known = new Set(ids.flatMap((id) => byId.get(id) ?? []));
    const dropped = new Set(left);
    const isDropped = (item: HTMLElement): boolean => dropped.has(item.dataset['itemId'] ?? '');
    const before = this.shown();
    for (const item of this.#serverOrder)
      item.hidden = isDropped(item) || (!known.has(item) && this.#isSentHidden(item));
    const fixed = new Set(before.filter((item) => !item.hidden && seen.has(item)));
    const wanted = [...known, ...this.#serverOrder.filter((item) => !known.has(item))];
    const free = wanted.filter((item) => !item.hidden && !fixed.has(item));
    const shown = before.flatMap((item) => (fixed.has(item) ? item : (free.shift() ?? [])));
    this.#arrange([...shown, ...free, ...wanted.filter((item) => item.hidden)], fixed);
  }

  /** What is fixed is not moved, for moving blurs and starts again what plays in it. */
  #arrange(items: readonly HTMLElement[], fixed: ReadonlySet<HTMLElement>): void {
    const { element } = this;
    // twenty times as fast for a card that is not laid out (prestyle.css)
    const move = 'moveBefore' in element ? 'moveBefore' : 'insertBefore';
    let next: HTMLElement | null = null;
    for (const item of items.toReversed()) {
      if (!fixed.has(item) && item.nextElementSibling !== next) element[move](item, next);
      next = item;
    }
  }

  #isSentHidden(item: HTMLElement): boolean {
    return this.#sentHidden.get(item) ?? false;
  }
}

/** What its link says. */
export function titleOf(item: Element): string {
  const named = item.querySelector('.rec-title') ?? item.querySelector('a[href]') ?? item;
  return named.textContent.trim().replace(/\s+/g, ' ');
}
