import type { Kit } from '../src/kit/types.ts';

type Arrangement = Awaited<ReturnType<Kit['arrangement']>>;

/** What the visitor's arms change of a placement; nothing without a kit, or by one that cannot say. Never rejects. */
export const arrangementOf = (kit: Kit | null, placement: string): Promise<Arrangement> =>
  (async () => (await kit?.arrangement(placement)) ?? {})().catch(() => ({}));

interface HasLayout {
  layout: string | null;
}

/** Puts an arm's layout in place of the site's own, and takes it back. */
export class ArrangedLayout {
  readonly #element: HasLayout;
  /** What the site had set; undefined while no arm changes it. */
  #own: string | null | undefined;

  constructor(element: HasLayout) {
    this.#element = element;
  }

  set(layout: string | undefined): void {
    if (layout !== undefined) {
      if (this.#own === undefined) this.#own = this.#element.layout;
      this.#element.layout = layout;
    } else if (this.#own !== undefined) {
      this.#element.layout = this.#own;
      this.#own = undefined;
    }
  }
}
