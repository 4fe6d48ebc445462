import { type TemplateResult, html, nothing } from 'lit';
import { DISMISS_REASONS, type DismissReason } from '../src/core/dismiss-reason.ts';
import type { Slate } from '../src/core/slate.ts';
import type { ItemDetail } from './carousel-events.ts';
import type { ItemAction, ItemActions } from './item-actions.ts';
import { titleOf } from './item-list.ts';
import { type CarouselMessages, type PanelMessages, messagesFor, say } from './messages.ts';
import { PANEL_EN } from './messages/panel-en.ts';
import { visitorPanelStyle } from './visitor-panel-style.ts';

/** A dismissal that can be undone. */
interface Dismissed {
  readonly item: HTMLElement;
  readonly detail: ItemDetail;
  readonly title: string;
  /** Ids of what was shown, in its order. */
  readonly before: readonly string[];
  readonly reason?: DismissReason;
}

/** A dismissal that was undone: until a slate has the item again, it stands where it stood in the one before. */
interface Undone {
  readonly detail: ItemDetail;
  readonly stored: Promise<unknown>;
}

interface Asked {
  readonly item: HTMLElement;
  readonly slate: Slate | null;
}

/** What follows the buttons of items in `<rec-carousel>`: a bar that undoes, why an item is shown, a section that is hidden. */
export class VisitorPanel {
  readonly #of: ItemActions;
  #dismissed: Dismissed | null = null;
  /** By item. */
  readonly #undone = new Map<string, Undone>();
  /** The item that is asked about, and the slate that it was asked of: a reason that is taken out makes a new one. */
  #asked: Asked | null = null;

  constructor(of: ItemActions) {
    this.#of = of;
    const { renderRoot } = of.host;
    if (renderRoot instanceof ShadowRoot && visitorPanelStyle.styleSheet)
      renderRoot.adoptedStyleSheets = [...renderRoot.adoptedStyleSheets, visitorPanelStyle.styleSheet];
  }

  act(action: ItemAction, item: HTMLElement): void {
    void (action === 'why' ? this.#ask(item) : this.#dismiss(item));
  }

  render(): TemplateResult {
    return html`${this.#of.host.state === 'hidden' ? this.#renderHidden() : nothing}
      ${this.#dismissed ? this.#renderBar(this.#dismissed) : nothing}
      <div id="why" class="why" part="why" popover role="dialog" aria-labelledby="why-heading">
        ${this.#asked ? this.#renderWhy(this.#asked) : nothing}
      </div>`;
  }

  async #dismiss(item: HTMLElement): Promise<void> {
    const { host, dismissed, options, kit } = this.#of;
    const { order, tracker, dispatch, refresh } = options;
    const { itemId = '' } = item.dataset;
    const undone = this.#undone.get(itemId);
    const detail = tracker.detailOf(itemId) ?? undone?.detail;
    if (kit === null || !detail) return;
    const title = titleOf(item);
    this.#dismissed = { item, detail, title, before: idsOf(order.list?.shown() ?? []) };
    dismissed.add(detail.itemId);
    // the slot is refilled at once, and ranked anew when it is stored
    this.#arrange();
    host.requestUpdate();
    await host.updateComplete;
    this.#focus('.bar button');
    this.#say('dismissed', title);
    dispatch('rec-dismiss', detail);
    // or that would take this back, too
    await undone?.stored;
    await settled(() => kit.record({ kind: 'dismiss', ...detail }));
    refresh();
  }

