/** Beyond so many the oldest go: a page on which nobody ever answers must not fill memory. */
const MAX_HELD = 1_000;

/** What waits in memory for the visitor's answer, in its order. */
export class Held {
  #work: (() => Promise<unknown>)[] = [];

  add(work: () => Promise<unknown>): void {
    this.#work.push(work);
    if (this.#work.length > MAX_HELD) this.#work.shift();
  }

  /** Does all of it as the answer is now; what still waits for one is added again. */
  async retry(): Promise<void> {
    // all begin before any goes on, so that they are stored in their order
    await Promise.all(this.#work.splice(0).map((work) => work()));
  }

  clear(): void {
    this.#work = [];
  }
}
