import { LitElement, type PropertyDeclarations, type TemplateResult, html } from 'lit';
import type { Slate } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';
import type { RecMessages } from './messages.ts';
import type { WhyPanel } from './why-panel.ts';

/**
 * `<rec-why>`: why an item of a slate stands where it stands, by the reasons that `kit.reasons` gives, and "not this
 * reason". It fetches what it shows when it is first connected.
 *
 * @slot - Shown until then, and where it cannot be fetched.
 * @csspart list - The reasons.
 * @csspart reason - One of the list.
 * @csspart button - "Not this reason".
 * @csspart status - What is said politely.
 * @customElement rec-why
 * @fires {CustomEvent<null>} rec-reason-removed - A reason no longer counts: ask for a new slate.
 */
export class RecWhy extends LitElement {
  static override properties: PropertyDeclarations = {
    kit: { attribute: false },
    slate: { attribute: false },
    itemId: { attribute: false },
    titleOf: { attribute: false },
    messages: { attribute: false },
    panel: { state: true },
  };

  declare kit: Kit | null;
  declare slate: Slate | null;
  declare itemId: string;
  /** The title of an item that a reason names. */
  declare titleOf: ((itemId: string) => string | undefined) | null;
  /** Epoch ms, which the ages of reasons are counted to. */
  clock = Date.now;
  declare messages: Partial<RecMessages> | null;
  declare private panel: WhyPanel | null;

  constructor() {
    super();
    Object.assign(this, { kit: null, slate: null, itemId: '', titleOf: null, messages: null, panel: null });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { WhyPanel } = await import('./why-panel.ts');
      this.panel ??= new WhyPanel(this);
    } catch {
      // what is slotted stays; the next time it is connected it tries again
    }
  }

  protected override render(): TemplateResult {
    return this.panel?.render() ?? html`<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'rec-why': RecWhy;
  }
}