  async #undo({ item, detail, title, before }: Dismissed): Promise<void> {
    const { host, dismissed, options, kit } = this.#of;
    const { dispatch, refresh } = options;
    const { itemId } = detail;
    dismissed.delete(itemId);
    this.#dismissed = null;
    const stored = settled(() => kit?.undo(itemId));
    this.#undone.set(itemId, { detail, stored });
    this.#arrange(before);
    host.requestUpdate();
    await host.updateComplete;
    (item.querySelector<HTMLElement>('[data-rec-action=dismiss]') ?? item.querySelector<HTMLElement>('a'))?.focus();
    this.#say('restored', title);
    dispatch('rec-undo', { itemId });
    await stored;
    refresh();
  }

  #arrange(ids?: readonly string[]): void {
    const { dismissed, options } = this.#of;
    const { slate } = options.tracker;
    const ofRules = slate?.left.map(({ itemId }) => itemId) ?? [];
    const left = [...ofRules, ...dismissed].filter((id) => !ids?.includes(id));
    options.order.arrange(ids ?? slate?.items.map(({ itemId }) => itemId) ?? [], left, ids && new Set());
  }

  #renderBar(dismissed: Dismissed): TemplateResult {
    const { detail, title, reason } = dismissed;
    return html`<div class="bar" part="bar" role="group" aria-label=${this.#text('dismissed', title)}>
      <span>${this.#text('dismissed', title)}</span>
      <button type="button" @click=${() => void this.#undo(dismissed)}>${this.#text('undo')}</button>
      <span class="question" id="question">${this.#text('dismissQuestion')}</span>
      ${DISMISS_REASONS.map(
        (name) =>
          html`<button
            type="button"
            aria-describedby="question"
            aria-pressed=${String(name === reason)}
            @click=${() => this.#giveReason({ ...dismissed, reason: name })}
          >
            ${this.#text(name)}
          </button>`,
      )}
      <button type="button" @click=${() => void this.#hideSection(true)}>${this.#text('hideSection')}</button>
      <button type="button" class="close" aria-label=${this.#text('close')} @click=${() => this.#closeBar(detail)}>
        ×
      </button>
    </div>`;
  }

  #renderHidden(): TemplateResult {
    return html`<p class="note" part="hidden">
      ${this.#text('sectionHidden')}
      <button type="button" @click=${() => void this.#hideSection(false)}>${this.#text('showSection')}</button>
    </p>`;
  }

  #giveReason(dismissed: Dismissed & { readonly reason: DismissReason }): void {
    const { detail, reason } = dismissed;
    this.#dismissed = dismissed;
    this.#of.options.dispatch('rec-dismiss', { ...detail, reason });
    void settled(() => this.#of.kit?.giveReason(detail.itemId, reason));
    this.#of.host.requestUpdate();
  }

  /** The keyboard goes on at the item that has taken the place. */
  #closeBar({ itemId }: ItemDetail): void {
    const { list } = this.#of.options.order;
    const at = this.#dismissed?.before.indexOf(itemId) ?? 0;
    if (this.#dismissed?.detail.itemId === itemId) this.#dismissed = null;
    this.#of.host.requestUpdate();
    (list?.shown()[at] ?? list?.shown().at(-1))?.querySelector<HTMLElement>('a[href]')?.focus();
  }

  async #ask(item: HTMLElement): Promise<void> {
    const { host } = this.#of;
    this.#asked = { item, slate: this.#of.options.tracker.slateOf(item.dataset['itemId'] ?? '') };
    host.requestUpdate();
    await host.updateComplete;
    const source = item.querySelector<HTMLElement>('[data-rec-action=why]');
    const popover = host.renderRoot.querySelector<HTMLElement>('#why');
    popover?.showPopover(source ? { source } : undefined);
    popover?.querySelector<HTMLElement>('button')?.focus();
  }

  #renderWhy({ item, slate }: Asked): TemplateResult {
    const { host, kit, options } = this.#of;
    const titles = (id: string): string | undefined => {
      const known = options.order.list?.items().get(id);
      return known && titleOf(known);
    };
    return html`<h3 id="why-heading">${this.#text('whyHeading')}</h3>
      <p>${titleOf(item)}</p>
      <rec-why
        .kit=${kit}
        .slate=${slate}
        .itemId=${item.dataset['itemId'] ?? ''}
        .titleOf=${titles}
        .messages=${host.messages}
        @rec-reason-removed=${() => options.refresh()}
      ></rec-why>
      <p>
        <button type="button" @click=${() => void this.#hideSection(true)}>${this.#text('hideSection')}</button>
        <button type="button" class="close" aria-label=${this.#text('close')} @click=${() => this.#closeWhy(item)}>
          ×
        </button>
      </p>`;
  }

  #closeWhy(item: HTMLElement): void {
    this.#of.host.renderRoot.querySelector<HTMLElement>('#why')?.hidePopover();
    item.querySelector<HTMLElement>('[data-rec-action=why]')?.focus();
  }

  async #hideSection(isHidden: boolean): Promise<void> {
    const { host } = this.#of;
    const kit = this.#of.options.connected();
    host.renderRoot.querySelector<HTMLElement>('#why')?.hidePopover();
    const problem = await settled(() => kit?.hide(host.placement, isHidden, host.heading));
    if (problem) return this.#of.options.dispatch('rec-problem', problem);
    this.#dismissed = null;
    host.requestUpdate();
    await host.ranked;
    await host.updateComplete;
    // what was pressed is gone
    this.#focus(isHidden ? '.note button' : '.scroller');
  }

  #focus(selector: string): void {
    this.#of.host.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  #say(message: 'dismissed' | 'restored', title: string): void {
    this.#of.options.say(this.#text(message, title));
  }

  #text(message: Exclude<keyof (PanelMessages & CarouselMessages), 'reasons'>, title = ''): string {
    return say({ ...PANEL_EN, ...messagesFor(this.#of.host.messages) }, message, { title });
  }
}

/** A kit that throws or rejects, which ours does not, stays out of the page. */
async function settled<T>(call: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch {
    return undefined;
  }
}

const idsOf = (items: readonly HTMLElement[]): string[] => items.map(({ dataset }) => dataset['itemId'] ?? '');
