import type { Candidate } from '../src/core/candidate.ts';
import { MADE_LIST } from './item-card.ts';

/** The list of links inside an element: the server's, else the one that the element made. */
export const findList = (host: Element): HTMLElement | null =>
  findServerList(host) ?? host.querySelector<HTMLElement>(`:scope > [${MADE_LIST}]`);

/** The list that came with the page. */
export const findServerList = (host: Element): HTMLElement | null =>
  host.querySelector<HTMLElement>(`:scope > :is(ol, ul):not([${MADE_LIST}])`);

/** A light-DOM list of `<li data-item-id>`: remembers the server's order while the elements are moved. */
export class ItemList {
  readonly element: HTMLElement;
  #serverOrder: HTMLElement[] = [];

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

  /** Shows the items in the order of these ids; all others after them, in the server's order. */
  order(ids: readonly string[]): void {
    const byId = this.items();
    const known = [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
    const first = new Set(known);
    arrange([...known, ...this.#serverOrder.filter((item) => !first.has(item))]);
  }

  /** Goes back to the server's order. */
  restore(): void {
    arrange(this.#serverOrder);
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
