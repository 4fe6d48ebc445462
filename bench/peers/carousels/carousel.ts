/** One of the 20 products that each page of the bench shows. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly image: string;
  readonly price: string;
}

/** What each page shows, and its card of a product: a link with a picture of 176 px, a title and a price. */
export interface Shelf {
  readonly heading: string;
  readonly products: readonly Product[];
  readonly card: (product: Product) => string;
}

/** A row of the bench: something that makes a carousel of links. */
export interface Carousel {
  readonly name: string;
  /** By whose version it is known, as bench/peers/carousels/package.json pins it; none for what is our own. */
  readonly packageName?: string;
  /** The HTML that a server sends, the heading included; where its script makes the list, that of an empty place. */
  readonly html: (shelf: Shelf) => string;
  /** Style sheets of its own: files under `/packages/` or `/nearside/`. */
  readonly styles: readonly string[];
  /** What its docs have a site write beside them. */
  readonly css: string;
  /** Source of the module that its page loads, which comes late; null where there is none. A file is bundled first. */
  readonly script: { readonly source: string } | { readonly file: string } | null;
  /** Selector of its Next button; null where it has none. */
  readonly next: string | null;
  /** An expression for a first visit: what the visitor does before the page that is measured. */
  readonly before?: string;
}

/** The heading of those that have none of their own. */
export const headed = (heading: string, html: string): string => `<h2>${heading}</h2>\n${html}`;
