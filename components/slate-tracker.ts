import type { SignalInput } from '../src/core/signal.ts';
import type { Slate } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';
import type { Dispatch, ItemDetail } from './carousel-events.ts';
import { ImpressionTracker, type Timers } from './impression-tracker.ts';

interface ShownSlate {
  readonly kit: Kit;
  readonly slate: Slate;
}

/** Reports to the kit that made a slate what the visitor does to it: impressions and clicks. */
export class SlateTracker {
  #shown: ShownSlate | null = null;
  readonly #placedBy = new Map<string, Slate>();
  readonly #impressions: ImpressionTracker;

  readonly #dispatch: Dispatch;

  constructor(timers: () => Timers, dispatch: Dispatch) {
    this.#dispatch = dispatch;
    this.#impressions = new ImpressionTracker((item) => this.#report('impression', item), timers);
  }

  /** The kit that made it. */
  get kit(): Kit | null {
    return this.#shown?.kit ?? null;
  }

  /** The slate that is tracked; null with none. */
  get slate(): Slate | null {
    return this.#shown?.slate ?? null;
  }

  /** Where the slate that is shown has an item; null where it has not. */
  detailOf(itemId: string | undefined): ItemDetail | null {
    const position = this.slate?.items.findIndex((entry) => entry.itemId === itemId) ?? -1;
    const { slateId = '' } = this.slate ?? {};
    return position < 0 || itemId === undefined ? null : { itemId, position, slateId };
  }

  /** The slate that put an item where it stands: the newest that did more than keep it there. */
  slateOf(itemId: string): Slate | null {
    return this.#placedBy.get(itemId) ?? this.slate;
  }

  /** From now on `items` show this slate. Each item counts anew. */
  start(shown: ShownSlate, items: Iterable<Element>): void {
    this.#shown = shown;
    const { slate } = shown;
    for (const { itemId, trail } of slate.items) if (trail[0]?.step !== 'kept') this.#placedBy.set(itemId, slate);
    this.#impressions.start(items);
  }

  /** The slate is no longer shown. */
  stop(): void {
    this.#shown = null;
    this.#impressions.stop();
  }

  /** Reports where the event follows a link inside an item of this list. */
  trackClick(event: MouseEvent, list: Element): void {
    // auxclick is any further button; only the middle one follows a link.
    if (event.type === 'auxclick' && event.button !== 1) return;
    const path = event.composedPath().filter((target) => target instanceof Element);
    const inside = path.slice(0, Math.max(0, path.indexOf(list)));
    const item = inside.at(-1);
    if (item && inside.some((element) => element.matches('a[href]'))) this.#report('click', item);
  }

  #report(kind: 'impression' | 'click', item: Element): void {
    const itemId = (item as HTMLElement).dataset['itemId'];
    const detail = this.detailOf(itemId);
    if (this.#shown === null || detail === null) return;
    const { kit } = this.#shown;
    const signal: SignalInput = { kind, ...detail };
    // An async function: a kit that throws at once becomes a rejection, and neither reaches the page.
    (async () => kit.record(signal))().catch(() => undefined);
    this.#dispatch(`rec-${kind}`, detail);
  }
}
