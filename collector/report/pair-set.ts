const FIRST_SIZE = 1 << 12;
/** Knuth's multiplicative hashing, 2^32 over the golden ratio (TAOCP 3, section 6.4). */
const SPREAD = 0x9e3779b1;

/**
 * Pairs of whole numbers, each below 2^26, at 8 bytes a slot: a `Set` of so many numbers takes five times as much. Open
 * addressing, at most two thirds full.
 */
export class PairSet {
  /** [slots]: the pair as one number plus 1; 0 where it is free. */
  #slots = new Float64Array(FIRST_SIZE);
  #size = 0;

  /** Whether the pair was not there before. */
  add(one: number, other: number): boolean {
    if (this.#size * 3 > this.#slots.length * 2) this.#grow();
    const isNew = place(this.#slots, one * 2 ** 26 + other + 1);
    if (isNew) this.#size++;
    return isNew;
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    for (const pair of this.#slots) if (pair !== 0) place(slots, pair);
    this.#slots = slots;
  }
}

function place(slots: Float64Array, pair: number): boolean {
  const [high, low] = [Math.floor(pair / 2 ** 26), pair % 2 ** 26];
  const last = slots.length - 1;
  const hash = Math.imul(Math.imul(high, SPREAD) ^ low, SPREAD);
  let slot = (hash ^ (hash >>> 15)) & last;
  for (; slots[slot] !== 0; slot = (slot + 1) & last) if (slots[slot] === pair) return false;
  slots[slot] = pair;
  return true;
}
