/** Nothing is said of what is done sooner; what takes a second has been said by then. */
const SHOWN_AFTER_MS = 500;

/** What takes so long that somebody may wonder. */
export class Progress {
  readonly #running = new Map<symbol, string>();
  readonly #listeners = new Set<() => void>();

  /** What is going on, in words, oldest first. */
  get labels(): readonly string[] {
    return [...this.#running.values()];
  }

  /** Shows `label` from half a second on until the work is done; answers as the work does. */
  async track<T>(label: string, work: Promise<T>): Promise<T> {
    const key = Symbol(label);
    const timer = setTimeout(() => {
      this.#running.set(key, label);
      this.#tell();
    }, SHOWN_AFTER_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      if (this.#running.delete(key)) this.#tell();
    }
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
