import { hashText } from '../../src/core/hash.ts';

/** Slates that are kept at most: enough to see one in a thousand. */
const MAX_SLATES = 40_000;

/** What control would have shown in some of the slates, drawn by their ids: as many late ones as early ones. */
export class SlateSample {
  readonly #slates = new Map<string, readonly string[]>();
  #mask = 0;

  add(slateId: string, controlTopK: readonly string[]): void {
    if ((hashText(slateId) & this.#mask) !== 0) return;
    this.#slates.set(slateId, controlTopK);
    if (this.#slates.size <= MAX_SLATES) return;
    this.#mask = this.#mask * 2 + 1;
    for (const id of this.#slates.keys()) if ((hashText(id) & this.#mask) !== 0) this.#slates.delete(id);
  }

  get(slateId: string): readonly string[] | undefined {
    return this.#slates.get(slateId);
  }
}
