import type { Candidate } from '../src/core/candidate.ts';
import { MADE_LIST } from './item-card.ts';

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
    const kept = this.#serverOrder.filter((item) => present.includes(item));
    const added = present.filter((item) => !kept.includes(item));
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
   * out, every repeat included; all others stay as they were sent, after them and in the server's order.
   */
  order(ids: readonly string[], left: readonly string[]): void {
    const byId = this.items();
    const known = new Set(ids.flatMap((id) => byId.get(id) ?? []));
    const dropped = new Set(left);
    arrange([...known, ...this.#serverOrder.filter((item) => !known.has(item))]);
    for (const item of this.#serverOrder) {
      if (dropped.has(item.dataset['itemId'] ?? '')) item.hidden = true;
      else this.#show(item, known.has(item));
    }
  }

  /** Goes back to what the server sent. */
  restore(): void {
    arrange(this.#serverOrder);
    for (const item of this.#serverOrder) this.#show(item, false);
  }

  #show(item: HTMLElement, always: boolean): void {
    item.hidden = !always && (this.#sentHidden.get(item) ?? false);
  }
}

/** Puts siblings in this order. The one with focus stays where it is and the others move around it: moving blurs. */
function arrange(items: readonly HTMLElement[]): void {
  const fixed = Math.max(
    0,
    items.findIndex((item) => item.matches(':focus-within')),
  );
  items.slice(0, fixed).reduceRight<HTMLElement | undefined>((next, item) => {
    if (next !== undefined && item.nextElementSibling !== next) next.before(item);
    return item;
  }, items[fixed]);
  items.slice(fixed + 1).reduce<HTMLElement | undefined>((previous, item) => {
    if (previous !== undefined && item.previousElementSibling !== previous) previous.after(item);
    return item;
  }, items[fixed]);
}
