/**
 * When everything was last erased, as one value in local storage says it to every page of the site: what was recorded
 * before that and has not been stored yet must not be. It is compared and never ordered: clocks jump.
 */
export class Erasures {
  readonly #key: string;
  /** Where local storage is refused or full. */
  #own: string | null = null;
  #seen: string;

  constructor(storageName: string) {
    this.#key = `${storageName}:erased`;
    this.#seen = this.stamp;
  }

  /** Of the last erasure; empty before any. */
  get stamp(): string {
    if (this.#own !== null) return this.#own;
    try {
      return localStorage.getItem(this.#key) ?? '';
    } catch {
      return '';
    }
  }

  /** An erasure begins, at epoch ms `now`. */
  mark(now: number): void {
    const last = Number(this.stamp);
    this.#seen = String(now > last ? now : last + 1);
    try {
      localStorage.setItem(this.#key, this.#seen);
      this.#own = null;
    } catch {
      // other pages hold what they hold until they end
      this.#own = this.#seen;
    }
  }

  /** Whether another page has erased everything since the last look. */
  look(): boolean {
    const { stamp } = this;
    const isNews = stamp !== this.#seen;
    this.#seen = stamp;
    return isNews;
  }
}
