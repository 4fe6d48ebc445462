import { isRecord } from '../src/core/guards.ts';
import type { SignalKind } from '../src/core/signal.ts';
import type { Unsubscribe } from '../src/kit/types.ts';
import { type AdapterKit, type AdapterOptions, createIntake } from './intake.ts';
import { looseText } from './loose-value.ts';
import { type ProductNames, readProducts } from './product-call.ts';
import { type ParsedCall, ignored, kindOf, readSafely } from './tracking-call.ts';

export type { AdapterKit, AdapterOptions } from './intake.ts';
export type { ParsedCall, TrackingCall } from './tracking-call.ts';

export interface AttributesOptions extends AdapterOptions {
  /** What is listened to and looked through. Default `document`. */
  readonly root?: Document | ShadowRoot | Element;
}

/** What a click on `data-rec-event` may mean; `data-rec-view` is the view. */
const KINDS = {
  view: 'view',
  click: 'click',
  add_to_cart: 'add_to_cart',
  purchase: 'purchase',
  dismiss: 'dismiss',
} as const;

const NAMES: ProductNames = {
  ids: ['recItemId'],
  category: 'recCategory',
  brand: 'recBrand',
  price: 'recPrice',
  quantity: 'recQuantity',
  currency: 'recCurrency',
};

/**
 * Reads the `data-rec-…` attributes of one act, as `dataset` has them: `recEvent` (`view` where it is `recView` that is
 * given), `recItemId`, `recPrice`, `recCurrency`, `recQuantity`, `recCategory`, `recBrand` (docs/adapters.md).
 */
export const parseAttributes = (data: unknown): ParsedCall =>
  readSafely('attributes', () => {
    if (!isRecord(data)) return null;
    const event = data['recEvent'] ?? (data['recView'] === undefined ? undefined : 'view');
    if (event === undefined) return null;
    const kind: SignalKind | null = kindOf(KINDS, event);
    if (kind === null) return ignored('attributes: an unknown data-rec-event');
    return readProducts({ via: 'attributes', event: kind, kind, names: NAMES, products: [data] });
  });

/**
 * Records what a page marks by plain attributes: `data-rec-view` when it is there or comes, `data-rec-event` when it is
 * clicked. Inside of `<rec-carousel>`, which tells its own clicks, neither views nor clicks. Returns what ends it.
 */
export function connectAttributes(kit: AdapterKit, options: AttributesOptions = {}): Unsubscribe {
  const root = options.root ?? document;
  const intake = createIntake(kit, options);
  const onClick = (event: Event): void => {
    const data = clickedData(event);
    if (data) intake(parseAttributes(data));
  };
  let seen: ReadonlySet<string> = new Set();
  const look = (): void => {
    const before = seen;
    const views = viewsOf(root);
    seen = new Set(views.keys());
    for (const [id, data] of views) if (!before.has(id)) intake(parseAttributes(data));
  };
  const changes = new MutationObserver(look);
  changes.observe(root, { childList: true, subtree: true, attributeFilter: ['data-rec-view', 'data-rec-item-id'] });
  // capturing: a site's own handler that stops the event must not hide it
  for (const type of ['click', 'auxclick']) root.addEventListener(type, onClick, true);
  look();
  return () => {
    changes.disconnect();
    for (const type of ['click', 'auxclick']) root.removeEventListener(type, onClick, true);
  };
}

const VIEWED = '[data-rec-view]';

/** By item, so that an element which is put in another's place is no second view. */
function viewsOf(root: Document | ShadowRoot | Element): Map<string, object> {
  const views = new Map<string, object>();
  const marked = [...root.querySelectorAll<HTMLElement>(VIEWED)];
  // a selector finds what is inside
  if ('matches' in root && root.matches(VIEWED)) marked.unshift(root as HTMLElement);
  for (const element of marked) {
    if (element.closest('rec-carousel')) continue;
    const data = dataOf(ancestorsOf(element), 'recView');
    const id = looseText(data['recItemId']) ?? '';
    if (!views.has(id)) views.set(id, data);
  }
  return views;
}

/** What the click is about; undefined where it is none of ours. */
function clickedData(event: Event): object | undefined {
  const path = event.composedPath().filter((target) => target instanceof HTMLElement);
  const from = path.findIndex((element) => element.dataset['recEvent'] !== undefined);
  if (from < 0) return undefined;
  const data = dataOf(path.slice(from), 'recEvent');
  const isClick = data['recEvent'] === 'click';
  // any further button comes as auxclick; only the middle one follows a link
  if (event.type === 'auxclick' && !(isClick && (event as MouseEvent).button === 1)) return undefined;
  if (isClick && path.some((element) => element.matches('rec-carousel'))) return undefined;
  return data;
}

function* ancestorsOf(element: HTMLElement): Generator<HTMLElement> {
  for (let next: HTMLElement | null = element; next; next = next.parentElement) yield next;
}

/** The attributes up to and with the nearest element that names the item, nearer ones first; of acts, only `act`. */
function dataOf(path: Iterable<HTMLElement>, act: 'recEvent' | 'recView'): Record<string, string | undefined> {
  let data: Record<string, string | undefined> = {};
  for (const { dataset } of path) {
    data = { ...dataset, ...data };
    if (data['recItemId'] !== undefined) break;
  }
  const { recEvent, recView, ...facts } = data;
  return { ...facts, [act]: act === 'recEvent' ? recEvent : recView };
}
