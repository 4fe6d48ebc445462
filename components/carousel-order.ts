import type { Timers } from './impression-tracker.ts';
import { ItemList, MADE_LIST, findList, findServerList } from './item-list.ts';
import type { ScrollPager } from './scroll-pager.ts';
import { ViewKeeper, isUnpainted } from './view-keeper.ts';

/** What the order reads of its element. */
interface OrderHost extends HTMLElement {
  readonly rankBudget: number;
  requestUpdate(name?: string): void;
}

interface OrderOptions {
  readonly pager: ScrollPager;
  readonly timers: () => Timers;
  /** Of each item that comes into view, once. */
  readonly onSeen: (item: HTMLElement) => void;
}

/** When neither attribute nor style sheet say anything, ms. */
const RANK_BUDGET_MS = 150;

/** Of the style sheet: prestyle.css goes by it before the element is there. */
function budgetOfStyle(host: Element): number {
  const time = getComputedStyle(host).getPropertyValue('--rec-rank-budget');
  const budget = Number.parseFloat(time) * (/\ds$/.test(time) ? 1000 : 1);
  return budget >= 0 ? budget : RANK_BUDGET_MS;
}

/** What a slate was asked for with. */
interface AskedOrder {
  readonly kept: readonly (string | null)[];
  /** Whether it was a candidate. */
  readonly isKnown: (id: string) => boolean;
}

/** The order of an element's list (docs/carousel.md): free until it may be seen, from then on fixed where it was seen. */
export class CarouselOrder {
  list: ItemList | null = null;
  readonly #host: OrderHost;
  readonly #options: OrderOptions;
  readonly #view: ViewKeeper;
  /** Of the list that was there before the element was: its shadow root takes the list out of the layout for a while. */
  #wasUnpainted: boolean | null;
  /** Read with that, for styles are known then; null where there was no list. */
  readonly #budget: number | null;
  #timer: unknown = null;
  /** Whether the list may stand otherwise than as the server sent it. */
  #isArranged = false;

  /** To be made in the element's constructor. */
  constructor(host: OrderHost, options: OrderOptions) {
    const list = findServerList(host);
    this.#wasUnpainted = list && isUnpainted(list);
    this.#budget = list && budgetOfStyle(host);
    this.#host = host;
    this.#options = options;
    this.#view = new ViewKeeper(host, options.onSeen);
  }

  get timers(): () => Timers {
    return this.#options.timers;
  }

  /** Whether the list is hidden, for its ranking or for its time to be over. */
  get waits(): boolean {
    return this.#timer !== null;
  }

  /** Takes note of the list and of its items; true where it is another one. */
  adopt(): boolean {
    const element = findList(this.#host);
    if (element === (this.list?.element ?? null)) {
      const isOther = this.list?.sync();
      if ((isOther || !this.#view.isWatching) && !this.waits) this.watch();
      return false;
    }
    this.pause();
    const list = (this.list = element && new ItemList(element));
    this.#isArranged = false;
    if (list === null) return true;
    const { rankBudget } = this.#host;
    const budget = rankBudget >= 0 ? rankBudget : (this.#budget ?? budgetOfStyle(this.#host));
    const isNew = this.#wasUnpainted ?? (list.element.hasAttribute(MADE_LIST) || isUnpainted(list.element));
    this.#wasUnpainted = null;
    if (isNew && budget > 0) this.#timer = this.#options.timers().set(this.release, budget);
    else {
      this.watch();
      this.#view.see(list.shown());
    }
    this.#host.requestUpdate('order');
    return true;
  }

  /** By position among the shown items that `isKnown`, ids of what must stay; null where one may move; empty where all may. */
  kept(isKnown: (id: string) => boolean, fixed = this.#fixed()): (string | null)[] {
    const known = this.#shown.filter(({ dataset }) => isKnown(dataset['itemId'] ?? ''));
    const kept = known.map((item) => (fixed.has(item) ? (item.dataset['itemId'] ?? '') : null));
    return kept.slice(0, kept.findLastIndex((id) => id !== null) + 1);
  }

  /** Shows a slate that was made around `kept`. False where more has come into view meanwhile, which it would move. */
  show(ids: readonly string[], left: readonly string[], { kept, isKnown }: AskedOrder): boolean {
    const fixed = this.#fixed();
    const moves = this.kept(isKnown, fixed).some((id, at) => id !== null && id !== kept[at] && id !== ids[at]);
    if (!moves) this.arrange(ids, left, fixed);
    return !moves;
  }

  /** What is seen stays where it is, unless the visitor has asked for it. */
  arrange(ids: readonly string[], left: readonly string[], fixed?: ReadonlySet<HTMLElement>): void {
    const { list } = this;
    if (list === null || (!this.#isArranged && ids.length + left.length === 0)) return;
    this.#isArranged = true;
    const seen = fixed ?? this.#fixed();
    const focused = list.element.querySelector<HTMLElement>(':scope > :focus-within');
    const at = focused ? list.shown().indexOf(focused) : -1;
    this.#options.pager.hold(() => list.order(ids, left, seen), focused);
    // what had the focus is gone: the keyboard goes on in the list, and not at the top of the page
    if (focused?.matches('[hidden]'))
      (list.shown()[at] ?? list.shown().at(-1))?.querySelector<HTMLElement>('a[href]')?.focus();
  }

  get #shown(): readonly HTMLElement[] {
    return this.list?.shown() ?? [];
  }

  #fixed(): ReadonlySet<HTMLElement> {
    return this.#view.fixed(this.#shown);
  }

  /** The list may be seen from now on. */
  readonly release = (): void => {
    if (this.waits) this.#options.timers().clear(this.#timer);
    this.#timer = null;
    this.watch();
    this.#host.requestUpdate('order');
  };

  /** Until the list is adopted again. */
  pause(): void {
    if (this.waits) this.#options.timers().clear(this.#timer);
    this.#timer = null;
    this.#view.stop();
  }

  /** What is in view is told, also what was told before. */
  watch(): void {
    this.#view.watch(this.list?.items().values() ?? []);
  }
}
