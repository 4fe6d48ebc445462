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
