import type { Slate } from 'nearside';

/** Names of items as the page's lists have them; an id where none does. */
export class ItemTitles {
  readonly #titles = new Map<string, string>();

  learn({ items }: Slate): void {
    for (const { itemId, candidate } of items) if (candidate.title) this.#titles.set(itemId, candidate.title);
  }

  readonly of = (itemId: string): string => this.#titles.get(itemId) ?? itemId;
}
