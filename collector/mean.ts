/** A mean that is added up value by value. */
export class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#count;
  }

  /** At 4 decimals; null without a value. */
  get mean(): number | null {
    return this.#count === 0 ? null : round4(this.#sum / this.#count);
  }
}

export const round4 = (value: number): number => Math.round(value * 1e4) / 1e4;

/** The middle value, or the mean of the two in the middle; null without a value. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
