import type { Candidate } from './candidate.ts';
import type { KnownItems } from './features.ts';
import { createPackedItems, itemHash, packRow, packedBuffers, type PackedItems } from './packed-items.ts';

/** A growing table of the items that a visitor has met, by item hash; an item added again replaces its row. */
export class KnownItemTable implements KnownItems {
  items: PackedItems = createPackedItems(64);
  readonly #rows = new Map<number, number>();
  readonly rowOf = (item: number): number => this.#rows.get(item) ?? -1;

  add(item: Candidate): void {
    const hash = itemHash(item.id);
    let row = this.rowOf(hash);
    if (row < 0) {
      row = this.#rows.size;
      if (row === this.items.size) this.#grow();
      this.#rows.set(hash, row);
    }
    packRow(this.items, row, item);
  }

  #grow(): void {
    const grown = createPackedItems(this.items.size * 2);
    const from = packedBuffers(this.items);
    packedBuffers(grown).forEach((buffer, i) => {
      new Uint8Array(buffer).set(new Uint8Array(from[i]));
    });
    this.items = grown;
  }
}
