import { type ReactiveControllerHost, type TemplateResult, adoptStyles, css, html, nothing } from 'lit';
import { reasonText } from '../src/core/reason-text.ts';
import type { Reason } from '../src/core/reason.ts';
import type { Slate } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';
import { messagesFor, say } from './messages.ts';
import { PANEL_EN } from './messages/panel-en.ts';
import type { RecWhy } from './rec-why.ts';

const whyStyle = css`
  :host {
    display: block;
  }
  p,
  ul {
    margin: 0 0 0.5rem;
  }
  ul {
    padding-inline-start: 1.25rem;
  }
  button {
    min-block-size: 1.75rem;
    margin: 0.25rem 0;
    border: 1px solid;
    border-radius: 1rem;
    font: inherit;
    color: inherit;
    background: none;
  }
`;

type Shown = readonly Reason[] | 'loading' | 'unknown';

/** What `<rec-why>` shows. */
export class WhyPanel {
  readonly #host: RecWhy & ReactiveControllerHost;
  #of: unknown[] = [];
  #shown: Shown = 'loading';
  #isRemoved = false;

  constructor(host: RecWhy) {
    this.#host = host;
    adoptStyles(host.renderRoot as ShadowRoot, [whyStyle]);
  }

  render(): TemplateResult {
    const { kit, slate, itemId } = this.#host;
    const asked = [kit, slate, itemId];
    if (asked.some((value, at) => value !== this.#of[at])) {
      [this.#of, this.#shown, this.#isRemoved] = [asked, 'loading', false];
      void this.#load(asked);
    }
    const words = this.#words;
    const status = { loading: 'whyLoading', unknown: 'whyUnavailable' } as const;
    return html`${
        typeof this.#shown === 'string'
          ? nothing
          : html`<ul part="list">
              ${this.#shown.map((reason) => this.#renderReason(reason))}
            </ul>`
      }
      <p role="status" part="status">
        ${
          typeof this.#shown === 'string'
            ? say(words, status[this.#shown])
            : this.#isRemoved
              ? say(words, 'reasonRemoved')
              : nothing
        }
      </p>`;
  }

  get #words() {
    return { ...PANEL_EN, ...messagesFor(this.#host.messages) };
  }

  async #load(asked: unknown[]): Promise<void> {
    const { kit, slate, itemId } = this.#host;
    const shown = await reasonsOf(kit, slate, itemId);
    // another item has been asked about meanwhile
    if (asked !== this.#of) return;
    this.#shown = shown;
    this.#host.requestUpdate();
  }

  #renderReason(reason: Reason): TemplateResult {
    const words = this.#words;
    const { titleOf, clock } = this.#host;
    const options = { messages: words.reasons, titleOf: titleOf ?? (() => undefined), now: clock() };
    const isRemovable = reason.kind === 'event' || reason.kind === 'history';
    return html`<li part="reason">
      ${reasonText(reason, options)}
      ${
        isRemovable
          ? html`<br /><button part="button" type="button" @click=${() => void this.#remove(reason)}>
                ${say(words, 'notThisReason')}
              </button>`
          : nothing
      }
    </li>`;
  }

  async #remove(reason: Reason): Promise<void> {
    if ((await this.#host.kit?.ignore(reason)) !== null || typeof this.#shown === 'string') return;
    this.#shown = this.#shown.filter((one) => one !== reason);
    this.#isRemoved = true;
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new CustomEvent('rec-reason-removed', { bubbles: true, composed: true }));
  }
}

/** Of the slate as it was ranked; `unknown` where nobody can say any more. */
async function reasonsOf(kit: Kit | null, slate: Slate | null, itemId: string): Promise<Shown> {
  const at = slate?.items.findIndex((item) => item.itemId === itemId) ?? -1;
  if (kit === null || slate === null || at < 0) return 'unknown';
  const found = await kit.reasons(slate, at + 1);
  const reasons = 'get' in found ? found.get(itemId) : undefined;
  return reasons && reasons.length > 0 ? reasons : 'unknown';
}
