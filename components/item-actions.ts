import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import type { Kit, Unsubscribe } from '../src/kit/types.ts';
import type { RecCarouselState } from './carousel-state.ts';
import type { Dispatch } from './carousel-events.ts';
import type { CarouselOrder } from './carousel-order.ts';
import { itemActionStyle } from './item-action-style.ts';
import { titleOf } from './item-list.ts';
import { type RecMessages, messagesFor, say } from './messages.ts';
import type { SlateTracker } from './slate-tracker.ts';
import { VisitorPanel } from './visitor-panel.ts';

/** What a visitor may do to an item. */
export const ITEM_ACTIONS = ['why', 'dismiss'] as const;
export type ItemAction = (typeof ITEM_ACTIONS)[number];

const WORDS = { why: ['why', '?'], dismiss: ['notInterested', '×'] } as const;

/** What the actions read of their element. */
export interface ActionsHost extends HTMLElement, ReactiveControllerHost {
  readonly actions: string;
  readonly placement: string;
  readonly heading: string;
  readonly state: RecCarouselState;
  readonly ranked: Promise<void>;
  readonly messages: Partial<RecMessages> | null;
  readonly renderRoot: DocumentFragment | HTMLElement;
}

export interface ActionsOptions {
  readonly tracker: SlateTracker;
  readonly order: CarouselOrder;
  readonly dispatch: Dispatch;
  readonly refresh: () => void;
  /** The kit, whether or not a slate of it is shown. */
  readonly connected: () => Kit | null;
  /** Says something politely. */
  readonly say: (text: string) => void;
}

/** The buttons of items and what follows a press. A chunk of its own, which comes after the first slate is shown. */
export class ItemActions implements ReactiveController {
  /** Ids that are hidden at once, before any rule knows of it. */
  readonly dismissed = new Set<string>();
  readonly host: ActionsHost;
  readonly options: ActionsOptions;
  readonly #panel: VisitorPanel;
  /** The kit that tells what is hidden. */
  #followed: Kit | null = null;
  #leave: Unsubscribe | undefined;

  constructor(host: ActionsHost, options: ActionsOptions) {
    this.host = host;
    this.options = options;
    this.#panel = new VisitorPanel(this);
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdate();
  }

  hostUpdate(): void {
    this.#follow(this.host.isConnected ? this.options.connected() : null);
  }

  hostDisconnected(): void {
    this.#follow(null);
  }

  /** The section may be hidden, or shown again, elsewhere. */
  #follow(kit: Kit | null): void {
    if (kit === this.#followed) return;
    this.#leave?.();
    this.#followed = kit;
    if (kit === null) return;
    const look = (hidden: ReadonlyMap<string, string>): void => {
      const { placement, state } = this.host;
      if (hidden.has(placement) !== (state === 'hidden')) this.options.refresh();
    };
    this.#leave = kit.onHidden(look);
    // it may have been while this was loaded
    look(kit.hidden());
  }

  get kit(): Kit | null {
    return this.options.tracker.kit;
  }

  /** Gives an item of a slate its buttons, once. */
  decorate(item: HTMLElement): void {
    const title = titleOf(item);
    if (this.options.tracker.detailOf(item.dataset['itemId']) === null || item.querySelector('[data-rec-action]'))
      return;
    adoptStyle(this.host.getRootNode());
    const messages = messagesFor(this.host.messages);
    for (const action of ITEM_ACTIONS.filter((name) => this.host.actions.includes(name))) {
      const button = document.createElement('button');
      const [message, sign] = WORDS[action];
      Object.assign(button, { type: 'button', className: 'rec-action', textContent: sign });
      button.dataset['recAction'] = action;
      button.setAttribute('aria-label', say(messages, message, { title }));
      item.append(button);
    }
  }

  /** True where it was one of these buttons. */
  onClick({ target, type }: MouseEvent): boolean {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-rec-action]') : null;
    const item = button?.closest<HTMLElement>('[data-item-id]');
    if (!button || !item || type !== 'click') return button !== null;
    this.#panel.act(button.dataset['recAction'] as ItemAction, item);
    return true;
  }

  render(): TemplateResult {
    return this.#panel.render();
  }
}

/** Beside the style sheets that the page, or the shadow root that the element is in, has already. */
function adoptStyle(root: Node & Partial<DocumentOrShadowRoot>): void {
  const { styleSheet } = itemActionStyle;
  if (styleSheet && root.adoptedStyleSheets && !root.adoptedStyleSheets.includes(styleSheet))
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, styleSheet];
}
